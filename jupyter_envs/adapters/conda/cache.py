"""The package cache: what is in it, what must leave it, which archive to extract from."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jupyter_envs.core.errors import DownloadError, LockError
from jupyter_envs.core.model import Package
from jupyter_envs.core.secrets import redact

SIDECAR_HASH = 32


def entry_name(package: Package) -> str:
    """The folder that rattler extracts to: the package's name and the hash of its origin."""
    path = local_path(package.url)
    origin = str(path) if path else package.url
    digest = hashlib.sha256(origin.encode()).hexdigest()
    return f"{package.name}-{package.version}-{package.build}-{digest}"


def is_cached(cache: Path, package: Package) -> bool:
    """Whether the cache holds this very artefact, by the hash that its entry was made for."""
    entry = cache / entry_name(package)
    return (entry / "info/index.json").is_file() and _sidecar(entry) == package.sha256


def drop_mismatches(cache: Path, packages: Iterable[Package]) -> None:
    """Delete entries made for other bytes.

    rattler marks an entry with the new hash before it has fetched the bytes, so that a kill
    in between would leave old content under a new name.
    """
    for package in packages:
        entry = cache / entry_name(package)
        if entry.exists() and _sidecar(entry) != package.sha256:
            drop(entry)


def drop(entry: Path) -> None:
    """Forget one entry."""
    shutil.rmtree(entry, ignore_errors=True)
    entry.with_name(f"{entry.name}.lock").unlink(missing_ok=True)


def nearest_source(cache: Path, package: Package, lower: Iterable[Path]) -> Package:
    """The package, to be read from another tool's cache where that holds the same archive."""
    if local_path(package.url) is not None:
        return package
    for folder in lower:
        archive = folder / package.file_name
        if archive.is_file():
            near = replace(package, url=archive.resolve().as_uri())
            if is_cached(cache, near) or sha256_of(archive) == package.sha256:
                return near
    return package


def check_local(package: Package) -> None:
    """Raises `DownloadError` where an archive on this machine is not the one that was locked.

    rattler checks what it fetches over HTTP and nothing that it reads from a disk.
    """
    path = local_path(package.url)
    if path is None:
        return
    try:
        found = sha256_of(path)
    except OSError as error:
        raise DownloadError(
            "E184",
            f"`{package.file_name}` is gone from its channel",
            "Lock again, so that packages that are there are chosen",
            details=redact(str(error)),
        ) from error
    if found != package.sha256:
        raise DownloadError(
            "E183",
            f"`{package.file_name}` differs from its lock: expected sha256 "
            f"{package.sha256[:16]}…, got {found[:16]}…",
            "Do not use it before its channel's owner has explained the change, then lock again",
        )


def require_hashes(packages: Iterable[Package]) -> None:
    """Raises `LockError` where a package has no sha256 to be checked against."""
    for package in packages:
        if len(package.sha256) != 64:
            raise LockError(
                "E182",
                f"`{package.name}` has no sha256 in the lock",
                "Lock again, so that every package can be checked",
            )


def sha256_of(path: Path) -> str:
    """Hex digest of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def local_path(url: str) -> Path | None:
    """The path that a `file://` URL names."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _sidecar(entry: Path) -> str:
    """The hash that rattler wrote beside an entry."""
    try:
        return entry.with_name(f"{entry.name}.lock").read_bytes()[8 : 8 + SIDECAR_HASH].hex()
    except OSError:
        return ""
