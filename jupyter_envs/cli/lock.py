"""`jupyter envs lock`: solve for every platform of the file and write the lock beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jupyter_envs.core.errors import EnvsError, LockError
from jupyter_envs.core.model import Lock
from jupyter_envs.core.secrets import redact
from jupyter_envs.manager.views import error_view

from .answers import LockAnswer, LockedPackage, LockFailure
from .building import BuildingCommand, outcome_of
from .command import DONE
from .words import counted, printable


class LockApp(BuildingCommand):
    """Solve for every platform of the file, and write the lock beside it; nothing is installed.

    A lock of another tool is left alone: ours is then kept in the store.
    """

    name = "jupyter-envs lock"
    description = __doc__

    def perform(self) -> int:
        """Asking for a lock is the yes to look at channels, and to nothing more."""
        project = self.project()
        build = self.follow(self.manager.start(project, "lock", agree="once"))
        found = self.manager.survey(project).lock
        written = Path(build.lock.path) if build.lock else None
        if found is None or found.lock is None or found.path != written:
            raise LockError(
                "lock-changed", "The lock was changed while it was written", "Lock again"
            )
        path, lock = found.path, found.lock
        self.answer(_answer(path, lock), lambda: _lines(path, lock))
        return DONE

    def failure(self, error: EnvsError) -> object:
        """How it ended."""
        return LockFailure(outcome_of(error), error_view(error))


def _answer(path: Path, lock: Lock) -> LockAnswer:
    packages = [
        LockedPackage(p.name, p.kind, p.version, p.build, p.platform, redact(p.channel), p.sha256)
        for p in lock.packages
    ]
    return LockAnswer(printable(str(path)), list(lock.platforms), packages)


def _lines(path: Path, lock: Lock) -> Iterator[str]:
    yield f"Wrote `{printable(str(path))}`"
    for platform in lock.platforms:
        yield f"  {platform}: {counted(len(lock.on(platform)), 'package')}"
