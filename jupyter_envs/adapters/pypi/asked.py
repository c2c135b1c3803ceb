"""One pip line, checked and written anew for uv."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as NamedRequirement

from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.model import Requirement
from jupyter_envs.core.pip_lines import PipLine

from .places import inside
from .settings import PipSettings

_EXTRAS = re.compile(r"\[[A-Za-z0-9._, -]*\]$")
_REPOSITORY = re.compile(r"git\+https://[^\s#]+(?:#[^\s]*)?")
_URL = re.compile(r"https?://[^\s\"']+")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement and the line that tells uv of it."""

    requirement: Requirement
    file: str
    """The file it stands in."""
    uv_line: str
    marker: str = ""
    hashes: tuple[str, ...] = ()
    """`sha256:…` of the artefacts that the author accepts; empty: any."""


def asked(
    line: PipLine, requirement: Requirement, file: str, base: Path, settings: PipSettings
) -> Asked:
    """A line as it may be passed on; `SpecError` E162 to E164 or E168 where it may not."""
    check = _Check(requirement, file, settings)
    written = {
        "requirement": check.named,
        "url": check.url,
        "vcs": check.repository,
        "path": check.path,
    }[line.form](line, base)
    marker = check.marker(line.marker)
    if marker and line.form != "requirement":
        written = f"{written} ; {marker}"
    return Asked(requirement, file, written, marker, check.hashes(line))


class _Check:
    def __init__(self, requirement: Requirement, file: str, settings: PipSettings) -> None:
        self.requirement = requirement
        self.file = file
        self.settings = settings

    def error(self, code: str, message: str, hint: str) -> SpecError:
        return SpecError(code, message, hint, file=self.file, place=self.requirement.place)

    def named(self, line: PipLine, base: Path) -> str:
        text = re.split(r"\s--hash[=\s]", self.requirement.text)[0]
        try:
            return str(NamedRequirement(text))
        except InvalidRequirement as error:
            message = f"`{text[:80]}` is not a requirement of pip"
            hint = "Write it as `numpy==1.26.4`" if re.search(r"[\w]=[\w]", text) else ""
            raise self.error("E162", message, hint or "See PEP 508 for how to write it") from error

    def marker(self, text: str) -> str:
        try:
            return str(Marker(text)) if text else ""
        except InvalidMarker as error:
            message = f"`{text[:80]}` is not a marker"
            raise self.error("E162", message, "See PEP 508 for how to write it") from error

    def hashes(self, line: PipLine) -> tuple[str, ...]:
        if not all(_SHA256.fullmatch(value) for value in line.hashes):
            raise self.error(
                "E166", "A `--hash` is no sha256", "Write `--hash=sha256:` and 64 digits"
            )
        return line.hashes

    def url(self, line: PipLine, base: Path) -> str:
        if line.target.startswith("file:"):
            return self.path(line, base)
        if not _URL.fullmatch(line.target):
            raise self.error("E168", "Only `https` addresses can be installed from", "Use `https`")
        if not line.target.partition("#")[0].endswith(".whl"):
            self._needs_build_code("It is not a wheel, and only wheels install without build code")
        return f"{line.name} @ {line.target}" if line.name else line.target

    def repository(self, line: PipLine, base: Path) -> str:
        if not _REPOSITORY.fullmatch(line.target):
            hint = "Write `name @ git+https://host/repository@commit`"
            raise self.error("E168", "Only git repositories at `https` addresses are allowed", hint)
        if not (self.settings.allow_vcs and self.settings.allow_build_code):
            hint = "Allow repositories and build code for this project, or name a released version"
            raise self.error("E168", "Installing from a repository runs its build code", hint)
        target = line.target if line.name else line.target.partition("#egg=")[0]
        prefix = "-e " if line.editable else f"{line.name} @ " if line.name else ""
        return prefix + target

    def path(self, line: PipLine, base: Path) -> str:
        extras = _EXTRAS.search(line.target)
        target = line.target[: extras.start()] if extras else line.target
        path = inside(base, target.partition("#")[0], self.settings.folder)
        if path is None:
            message = "A path of the pip section lies outside the project"
            raise self.error("E164", message, "Move it into the project")
        if path.suffix == ".whl":
            return path.as_uri()
        self._needs_build_code("Installing a folder of the project runs its build code")
        return ("-e " if line.editable else "") + path.as_uri() + (extras[0] if extras else "")

    def _needs_build_code(self, message: str) -> None:
        if not self.settings.allow_build_code:
            hint = "Allow build code for this project, or take the line away"
            raise self.error("E163", message, hint)
