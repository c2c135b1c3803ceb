"""What `check` says of one file: whether it can be read, what it asks for, what is odd. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .errors import SpecError
from .findings import in_order
from .model import Kind, Problem, Requirement
from .secrets import redact
from .spec import read_spec


@dataclass(frozen=True, slots=True)
class CheckedRequirement:
    """One line of a file and what it means."""

    text: str
    """As written, secrets masked."""
    canonical: str
    """In the matcher's own words; empty where it has no meaning."""
    kind: Kind
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The outcome of one file."""

    path: str
    ok: bool
    """Whether it can be read; whether it may be built is for the policy to say."""
    requirements: tuple[CheckedRequirement, ...] = ()
    """All of them, in the file's order; none where the file cannot be read."""
    problems: tuple[Problem, ...] = ()
    """In the order of their places."""


def check(
    path_label: str,
    content: bytes,
    canonical_of: Callable[[Requirement], str],
    problem_of: Callable[[Requirement], Problem | None],
) -> FileCheck:
    """Read `content` and judge each of its lines by the two functions of the adapters.

    `canonical_of` may raise `SpecError`; `problem_of` may not. Nothing is raised.
    """
    try:
        spec = read_spec(content, path_label)
    except SpecError as unreadable:
        return FileCheck(path_label, False, problems=unreadable.problems)
    found = (p for r in spec.requirements if (p := problem_of(r)) is not None)
    problems = in_order((*spec.problems, *found))
    return FileCheck(
        path=path_label,
        ok=all(problem.severity != "error" for problem in problems),
        requirements=tuple(_checked(r, canonical_of) for r in spec.requirements),
        problems=problems,
    )


def _checked(
    requirement: Requirement, canonical_of: Callable[[Requirement], str]
) -> CheckedRequirement:
    try:
        canonical = canonical_of(requirement)
    except SpecError:
        canonical = ""
    place = requirement.place
    return CheckedRequirement(
        redact(requirement.text), redact(canonical), requirement.kind, place.line, place.column
    )
