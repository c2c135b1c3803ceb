"""Conda lines that no version can satisfy, seen without a solver. Pure.

Only plain numeric versions are judged; whatever else a line says makes it unjudged, never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from .conda_lines import conda_line
from .findings import quote, warning
from .model import Problem, Requirement

_CLAUSE = re.compile(r"(?P<op>[<>]=?|==?|~=|)(?P<version>\d+(?:\.\d+)*)(?P<star>\.\*|\*|)")
_BRACKETS = re.compile(r"\[version=['\"]?(?P<version>[^'\"\]]*)['\"]?\]")

_LONGEST = 256

_Bound = tuple[tuple[float, ...], int]
"""A version and whether the bound lies at it (0), just above (1) or just below (-1)."""


@dataclass(frozen=True, slots=True)
class _Range:
    low: _Bound = ((), -1)
    high: _Bound = ((inf,), 0)

    @property
    def empty(self) -> bool:
        return self.low > self.high

    def __and__(self, other: _Range) -> _Range:
        return _Range(max(self.low, other.low), min(self.high, other.high))


def contradictions(requirements: Iterable[Requirement]) -> Iterator[Problem]:
    """E132 for a line at odds with itself, E137 for one at odds with an earlier line.

    `requirements` are those of one platform.
    """
    held: dict[str, tuple[_Range, Requirement]] = {}
    for requirement in requirements:
        allowed = _range(requirement)
        if requirement.kind != "conda" or allowed is None or not requirement.name:
            continue
        if allowed.empty:
            message = f"No version can match {quote(requirement.text)}"
            hint = "Correct one of its bounds"
            yield warning("E132", requirement.place, message, hint, "never")
            continue
        before, first = held.get(requirement.name, (_Range(), requirement))
        if (before & allowed).empty:
            yield _disagreement(first, requirement)
        else:
            held[requirement.name] = (before & allowed, requirement)


def _disagreement(first: Requirement, second: Requirement) -> Problem:
    lines = f"lines {first.place.line} and {second.place.line} disagree"
    message = f"{quote(first.text)} and {quote(second.text)}: {lines}"
    return warning("E137", second.place, message, "Delete one of the two lines", "never")


def _range(requirement: Requirement) -> _Range | None:
    if len(requirement.text) > _LONGEST:
        return None
    constraint = conda_line(requirement.text).constraint
    brackets = _BRACKETS.fullmatch(constraint)
    version = brackets["version"] if brackets else _version(constraint)
    if version is None:
        return None
    found = _Range()
    for clause in version.split(",") if version not in ("", "*") else ():
        bounds = _clause(clause.strip(), alone=not brackets and "," not in version)
        if bounds is None:
            return None
        found &= bounds
    return found


def _version(constraint: str) -> str | None:
    """The version part of `=1.2=build` or `>=1, <2 build`; None where it is not plain."""
    if re.search(r"[\[|#!;]", constraint):
        return None
    joined = re.sub(r"([<>=~,])\s+|\s+(?=,)", r"\1", constraint)
    version, *build = joined.split() or [""]
    built = re.fullmatch(r"={1,2}([^=<>~,]+)=[^=]+", version)
    if built:
        return f"=={built[1]}"
    return f"=={version}" if build and re.match(r"\d", version) else version


def _clause(text: str, alone: bool) -> _Range | None:
    match = _CLAUSE.fullmatch(text)
    if not match or match["op"] == "~=":
        return None
    numbers = tuple(float(part) for part in match["version"].split("."))
    point = _stripped(numbers)
    if match["star"] and match["op"] not in ("", "=", "=="):
        return None
    if match["star"] or match["op"] == "=":
        # A pre-release starts with the version and yet lies below it.
        return _Range((point, -1), ((*numbers, inf), 0))
    if match["op"] in ("==", ""):
        return _Range((point, 0), (point, 0))
    return {
        ">=": _Range(low=(point, 0)),
        ">": _Range(low=(point, 1)),
        "<=": _Range(high=(point, 0)),
        "<": _Range(high=(point, -1)),
    }[match["op"]]


def _stripped(numbers: tuple[float, ...]) -> tuple[float, ...]:
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers
