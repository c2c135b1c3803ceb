"""`jupyter envs list`: every environment of the store."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_envs.core.model import Drift
from jupyter_envs.manager.survey import Environment, Survey
from jupyter_envs.manager.views import state_of

from .answers import ListAnswer, StatusAnswer
from .arguments import UsageError
from .command import DONE
from .managed import ManagedCommand
from .status import kernel_of, status_of
from .words import printable, state_sentence


@dataclass(frozen=True, slots=True)
class Listed:
    """One environment; of an orphan, whose project is gone, only where it was."""

    environment: Environment
    survey: Survey | None

    @property
    def folder(self) -> str:
        return printable(self.environment.record.project)

    @property
    def answer(self) -> StatusAnswer:
        if self.survey is not None:
            return status_of(self.survey)
        generation = self.environment.generations.current()
        return StatusAnswer(
            project=self.folder,
            spec=None,
            kernel=kernel_of(generation),
            generation=generation.number if generation else None,
            prefix=printable(generation.prefix) if generation else None,
            drift=Drift(),
        )

    @property
    def sentence(self) -> str:
        if self.survey is None:
            return f"Its project is gone; `jupyter envs remove {self.folder}` removes it"
        return state_sentence(state_of(self.survey.glance), self.survey.drift)


class ListApp(ManagedCommand):
    """List every environment of the store, with what is known of each."""

    name = "jupyter-envs list"
    description = __doc__
    usage = "[--json]"

    def perform(self) -> int:
        """Projects are looked at one by one; one that cannot be read is listed all the same."""
        if self.extra_args:
            raise UsageError("it takes no folder")
        listed = [self._listed(environment) for environment in self.manager.store.all()]
        self.answer(ListAnswer([each.answer for each in listed]), lambda: _lines(listed))
        return DONE

    def _listed(self, environment: Environment) -> Listed:
        folder = Path(environment.record.project)
        project = self.manager.find(folder, folder) if folder.is_dir() else None
        return Listed(environment, self.manager.survey(project) if project else None)


def _lines(listed: list[Listed]) -> Iterator[str]:
    if not listed:
        yield "Nothing is built yet; `jupyter envs build` builds the project of this folder"
        return
    yield from _table([_row(each) for each in listed])


def _row(each: Listed) -> tuple[str, ...]:
    answer = each.answer
    name = each.survey.name if each.survey else ""
    generation = str(answer.generation) if answer.generation is not None else ""
    return each.folder, name, generation, answer.kernel or "", each.sentence


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """As wide as it must be: a terminal folds lines, a script reads them whole."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("project", "environment", "generation", "kernel", "state", box=None)
    for row in rows:
        table.add_row(*(Text(cell, no_wrap=True) for cell in row))
    target = io.StringIO()
    Console(file=target, width=100_000).print(table)
    yield from (line.rstrip() for line in target.getvalue().splitlines())
