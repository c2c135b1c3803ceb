"""Problems made one way: no secret in their words, and who may build in spite of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import SpecError
from .model import Place, Problem
from .secrets import redact

LENIENCE = "lenience"
"""Permission for what conda accepts although it is likely a mistake."""
NEVER = "never"
"""No policy allows it."""

_LONGEST_EXCERPT = 80
_LONGEST_READ = 8192


def error(code: str, place: Place, message: str, hint: str = "") -> Problem:
    """The file cannot be read with this in it."""
    return Problem(code, "error", place, redact(message), redact(hint), NEVER)


def warning(
    code: str, place: Place, message: str, hint: str = "", needs: str = LENIENCE
) -> Problem:
    """The file can be read; whether it can be built is for the policy to say (`needs`)."""
    return Problem(code, "warning", place, redact(message), redact(hint), needs)


def note(code: str, place: Place, message: str, hint: str = "") -> Problem:
    """Only worth knowing."""
    return Problem(code, "note", place, redact(message), redact(hint))


def quote(text: str) -> str:
    """A text of the file as a message shows it: in backticks, redacted, visible and short."""
    shown = redact(text[:_LONGEST_READ])
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown)
    if len(shown) > _LONGEST_EXCERPT:
        shown = shown[: _LONGEST_EXCERPT - 1] + "…"
    return f"`{shown}`"


def spec_error(file: str, problems: tuple[Problem, ...]) -> SpecError:
    """The error that tells of all `problems`, in the words of the first one that is an error."""
    first = next(problem for problem in problems if problem.severity == "error")
    return SpecError(
        first.code, first.message, first.hint, file=file, place=first.place, problems=problems
    )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place; of an error and a warning of one code at one place only the error."""
    found = list(dict.fromkeys(problems))
    errors = {(p.code, p.place) for p in found if p.severity == "error"}
    told = (p for p in found if p.severity == "error" or (p.code, p.place) not in errors)
    return tuple(sorted(told, key=lambda p: (p.place.line, p.place.column)))


def nearest(word: str, known: tuple[str, ...], most: int = 2) -> str:
    """The known word that is at most `most` edits away (but not `word` itself); empty if none."""
    if word in known or len(word) > 64:
        return ""
    distance, found = min((_edits(word, other), other) for other in known)
    return found if distance <= min(most, len(found) // 3) else ""


def _edits(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (x != y))
    return row[-1]
