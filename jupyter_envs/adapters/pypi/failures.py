"""What uv says when it fails, as our errors; its own words stay in `details`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from jupyter_envs.core.errors import (
    BuildError,
    DownloadError,
    EnvsError,
    InstallError,
    UnsolvableError,
)
from jupyter_envs.core.model import Package, Place, Problem

from .asked import Asked
from .held import Held
from .section import PipSection
from .settings import PipSettings

_NAME = r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)"
_VERSION = r"(?:[=<>!~]\S*)?"
_LOGGED = 20


@dataclass(frozen=True, slots=True)
class _Cause:
    """One kind of failure: how uv's words show it, and how we say it."""

    words: re.Pattern[str]
    kind: type[EnvsError]
    code: str
    message: str
    """With `{name}` for what the words name."""
    hint: str

    def error(self, name: str, details: str) -> EnvsError:
        return self.kind(self.code, self.message.format(name=name), self.hint, details=details)


def _cause(words: str, kind: type[EnvsError], code: str, message: str, hint: str) -> _Cause:
    return _Cause(re.compile(words, re.IGNORECASE), kind, code, message, hint)


_OFFLINE = _cause(
    r"Network connectivity is disabled|network was disabled",
    DownloadError,
    "E217",
    "The pip section needs the network, which is switched off",
    "Allow the network, then build again",
)

_ANYWHERE = (
    _OFFLINE,
    _cause(r"Hash mismatch for `(?P<name>[^`=]+)", DownloadError, "E183",
           "The bytes of `{name}` are not those of the lock",
           "Ask whoever publishes it, or build again to lock anew"),
    _cause(r"No space left on device", InstallError, "E227", "The disk is full",
           "Remove old generations, then build again"),
    _cause(r"Failed to build `?(?P<name>[A-Za-z0-9._-]+)", BuildError, "E226",
           "The build of `{name}` failed", "See the last lines of its log"),
    _cause(r"dns error|failed to lookup address", DownloadError, "E216",
           "The host of a package index cannot be found", "Check the network and the address"),
    _cause(r"invalid peer certificate|UnknownIssuer|certificate has expired", DownloadError, "E214",
           "The certificate of a package index is not trusted",
           "Check the clock, and the certificates of this machine"),
    _cause(r"\(407\b|proxy authentication", DownloadError, "E215",
           "The proxy refuses the connection", "Check the proxy's settings"),
    _cause(r"\(40[13]\b", DownloadError, "E210", "A package index refuses access",
           "Check the address and the password"),
    _cause(r"timed out|operation timeout", DownloadError, "E217",
           "A package index did not answer in time", "Try again later"),
    _cause(r"Failed to fetch|error sending request|Request failed", DownloadError, "E217",
           "A package index cannot be reached", "Check the network and the address"),
)  # fmt: skip
"""Names of packages occur in these words only where they are quoted."""

_RESOLVING = (
    _OFFLINE,
    _cause(rf"{_NAME}{_VERSION} has no (?:usable wheels|wheels with a matching)", UnsolvableError,
           "E222", "`{name}` has no wheel for this Python and platform",
           "Ask for another version, or allow build code for this project"),
    _cause(rf"{_NAME} was not found in (?:the package registry|the provided package locations)",
           UnsolvableError, "E223", "`{name}` was not found in the package index",
           "Check the name"),
    _cause(rf"there (?:is|are) no versions? of {_NAME}{_VERSION}", UnsolvableError, "E224",
           "No version of `{name}` is what the line asks for", "Loosen the version"),
    _cause(rf"only {_NAME}{_VERSION} is available and you require", UnsolvableError, "E224",
           "No version of `{name}` is what the line asks for", "Loosen the version"),
)  # fmt: skip

_INSTALLING = (
    _cause(r"\(404\b", DownloadError, "E184",
           "A locked package is no longer where it was", "Build again to lock anew"),
    _cause(r"Package `(?P<name>[^`]+)` can't be installed because|is not compatible|"
           r"doesn't have a (?:source distribution or )?wheel", InstallError, "E221",
           "The locked wheel of `{name}` does not fit this Python or machine",
           "Build again to lock anew"),
)  # fmt: skip
_NO_SOLUTION = "No solution found"


def unsolvable(text: str, section: PipSection, held: Held, settings: PipSettings) -> EnvsError:
    """Why the section has no answer, with the lines that it is about."""
    involved = [line for line in section.asked if _names(line.requirement.name, text)]
    kept = [package for name, package in held.distributions.items() if _names(name, text)]
    contradiction = _NO_SOLUTION in text
    causes = _RESOLVING if contradiction else _ANYWHERE
    error = _first(causes, text, lambda name: name not in held.distributions)
    if error is None and contradiction:
        error = _contradiction(involved, kept, text)
    return _at(error or _unknown(text), involved, settings.file)


def uninstallable(text: str, packages: tuple[Package, ...]) -> EnvsError:
    """Why locked packages did not install."""
    return _first((*_INSTALLING, *_ANYWHERE), text, lambda _: True) or _unknown(text)


def _first(causes: Iterable[_Cause], text: str, fits: Callable[[str], bool]) -> EnvsError | None:
    for cause in causes:
        if found := cause.words.search(text):
            groups = found.groupdict()
            name = canonicalize_name(groups.get("name") or "a package")
            if fits(name):
                return cause.error(name, text)
    return None


def _contradiction(involved: list[Asked], kept: list[Package], text: str) -> EnvsError:
    asked = " and ".join(f"`{line.requirement.text[:80]}`" for line in involved[:3])
    asked = asked or "the lines of the pip section"
    if kept:
        held = ", ".join(f"`{package.name}` {package.version}" for package in kept[:3])
        message = f"conda brings {held}, which does not go with {asked}"
        return UnsolvableError("E225", message, "Loosen one of the two", details=text)
    message = f"No set of packages answers {asked}" + (" together" if len(involved) > 1 else "")
    return UnsolvableError("E225", message, "Loosen one of the lines", details=text)


def _unknown(text: str) -> EnvsError:
    lines = [line for line in text.splitlines() if line.startswith("error:")]
    words = lines[0].removeprefix("error:").strip()[:200].rstrip(".") if lines else "uv stopped"
    return InstallError("E220", f"The pip section failed: {words}", "See the details",
                        details=text)  # fmt: skip


def _names(name: str, text: str) -> bool:
    """Whether uv's words name a distribution."""
    return bool(name) and bool(
        re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", text, re.IGNORECASE)
    )


def _at(error: EnvsError, involved: list[Asked], file: str) -> EnvsError:
    """The error at the first line it is about, with a problem for each."""
    error.file = involved[0].file if involved else file
    error.place = involved[0].requirement.place if involved else Place()
    error.problems = tuple(
        Problem(error.code, "error", line.requirement.place, error.message, error.hint)
        for line in involved
    )
    if error.code == "E226":
        error.details = "\n".join(error.details.splitlines()[-_LOGGED:])
    return error
