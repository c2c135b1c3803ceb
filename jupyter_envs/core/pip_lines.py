"""A line of pip's requirements format cut into its parts, tolerantly. Pure.

Form and name only; whether it is valid (PEP 508) and what answers it (PEP 440) is for
`adapters.requirements` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .project_names import normalized

Form = Literal["requirement", "option", "path", "url", "vcs", "include"]

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_DIRECT = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\]\s*)?@\s*(?P<target>\S.*)"
)
_OPTION = re.compile(r"(?P<option>-[a-zA-Z]|--[a-z][a-z0-9-]*)(?:\s*=\s*|\s+)?(?P<value>.*)")
_HASH = re.compile(r"\s--hash[=\s]\s*(?P<hash>\S+)")
_VCS = re.compile(r"(?:git|hg|svn|bzr)\+", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?://|/)")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_FILE_END = re.compile(r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz)$", re.IGNORECASE)
_MARKER = re.compile(r"\s;\s|;\s|\s;")
_EGG = re.compile(r"[#&]egg=(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class PipLine:
    """What a line asks pip for."""

    form: Form
    name: str = ""
    """PEP 503 normalized; empty where the line does not say it."""
    target: str = ""
    """The URL or path (marker and hashes cut off), or the value of an option."""
    option: str = ""
    """As written: `-r`, `--index-url`; for an editable one `-e` or `--editable`."""
    marker: str = ""
    hashes: tuple[str, ...] = ()

    @property
    def editable(self) -> bool:
        return self.option in ("-e", "--editable")


def pip_line(text: str) -> PipLine:
    """The parts of `text`, a line without comment; never raises."""
    text = text.strip()
    if text.startswith("-"):
        return _option(text)
    hashes = tuple(match["hash"] for match in _HASH.finditer(text))
    return _asked(without_hashes(text), hashes)


def without_hashes(text: str) -> str:
    """The line in front of its `--hash` options."""
    return _HASH.split(text, maxsplit=1)[0].strip()


def requirement_lines(text: str) -> tuple[str, ...]:
    """The lines of a requirements file: continued ones joined, comments and blank ones left out."""
    joined = re.sub(r"\\\r?\n", " ", text)
    lines = (re.sub(r"(?:^|\s)#.*", "", line).strip() for line in joined.splitlines())
    return tuple(line for line in lines if line)


def _option(text: str) -> PipLine:
    match = _OPTION.fullmatch(text)
    option, value = (match["option"], match["value"].strip()) if match else (text, "")
    if option in ("-e", "--editable"):
        asked = _asked(value, ())
        form: Form = asked.form if asked.form in ("vcs", "url") else "path"
        return PipLine(form, asked.name if form != "path" else "", asked.target or value, option,
                       asked.marker)  # fmt: skip
    if option in ("-r", "--requirement", "-c", "--constraint"):
        return PipLine("include", target=value, option=option)
    return PipLine("option", target=value, option=option)


def _asked(body: str, hashes: tuple[str, ...]) -> PipLine:
    direct = _DIRECT.fullmatch(body)
    name, target = (normalized(direct["name"]), direct["target"]) if direct else ("", body)
    if direct or _points(target):
        target, marker = _cut_marker(target)
        egg = _EGG.search(target)
        name = name or (normalized(egg["name"]) if egg else "")
        return PipLine(_form(target), name or _name_of_wheel(target), target, marker=marker,
                       hashes=hashes)  # fmt: skip
    before, _, marker = body.partition(";")
    found = _NAME.match(before)
    return PipLine("requirement", normalized(found[0]) if found else "", marker=marker.strip(),
                   hashes=hashes)  # fmt: skip


def _points(text: str) -> bool:
    """Whether a text is a URL or path instead of a name."""
    first = _cut_marker(text)[0]
    return bool(
        _VCS.match(first)
        or _SCHEME.match(first)
        or _DRIVE.match(first)
        or first.startswith((".", "/", "~", "\\"))
        or (_FILE_END.search(first) and not re.search(r"[=<>!~]", first))
        or ("/" in first.split("[", 1)[0] and not re.search(r"[=<>!~;@]", first))
    )


def _form(target: str) -> Form:
    if _VCS.match(target):
        return "vcs"
    return "url" if _SCHEME.match(target) and not _DRIVE.match(target) else "path"


def _cut_marker(target: str) -> tuple[str, str]:
    match = _MARKER.search(target)
    return (target[: match.start()], target[match.end() :].strip()) if match else (target, "")


def _name_of_wheel(target: str) -> str:
    file = target.split("#", 1)[0].split("?", 1)[0].replace("\\", "/").rsplit("/", 1)[-1]
    return normalized(file.split("-", 1)[0]) if file.endswith(".whl") and "-" in file else ""
