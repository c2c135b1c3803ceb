"""What a conda line means: rattler's lenient MatchSpec, asked line by line.

rattler is imported at the first question (0.06 s, 21 MB). Lines that could harm its parser (a
hundred thousand brackets end the whole process) are refused before it sees them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from jupyter_envs.core.conda_lines import CondaLine, conda_line
from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.findings import error, quote, warning
from jupyter_envs.core.model import Package, Place, Problem, Requirement

if TYPE_CHECKING:
    from rattler import MatchSpec, PackageRecord

LONGEST_LINE = 1024
_MOST_BRACKETS = 32
_DEFAULTS = re.compile(r"https?://repo\.anaconda\.com/pkgs/[\w-]+|.*/defaults")
_NAME = re.compile(r"[a-z0-9_][a-z0-9._-]*")


def canonical(text: str) -> str:
    """Rattler's canonical text of a conda line, as `python 3.10.*`; `SpecError` if it has none."""
    return str(parsed(text))


def name_of(text: str) -> str:
    """The package that a conda line asks for, in lower case; `SpecError` if it has none."""
    return _name(parsed(text))


def problem_of(requirement: Requirement) -> Problem | None:
    """What is wrong with a conda line, at its column; none for other kinds and for artefacts."""
    line = conda_line(requirement.text)
    if requirement.kind != "conda" or line.is_file:
        return None
    try:
        spec = parsed(requirement.text)
    except SpecError as refused:
        return _refused(requirement, line, refused)
    return _odd(requirement, line, spec)


def matches(text: str, package: Package) -> bool:
    """Whether `package` answers a conda line as conda would judge it, channel and subdir included.

    `SpecError` if the line has no meaning.
    """
    spec = parsed(text)
    if package.kind != "conda" or _name(spec) != package.name.lower():
        return False
    return _from_there(spec, package, conda_line(text)) and spec.matches(_record(package))


@lru_cache(maxsize=4096)
def parsed(text: str) -> MatchSpec:
    """The MatchSpec of a conda line; `SpecError` E130 or E134 if rattler refuses it."""
    from rattler import MatchSpec
    from rattler.exceptions import InvalidMatchSpecError

    if len(text) > LONGEST_LINE or sum(map(text.count, "([{")) > _MOST_BRACKETS:
        raise SpecError("E134", f"A package line of {len(text):,} characters is not understood",
                        "Write a name and a version")  # fmt: skip
    try:
        return MatchSpec(text, strict=False)
    except InvalidMatchSpecError as refused:
        reason = str(refused).split("\nCaused by:", 1)[0]
        code = "E134" if "package name" in reason else "E130"
        message = f"{quote(text)} is not a package line"
        raise SpecError(code, message, "Write it as `name=version`", details=reason) from refused


def _name(spec: MatchSpec) -> str:
    return str(getattr(spec.name, "normalized", spec.name))


def _refused(requirement: Requirement, line: CondaLine, refused: SpecError) -> Problem:
    text = requirement.text
    if found := re.search(r"[=<>!~,|]+$", text.split("#", 1)[0].rstrip()):
        message = f"The version is missing after `{found[0]}` in {quote(text)}"
        hint = f"Write the version, or only {quote(text[: found.start()].strip())}"
        return error("E130", _at(requirement, found.end() - 1), message, hint)
    if not refused.details:
        return error("E134", requirement.place, refused.message, refused.hint)
    if text.startswith(("/", ".", "~")):
        message = f"{quote(text)}: paths are not allowed"
        hint = "Name the package, and add its channel to `channels`"
        return error("E135", requirement.place, message, hint)
    if refused.code == "E134":
        name = text.split("::")[-1].split("=", 1)[0]
        message = f"{quote(name)} is not the name of a package"
        odd = re.search(r"[^A-Za-z0-9._\s-]", text)
        hint = "Use letters, digits, `-`, `_` and `.`"
        return error("E134", _at(requirement, odd.start() if odd else 0), message, hint)
    start = text.find(line.constraint) if line.constraint else 0
    message = f"{quote(line.constraint or text)} is not a version constraint"
    name = line.name or "name"
    hint = f"Write it as {quote(name + '=1.2')} or {quote(name + '>=1.2,<2')}"
    return error("E130", _at(requirement, start), message, hint)


def _odd(requirement: Requirement, line: CondaLine, spec: MatchSpec) -> Problem | None:
    """What rattler takes although conda does not, or would only fail on later."""
    name, text = _name(spec), requirement.text
    build = "" if "[" in text else spec.build or ""
    if not _NAME.fullmatch(name) and ":" not in name:
        message = f"{quote(name)} is not the name of a package"
        return error("E134", requirement.place, message, "Use letters, digits, `-`, `_` and `.`")
    if found := re.search(r"[=<>!~]", build):
        at = text.rfind(build) + found.start()
        message = f"Too many `{found[0]}` in {quote(text)}"
        return error("E130", _at(requirement, at), message, f"Write {quote(name + '=1.2=build')}")
    version = spec.version or "*"
    if version != "*" and not re.search(r"[\d*]", version):
        message = f"{quote(version.lstrip('=<>!~'))} in {quote(text)} is read as a version"
        hint = "A name has no blanks: join its words with `-`"
        return warning("E134", requirement.place, message, hint)
    return None


def _at(requirement: Requirement, offset: int) -> Place:
    place = requirement.place
    return Place(place.line, place.column + max(offset, 0))


def _from_there(spec: MatchSpec, package: Package, line: CondaLine) -> bool:
    """Rattler leaves channel and subdir of a record that has no URL unchecked."""
    if spec.subdir and package.subdir and spec.subdir != package.subdir:
        return False
    if spec.channel is None:
        return True
    have, want = package.channel.rstrip("/"), spec.channel.base_url.rstrip("/")
    name = spec.channel.name or line.channel
    if name == "defaults" and _DEFAULTS.fullmatch(have):
        return True
    by_name = "://" not in line.channel and not line.channel.startswith(("/", ".", "~"))
    return have == want or (by_name and have.endswith(f"/{name}"))


@lru_cache(maxsize=8192)
def _record(package: Package) -> PackageRecord:
    from rattler import PackageRecord
    from rattler.package import BuildString

    number = re.search(r"(\d+)$", package.build)
    return PackageRecord(
        package.name,
        package.version,
        BuildString(package.build or "0"),
        int(number[1][-9:]) if number else 0,
        package.subdir or "noarch",
        md5=bytes.fromhex(package.md5) if package.md5 else None,
        sha256=bytes.fromhex(package.sha256) if package.sha256 else None,
    )
