"""What a terminal says: errors, states and changes as lines; the panel uses the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jupyter_envs.core.errors import CancelledError, EnvsError
from jupyter_envs.core.model import Change, Drift, Problem
from jupyter_envs.core.secrets import redact
from jupyter_envs.wire import State

STATES: dict[State, str] = {
    "none": "No environment file",
    "invalid": "The environment file cannot be read",
    "unbuilt": "Not built yet",
    "broken": "What was built can no longer be used",
    "unsupported": "Not supported on this machine",
}


def state_sentence(state: State, drift: Drift) -> str:
    """What is true of a project, as `Out of sync: 2 missing, 1 altered`."""
    return STATES.get(state) or drift_sentence(drift)


def drift_sentence(drift: Drift) -> str:
    """The gaps of a drift, counted."""
    behind = len(drift.behind)
    counts = (
        (len(drift.unmet), "missing"),
        (len(drift.altered), "altered"),
        (behind, "kernel to restart" if behind == 1 else "kernels to restart"),
    )
    gaps = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"Out of sync: {gaps}" if gaps else "In sync"


def error_lines(error: EnvsError) -> Iterator[str]:
    """An error, each of its problems where there are several, and how to mend it."""
    if isinstance(error, CancelledError):
        yield error.message
        return
    place = f"{error.file}:{error.place.line}:{error.place.column}: " if error.place else ""
    yield f"{place}error {error.code}: {redact(error.message)}"
    if error.hint:
        yield f"  hint: {redact(error.hint)}"
    for problem in error.problems:
        if (problem.code, problem.message) != (error.code, error.message):
            yield from problem_lines(error.file, problem)
    yield from (f"  | {line}" for line in redact(error.details).splitlines()[:40])


def problem_lines(file: str, problem: Problem) -> Iterator[str]:
    """A problem as compilers and editors write it."""
    place = problem.place
    yield (
        f"{file}:{place.line}:{place.column}: {problem.severity} {problem.code}: {problem.message}"
    )
    if problem.hint:
        yield f"  hint: {problem.hint}"


def change_lines(sign: str, changes: Iterable[Change]) -> Iterator[str]:
    """As `~ numpy 2.1.0 → 2.2.0`."""
    for change in changes:
        versions = " → ".join(text for text in (change.before, change.after) if text)
        yield f"  {sign} {change.name} {versions}"


def printable(text: str) -> str:
    """A path that is not UTF-8, as it can be printed."""
    return text.encode("utf-8", "replace").decode()


def counted(count: int, one: str) -> str:
    """As `1 problem` or `2 problems`."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"
