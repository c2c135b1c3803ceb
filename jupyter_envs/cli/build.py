"""`jupyter envs build`: solve, install, register; `--yes` is consent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from jupyter_envs.core.errors import EnvsError, NotFoundError, RefusedError
from jupyter_envs.core.model import Generation, Outcome
from jupyter_envs.core.plan import Changes, changes, describe
from jupyter_envs.manager import Project
from jupyter_envs.manager.builds import Build
from jupyter_envs.manager.survey import Survey
from jupyter_envs.manager.views import error_view

from .answers import BuildAnswer, BuildFailure
from .building import BuildingCommand, outcome_of
from .command import DONE, YES
from .consent import can_ask, declared_lines, yes
from .status import kernel_of, usable
from .words import change_lines, printable

NOTHING = Changes((), (), (), 0)


class BuildApp(BuildingCommand):
    """Build the environment of a project and register its kernel.

    The first time, and whenever the files have changed, it asks whether that is what you want;
    `--yes` says so beforehand, and must be given where nobody can be asked.
    """

    name = "jupyter-envs build"
    description = __doc__
    usage = "[DIR] [--yes] [--json]"
    flags: Any = BuildingCommand.flags | YES
    examples = "jupyter envs build\njupyter envs build --yes --json analysis/"

    def perform(self) -> int:
        """What was built stays whatever happens to this build."""
        self._begun = time.monotonic()
        project = self.project()
        before = self.manager.survey(project)
        build = self.follow(self._started(before))
        survey = self.manager.survey(project)
        found = _changes(before.generation, survey.generation)
        assert build.outcome is not None
        answer = self._answer(build.outcome, usable(survey), found)
        self.answer(answer, lambda: _lines(answer, survey, found))
        return DONE

    def failure(self, error: EnvsError) -> object:
        """How it ended, and what still stands."""
        answer = self._answer(outcome_of(error), self._standing(), NOTHING)
        parts = {name: getattr(answer, name) for name in BuildAnswer.__dataclass_fields__}
        return BuildFailure(**parts, error=error_view(error))

    def _answer(
        self, outcome: Outcome, generation: Generation | None, found: Changes
    ) -> BuildAnswer:
        return BuildAnswer(
            outcome=outcome,
            kernel=kernel_of(generation),
            generation=generation.number if generation else None,
            prefix=printable(generation.prefix) if generation else None,
            seconds=round(time.monotonic() - self._begun, 3),
            added=list(found.added),
            changed=list(found.changed),
            removed=list(found.removed),
        )

    def _started(self, survey: Survey) -> Build:
        try:
            return self.manager.start(survey.project, "build", agree=self.yes)
        except RefusedError as refused:
            if refused.code != "consent":
                raise
            if self.json or not can_ask():
                raise _unasked(survey.project) from refused
        for line in declared_lines(survey):
            self.note(line)
        if not yes("Build it?"):
            raise RefusedError("consent", "Nothing was built: you did not agree")
        return self.manager.start(survey.project, "build", agree=True)

    def _standing(self) -> Generation | None:
        try:
            return usable(self.manager.survey(self.project()))
        except NotFoundError:
            return None


def _unasked(project: Project) -> RefusedError:
    return RefusedError(
        "consent",
        f"Nothing was built: `{project.file}` asks to fetch and install packages, "
        "and nobody has agreed to that yet",
        "Look at what it declares, then add `--yes`",
        file=printable(str(project.path)),
    )


def _changes(before: Generation | None, after: Generation | None) -> Changes:
    if after is None or (before and before.id == after.id):
        return NOTHING
    return changes(before.packages if before else (), after.packages)


def _lines(answer: BuildAnswer, survey: Survey, found: Changes) -> Iterator[str]:
    name = f"{printable(survey.project.folder.name)} / {survey.name}"
    if answer.outcome == "unchanged":
        yield f"{name}: nothing had to be built, all is in place"
    else:
        yield f"{name}: built in {answer.seconds:.1f} s, {describe(found)}"
        if answer.generation != 1:
            yield from change_lines("+", found.added)
            yield from change_lines("~", found.changed)
            yield from change_lines("-", found.removed)
    if answer.kernel:
        yield f"Its kernel is `{answer.kernel}`; start `jupyter lab` and open a notebook"
