"""`jupyter envs check FILE…`: read environment files; no network, no store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jupyter_envs.adapters import projects, requirements
from jupyter_envs.adapters.conda import matchspec
from jupyter_envs.core.checking import FileCheck, check
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.core.model import Place, Problem, Requirement, Severity
from jupyter_envs.wire import ProblemView

from .answers import CheckAnswer, CheckedFile
from .arguments import UsageError
from .command import DONE, FAILED, Command
from .words import counted, printable, problem_lines


class CheckApp(Command):
    """Read environment files, and say what is odd in them; 1 where one cannot be read."""

    name = "jupyter-envs check"
    description = __doc__
    usage = "FILE… [--json]"
    examples = "jupyter envs check environment.yml\njupyter envs check --json */environment.yml"

    def perform(self) -> int:
        """Every file is looked at, whatever the others hold."""
        names = [printable(name) for name in self.extra_args]
        if not names:
            raise UsageError("name a file")
        checks = [
            check_file(name, Path(word)) for name, word in zip(names, self.extra_args, strict=True)
        ]
        answer = CheckAnswer([_view(found) for found in checks])
        self.answer(answer, lambda: (line for found in checks for line in _lines(found)))
        return DONE if all(found.ok for found in checks) else FAILED


def check_file(name: str, path: Path) -> FileCheck:
    """One file; a file that is not there is a problem of its own."""
    try:
        content = projects.read(path)
    except EnvsError as error:
        place = error.place or Place()
        problem = Problem(error.code, "error", place, error.message, error.hint)
        return FileCheck(name, False, problems=(problem,))
    return check(name, content, _canonical_of, _problem_of)


def _canonical_of(requirement: Requirement) -> str:
    if requirement.kind == "conda":
        return matchspec.canonical(requirement.text)
    return requirements.canonical(requirement.text)


def _problem_of(requirement: Requirement) -> Problem | None:
    if requirement.kind == "conda":
        return matchspec.problem_of(requirement)
    return requirements.problem_of(requirement)


def _view(found: FileCheck) -> CheckedFile:
    return CheckedFile(
        found.path, found.ok, list(found.requirements), [_problem(p) for p in found.problems]
    )


def _problem(problem: Problem) -> ProblemView:
    """What is only worth knowing is a warning too: an answer knows two severities."""
    severity: Severity = "error" if problem.severity == "error" else "warning"
    place = problem.place
    return ProblemView(
        problem.code, severity, place.line, place.column, problem.message, problem.hint
    )


def _lines(found: FileCheck) -> Iterator[str]:
    for problem in found.problems:
        yield from problem_lines(found.path, problem)
    count = sum(problem.severity != "note" for problem in found.problems)
    said = counted(count, "problem") if count else "no problems"
    read = counted(len(found.requirements), "requirement") if found.ok else "cannot be read"
    yield f"{found.path}: {read}, {said}"
