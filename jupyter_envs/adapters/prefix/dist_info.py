"""The metadata that Python's installers leave: `*.dist-info` (PEP 376, 610, 627), `*.egg-info`."""

from __future__ import annotations

import csv
import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import msgspec
from packaging.version import InvalidVersion, Version

from jupyter_envs.core.installed import Origin
from jupyter_envs.core.model import Package
from jupyter_envs.core.project_names import normalized

from .cache import PrefixFacts, site_packages, stamp_of

_HEAD = 4096


@dataclass(frozen=True, slots=True)
class MetadataFacts:
    """What one metadata folder says."""

    folder: str
    """Relative to the prefix."""
    package: Package
    installer: str = ""
    installer_sha256: str = ""
    record_size: int = 0
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a RECORD file."""

    path: str
    """Relative to the prefix; with `..` or absolute where outside of it."""
    sha256: str
    """As RECORD writes it: URL-safe base64 without padding; empty where none."""


def read_metadata(prefix: str, facts: PrefixFacts) -> tuple[MetadataFacts, ...]:
    """Every distribution of every site-packages; what is half written or removed is left out."""
    paths = (path for site in site_packages(prefix) for path in _metadata_paths(site))
    found = (_facts_of(prefix, path, facts) for path in paths)
    return tuple(fact for fact in found if fact is not None)


def read_listing(prefix: str, folder: str) -> Iterator[Listed]:
    """The files of a distribution by its RECORD; raises `OSError`."""
    base = folder.rpartition("/")[0]
    with open(
        f"{prefix}/{folder}/RECORD", encoding="utf-8", errors="replace", newline=""
    ) as stream:
        for row in csv.reader(stream):
            if row:
                path = posixpath.normpath(posixpath.join(base, row[0]))
                algorithm, _, digest = (row[1] if len(row) > 1 else "").partition("=")
                yield Listed(path, digest if algorithm == "sha256" else "")


def _metadata_paths(site: str) -> list[str]:
    """What pip could not remove it renames to names that start with `~`: they are rubbish."""
    try:
        with os.scandir(site) as entries:
            found = [e for e in entries if e.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return []
    return sorted(e.path for e in found if e.name[0] not in "~.-")


def _main_file(path: str) -> str:
    if path.endswith(".dist-info"):
        return f"{path}/METADATA"
    return f"{path}/PKG-INFO" if os.path.isdir(path) else path


def _facts_of(prefix: str, path: str, facts: PrefixFacts) -> MetadataFacts | None:
    try:
        stamp = stamp_of(os.stat(_main_file(path)))
        return facts.of(path, stamp, lambda: _facts(prefix, path))
    except OSError:
        return None


def _facts(prefix: str, path: str) -> MetadataFacts:
    name, version = _name_and_version(path)
    installer = _read(f"{path}/INSTALLER")
    return MetadataFacts(
        folder=path[len(prefix) + 1 :],
        package=Package(kind="pip", name=normalized(name), version=_canonical(version)),
        installer=installer.decode("utf-8", "replace").strip(),
        installer_sha256=sha256(installer).hexdigest() if installer else "",
        record_size=_size(f"{path}/RECORD"),
        origin=_origin(_read(f"{path}/direct_url.json")),
    )


def _name_and_version(path: str) -> tuple[str, str]:
    stem = os.path.basename(path).rpartition(".")[0].split("-")
    named = {"name": stem[0], "version": stem[1] if len(stem) > 1 else ""}
    with open(_main_file(path), "rb") as stream:
        head = stream.read(_HEAD)
    for line in head.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        if not line:
            break
        if key.lower() in named and value.strip():
            named[key.lower()] = value.strip()
    return named["name"], named["version"]


def _canonical(version: str) -> str:
    try:
        return str(Version(version))
    except InvalidVersion:
        return version


class _DirectUrl(msgspec.Struct):
    class Vcs(msgspec.Struct):
        vcs: str = ""
        commit_id: str = ""
        requested_revision: str | None = None

    class Folder(msgspec.Struct):
        editable: bool = False

    class Archive(msgspec.Struct):
        hash: str | None = None
        hashes: dict[str, str] = {}

    url: str
    vcs_info: Vcs | None = None
    dir_info: Folder | None = None
    archive_info: Archive | None = None


def _origin(content: bytes) -> Origin | None:
    if not content:
        return None
    try:
        direct = msgspec.json.decode(content, type=_DirectUrl)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    vcs, archive = direct.vcs_info, direct.archive_info
    return Origin(
        url=direct.url,
        vcs=vcs.vcs if vcs else "",
        requested=(vcs.requested_revision or "") if vcs else "",
        commit=vcs.commit_id if vcs else "",
        sha256=_archive_hash(archive) if archive else "",
        folder=direct.dir_info is not None,
        editable=direct.dir_info is not None and direct.dir_info.editable,
    )


def _archive_hash(archive: _DirectUrl.Archive) -> str:
    algorithm, _, digest = (archive.hash or "").partition("=")
    return archive.hashes.get("sha256") or (digest if algorithm == "sha256" else "")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
