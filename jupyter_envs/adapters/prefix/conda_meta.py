"""The records of `conda-meta`, as conda, mamba and rattler write them."""

from __future__ import annotations

import os
from dataclasses import dataclass

import msgspec

from jupyter_envs.core.model import Package
from jupyter_envs.core.project_names import normalized

from .cache import PrefixFacts, stamp_of
from .folders import folders_of

_METADATA = (".dist-info", ".egg-info")


class PathEntry(msgspec.Struct):
    """One file of a record, as conda's `PathDataV1` has it."""

    path: str = msgspec.field(name="_path")
    path_type: str = "hardlink"
    prefix_placeholder: str | None = None
    sha256: str | None = None
    sha256_in_prefix: str | None = None
    size_in_bytes: int | None = None


class PathsData(msgspec.Struct):
    """The files of a record."""

    paths: list[PathEntry] = []


class Record(msgspec.Struct):
    """One file of `conda-meta`; what is not asked of it is not read."""

    name: str
    version: str
    build: str = ""
    subdir: str | None = ""
    channel: str | None = ""
    url: str | None = None
    sha256: str | None = None
    md5: str | None = None
    size: int | None = None
    depends: tuple[str, ...] = ()
    files: list[str] = []
    paths_data: PathsData | None = None
    extracted_package_dir: str | None = None


@dataclass(frozen=True, slots=True)
class OwnMetadata:
    """The metadata folder of a Python distribution that a conda package brings."""

    folder: str
    """Relative to the prefix."""
    name: str
    """Normalized, as the folder's name says it."""
    installer_sha256: str
    """Of its INSTALLER file; empty where unknown."""
    record_size: int
    """Bytes of its RECORD file; 0 where unknown."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What of a record is worth keeping in memory."""

    package: Package
    metadata: tuple[OwnMetadata, ...] = ()
    folders: frozenset[str] = frozenset()
    empty: bool = False
    readable: bool = True


_DECODER = msgspec.json.Decoder(Record)


def read_record(path: str) -> Record | None:
    """None where it is no record; raises `OSError`."""
    with open(path, "rb") as stream:
        content = stream.read()
    try:
        return _DECODER.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def record_paths(prefix: str) -> tuple[os.DirEntry[str], ...]:
    """The records of a prefix, by file name; none where there is no `conda-meta`."""
    try:
        with os.scandir(f"{prefix}/conda-meta") as entries:
            found = [e for e in entries if e.name.endswith(".json") and e.name[0] != "."]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda entry: entry.name))


def read_facts(prefix: str, facts: PrefixFacts) -> tuple[RecordFacts, ...]:
    """The facts of every record, read again only where its file has changed."""
    found = (_facts_of(entry, facts) for entry in record_paths(prefix))
    return tuple(fact for fact in found if fact is not None)


def package_of(record: Record) -> Package:
    """The package that a record tells of; its channel is the base URL, or the name it has."""
    return Package(
        kind="conda",
        name=record.name.lower(),
        version=record.version,
        build=record.build,
        subdir=record.subdir or "",
        channel=_channel(record),
        url=record.url or "",
        sha256=record.sha256 or "",
        md5=record.md5 or "",
        size=record.size or 0,
        depends=record.depends,
    )


def entries_of(record: Record) -> list[PathEntry]:
    """Its files with their hashes; none where an old conda wrote the record."""
    return record.paths_data.paths if record.paths_data else []


def _facts_of(entry: os.DirEntry[str], facts: PrefixFacts) -> RecordFacts | None:
    """None where it was removed since the folder was listed, or leads nowhere."""
    try:
        return facts.of(entry.path, stamp_of(entry.stat()), lambda: _facts(entry.path))
    except OSError:
        return None


def _facts(path: str) -> RecordFacts:
    record = read_record(path)
    if record is None:
        return RecordFacts(_package_by_file_name(path), readable=False)
    return RecordFacts(
        package_of(record),
        tuple(_own_metadata(record)),
        folders_of(record.files),
        empty=not record.files,
    )


def _channel(record: Record) -> str:
    """Older conda wrote the subdir behind the channel, or only the channel's name."""
    subdir = f"/{record.subdir or 'noarch'}"
    base = (record.url or "").rpartition("/")[0]
    if base.endswith(subdir):
        return base.removesuffix(subdir)
    return (record.channel or "").rstrip("/").removesuffix(subdir)


def _own_metadata(record: Record) -> list[OwnMetadata]:
    folders = {folder for file in record.files if (folder := _metadata_folder(file))}
    if not folders:
        return []
    entries = {entry.path: entry for entry in entries_of(record)}
    return [_metadata(folder, entries) for folder in sorted(folders)]


def _metadata_folder(file: str) -> str:
    """The distribution's metadata folder, or single file, that a file is part of."""
    before, found, after = file.partition("/site-packages/")
    if not found:
        return ""
    top = after.partition("/")[0]
    return f"{before}/site-packages/{top}" if top.endswith(_METADATA) else ""


def _metadata(folder: str, entries: dict[str, PathEntry]) -> OwnMetadata:
    installer = entries.get(f"{folder}/INSTALLER")
    listing = entries.get(f"{folder}/RECORD")
    return OwnMetadata(
        folder=folder,
        name=name_in(folder),
        installer_sha256=_hash(installer),
        record_size=0
        if listing is None or listing.prefix_placeholder
        else listing.size_in_bytes or 0,
    )


def name_in(folder: str) -> str:
    """The normalized name at the start of a metadata folder's name (PEP 427)."""
    stem = folder.rpartition("/")[2].rpartition(".")[0]
    return normalized(stem.partition("-")[0])


def _hash(entry: PathEntry | None) -> str:
    if entry is None:
        return ""
    return entry.sha256_in_prefix or ("" if entry.prefix_placeholder else entry.sha256) or ""


def _package_by_file_name(path: str) -> Package:
    stem = os.path.basename(path).removesuffix(".json")
    name, version, build = (["", "", *stem.rsplit("-", 2)])[-3:]
    return Package(
        kind="conda", name=(name or version or build).lower(), version=version, build=build
    )
