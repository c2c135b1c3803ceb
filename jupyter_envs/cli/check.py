"""`jupyter envs check FILE…`: read environment files; no network, no store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jupyter_envs.core.checking import FileCheck
from jupyter_envs.core.model import Problem, Severity
from jupyter_envs.manager.checks import check_file
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
