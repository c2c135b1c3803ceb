"""What a line of the pip section means: PEP 508 and PEP 440, asked of `packaging`."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.version import InvalidVersion

from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.findings import quote, warning
from jupyter_envs.core.model import Place, Problem, Requirement
from jupyter_envs.core.pip_lines import pip_line, without_hashes


def canonical(text: str) -> str:
    """PEP 508 text of a line, as `requests<3,>=2`; the line itself where it is no such line.

    `SpecError` E162 if it should be one and is not.
    """
    return str(_parsed(text)) if _is_pep508(text) else text


def satisfied(text: str, version: str) -> bool:
    """Whether an installed version answers the line; an installed pre-release counts, as for pip.

    A line that names no version (a URL, a path) is answered by any; `SpecError` E162 if invalid.
    """
    if not _is_pep508(text):
        return True
    try:
        return _parsed(text).specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return not _parsed(text).specifier


def applies(text: str, environment: Mapping[str, str]) -> bool:
    """Whether the marker of the line holds in `environment` (PEP 508 names, all of them)."""
    marker = _parsed(text).marker if _is_pep508(text) else None
    return marker is None or marker.evaluate({**environment, "extra": ""})


def problem_of(requirement: Requirement) -> Problem | None:
    """E162 with the column at which a pip line stops to be PEP 508; none for other lines.

    conda's reader does not look at pip lines, so reading goes on; a build cannot.
    """
    text = requirement.text
    if requirement.kind != "pip" or not _is_pep508(text):
        return None
    try:
        _parsed(text)
    except SpecError as refused:
        column = requirement.place.column + (refused.place.column - 1 if refused.place else 0)
        place = Place(requirement.place.line, column)
        return warning("E162", place, refused.message, refused.hint, "never")
    return None


def _is_pep508(text: str) -> bool:
    line = pip_line(text)
    return line.form == "requirement" or (bool(line.target) and "@" in text and not line.option
                                          and _names_first(text))  # fmt: skip


def _names_first(text: str) -> bool:
    return text.lstrip()[:1].isalnum() and ":" not in text.split("@", 1)[0]


def _parsed(text: str) -> Pep508:
    body = without_hashes(text)
    try:
        return Pep508(body)
    except InvalidRequirement as refused:
        start, end = getattr(refused.__cause__, "span", (0, 0))
        place = Place(1, min(start, len(body)) + 1)
        message, hint = _words(body, start, end, str(refused).split("\n", 1)[0])
        raise SpecError("E162", message, hint, place=place, details=str(refused)) from refused


def _words(body: str, start: int, end: int, reason: str) -> tuple[str, str]:
    rest = body[start:]
    name = pip_line(body).name or "name"
    if rest.startswith("=") and not rest.startswith("=="):
        hint = f"Write {quote(body[:start] + '=' + rest)}"
        return f"One `=` in {quote(body)} is conda syntax", hint
    if rest in ("==", ">=", "<=", "<", ">", "~=", "!="):
        message = f"The version is missing after `{rest}` in {quote(body)}"
        return message, f"Write the version, or only {quote(body[:start])}"
    message = f"{quote(body)} is not a pip requirement: {reason[:1].lower()}{reason[1:]}"
    return message, f"Write it as {quote(name + '==1.2')} or {quote(name + '>=1.2,<2')}"
