"""What can go wrong between a channel and a prefix, from rattler's words to ours."""

from __future__ import annotations

import re
from typing import NamedTuple

from jupyter_envs.core.errors import BuildError, DownloadError, InstallError
from jupyter_envs.core.model import Package
from jupyter_envs.core.secrets import redact

MOST_DETAILS = 20_000


class _Mishap(NamedTuple):
    pattern: str
    kind: type[BuildError]
    code: str
    says: str
    """Behind the name of the package."""
    hint: str


_MISHAPS = (
    _Mishap(
        r"hash mismatch",
        DownloadError,
        "E183",
        "differs from its lock",
        "Do not use it before its channel's owner has explained the change, then lock again",
    ),
    _Mishap(
        r"No space left|Disk quota|File too large",
        InstallError,
        "E401",
        "found no room: the disk is full",
        "Free some space, then build again",
    ),
    _Mishap(
        r"Permission denied|Read-only file system",
        InstallError,
        "E402",
        "could not be written",
        "Check who owns the store, then build again",
    ),
    _Mishap(
        r"\b404\b|\b410\b|failed to fetch(?s:.*)No such file",
        DownloadError,
        "E184",
        "is gone from its channel",
        "Lock again, so that packages that are there are chosen",
    ),
    _Mishap(
        r"\b40[137]\b",
        DownloadError,
        "E210",
        "asks for a login",
        "Log in to its channel, then build again",
    ),
    _Mishap(
        r"certificate",
        DownloadError,
        "E214",
        "comes from a host whose certificate cannot be trusted",
        "Check the clock; for a CA of your own set `ssl_verify` in `.condarc`",
    ),
    _Mishap(
        r"EOF|end of file|before message length|decompress|truncated|incomplete"
        r"|extends beyond|Invalid checksum",
        DownloadError,
        "E311",
        "came cut off",
        "Build again; if it stays, tell its channel's owner",
    ),
    _Mishap(
        r"bz2 header|Could not find EOCD|EOCD|invalid Zip|magic|zip archive",
        DownloadError,
        "E312",
        "came as something that is no package, as a login page",
        "Open its address in a browser, log in to the network, then build again",
    ),
    _Mishap(
        r"fetch|download|status|connect|dns|timed? ?out",
        DownloadError,
        "E217",
        "could not be fetched",
        "Check the network, then build again",
    ),
)
_OTHER = _Mishap(
    "",
    InstallError,
    "E300",
    "could not be linked",
    "Build again; if it stays, report the details",
)


def translated(reason: str, packages: tuple[Package, ...]) -> BuildError:
    """Rattler's chain of causes as one of our errors, naming the package it names first."""
    bare = re.sub(r"\w+://\S+", " ", reason)
    mishap = next((m for m in _MISHAPS if re.search(m.pattern, bare, re.IGNORECASE)), _OTHER)
    named = next((p for p in packages if p.file_name and _names(reason, p)), None)
    which = f"`{named.file_name}`" if named else "A package"
    hashes = re.search(r"expected ([0-9a-f]{16})\w+, got ([0-9a-f]{16})", reason)
    seen = f": expected sha256 {hashes[1]}…, got {hashes[2]}…" if hashes else ""
    return mishap.kind(
        mishap.code,
        f"{which} {mishap.says}{seen}",
        mishap.hint,
        details=redact(reason)[:MOST_DETAILS],
    )


def _names(reason: str, package: Package) -> bool:
    stem = f"{package.name}-{package.version}-{package.build}"
    return stem in reason or re.search(rf"'{re.escape(package.name)}'", reason) is not None
