"""Reading a file and judging its lines by the engines' own rules; no network, no store."""

from __future__ import annotations

from pathlib import Path

from jupyter_envs.adapters import projects, requirements
from jupyter_envs.adapters.conda import matchspec
from jupyter_envs.core.checking import FileCheck, check
from jupyter_envs.core.errors import EnvsError, SpecError
from jupyter_envs.core.model import Place, Problem, Requirement


def check_file(name: str, path: Path) -> FileCheck:
    """One file, called `name`; a file that is not there is a problem of its own."""
    try:
        content = projects.read(path)
    except EnvsError as error:
        place = error.place or Place()
        problem = Problem(error.code, "error", place, error.message, error.hint)
        return FileCheck(name, False, problems=(problem,))
    return check(name, content, canonical_of, problem_of)


def canonical_of(requirement: Requirement) -> str:
    """What a line means in the matcher's own words; raises `SpecError` where it means nothing."""
    if requirement.kind == "conda":
        return matchspec.canonical(requirement.text)
    return requirements.canonical(requirement.text)


def problem_of(requirement: Requirement) -> Problem | None:
    """What the engines would say of one line."""
    if requirement.kind == "conda":
        return matchspec.problem_of(requirement)
    return requirements.problem_of(requirement)


def refuse_errors(found: tuple[Problem, ...], file: str) -> None:
    """Raises `SpecError` where one of the problems is an error, naming the first."""
    errors = tuple(problem for problem in found if problem.severity == "error")
    if errors:
        first = errors[0]
        raise SpecError(
            first.code, first.message, first.hint, file=file, place=first.place, problems=errors
        )
