"""`jupyter envs remove`: take away what was built; the project's files stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_envs.core.errors import NotFoundError, RefusedError

from .answers import RemoveAnswer
from .command import DONE, FLAGS, YES
from .consent import can_ask, yes
from .managed import ManagedCommand
from .words import printable


class RemoveApp(ManagedCommand):
    """Remove what was built for a project: its generations and its kernels.

    The project's files stay, and what other environments use. `DIR` may be a folder that is gone.
    """

    name = "jupyter-envs remove"
    description = __doc__
    usage = "[DIR] [--yes] [--json]"
    flags: Any = FLAGS | YES

    def perform(self) -> int:
        """Nothing to remove is no mistake."""
        folder = self._built_folder()
        environment = self.manager.store.of(folder)
        kernels = list(environment.record.kernels) if environment else []
        if environment is not None:
            self._confirm(folder, kernels)
        removed = self.manager.remove(folder)
        answer = RemoveAnswer(printable(str(folder)), removed, kernels)
        self.answer(answer, lambda: _lines(answer))
        return DONE

    def _built_folder(self) -> Path:
        """The folder itself where something is built for it, else the project's."""
        folder = self.folder.resolve()
        if self.manager.store.of(folder) is not None:
            return folder
        try:
            return self.project().folder
        except NotFoundError as error:
            if folder.is_dir():
                raise
            raise NotFoundError(
                "no-environment",
                f"Nothing was built for `{printable(str(folder))}`",
                "See `jupyter envs list`",
            ) from error

    def _confirm(self, folder: Path, kernels: list[str]) -> None:
        if self.yes:
            return
        shown = printable(str(folder))
        if self.json or not can_ask():
            raise RefusedError(
                "consent", f"What was built for `{shown}` was not removed", "Add `--yes`"
            )
        named = f" and its kernel {', '.join(f'`{name}`' for name in kernels)}" if kernels else ""
        if not yes(f"Remove what was built for `{shown}`{named}?"):
            raise RefusedError("consent", "Nothing was removed: you did not agree")


def _lines(answer: RemoveAnswer) -> Iterator[str]:
    if not answer.removed:
        yield f"Nothing was built for `{answer.project}`"
        return
    yield f"Removed what was built for `{answer.project}`; its files are as they were"
