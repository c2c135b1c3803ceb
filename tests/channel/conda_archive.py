"""Write conda packages: the same input always gives the same bytes."""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import zstandard

#: Every file and package carries this date, so that two builds are byte-identical.
EPOCH = 1_704_067_200
#: What an archive holds in the place of the prefix; installing replaces it.
PLACEHOLDER = ("/placeholder" + "_placehold" * 30)[:255]

ZSTD_LEVEL = 3
_ZIP_DATE = (2024, 1, 1, 0, 0, 0)

Noarch = Literal["python", "generic"]
PrefixMode = Literal["text", "binary"]


@dataclass(frozen=True)
class Entry:
    """One file (or softlink) of a package."""

    path: str
    data: bytes = b""
    executable: bool = False
    link: str | None = None
    prefix: PrefixMode | None = None


@dataclass(frozen=True)
class Package:
    """One package: what its index says of it, and its files."""

    name: str
    version: str
    depends: Sequence[str] = ()
    constrains: Sequence[str] = ()
    subdir: str = "noarch"
    build_prefix: str = ""
    build_suffix: str = ""
    build_number: int = 0
    noarch: Noarch | None = None
    entry_points: Sequence[str] = ()
    entries: Sequence[Entry] = field(default=(), repr=False)
    license: str = "BSD-3-Clause"
    summary: str = ""
    extra_index: dict[str, Any] = field(default_factory=dict)

    @property
    def build(self) -> str:
        """The build string: prefix, a hash of what was asked for, number, suffix."""
        return f"{self.build_prefix}h{self.content_hash}_{self.build_number}{self.build_suffix}"

    @property
    def content_hash(self) -> str:
        """Seven hex digits that tell builds of one version apart."""
        key = json.dumps([self.name, self.version, sorted(self.depends), self.subdir])
        return hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:7]

    @property
    def stem(self) -> str:
        """The file name without its extension."""
        return f"{self.name}-{self.version}-{self.build}"


def write_conda(package: Package, channel: Path) -> Path:
    """Write a `.conda` (v2) archive into its subdir of `channel`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _zip_member(archive, "metadata.json", b'{"conda_pkg_format_version": 2}')
        _zip_member(archive, f"pkg-{package.stem}.tar.zst", _zstd(_tar(package.entries)))
        _zip_member(archive, f"info-{package.stem}.tar.zst", _zstd(_tar(_info_entries(package))))
    return _write(package, channel, ".conda", buffer.getvalue())


def write_tar_bz2(package: Package, channel: Path) -> Path:
    """Write a `.tar.bz2` (v1) archive into its subdir of `channel`."""
    return _write(
        package,
        channel,
        ".tar.bz2",
        bz2.compress(_tar([*_info_entries(package), *package.entries])),
    )


def _write(package: Package, channel: Path, extension: str, data: bytes) -> Path:
    """Write whole or not at all: two processes may make the same package."""
    folder = channel / package.subdir
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{package.stem}.{os.getpid()}"
    part.write_bytes(data)
    return part.replace(folder / (package.stem + extension))


def _zip_member(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, _ZIP_DATE)
    member.external_attr = 0o644 << 16
    archive.writestr(member, data)


def _zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compress(data)


def _tar(entries: Iterable[Entry]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for entry in sorted(entries, key=lambda e: e.path):
            member = tarfile.TarInfo(entry.path)
            member.mtime = EPOCH
            if entry.link is not None:
                member.type, member.linkname, member.mode = tarfile.SYMTYPE, entry.link, 0o777
                tar.addfile(member)
                continue
            member.mode = 0o755 if entry.executable else 0o644
            member.size = len(entry.data)
            tar.addfile(member, io.BytesIO(entry.data))
    return buffer.getvalue()


def _info_entries(package: Package) -> list[Entry]:
    documents: dict[str, object] = {
        "info/index.json": _index(package),
        "info/about.json": {
            "summary": package.summary or f"{package.name}, for tests",
            "license": package.license,
        },
        "info/paths.json": {"paths": _paths(package.entries), "paths_version": 1},
        "info/hash_input.json": {"depends": sorted(package.depends)},
    }
    if package.noarch == "python":
        documents["info/link.json"] = {
            "noarch": {"type": "python", "entry_points": list(package.entry_points)},
            "package_metadata_version": 1,
        }
    names = "".join(sorted(f"{entry.path}\n" for entry in package.entries))
    return [
        *(
            Entry(path, json.dumps(document, indent=2, sort_keys=True).encode())
            for path, document in documents.items()
        ),
        Entry("info/files", names.encode()),
        Entry("info/licenses/LICENSE.txt", f"{package.license}\n".encode()),
    ]


def _index(package: Package) -> dict[str, object]:
    index: dict[str, object] = {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "build_number": package.build_number,
        "depends": sorted(package.depends),
        "license": package.license,
        "subdir": package.subdir,
        "timestamp": EPOCH * 1000,
    }
    if package.constrains:
        index["constrains"] = sorted(package.constrains)
    if package.noarch is not None:
        index["noarch"] = package.noarch
    else:
        platform, _, machine = package.subdir.partition("-")
        index |= {"platform": platform, "arch": {"64": "x86_64"}.get(machine, machine)}
    return index | package.extra_index


def _paths(entries: Sequence[Entry]) -> list[dict[str, object]]:
    by_path = {entry.path: entry for entry in entries}
    return [_path_record(entry, by_path) for entry in sorted(entries, key=lambda e: e.path)]


def _path_record(entry: Entry, by_path: dict[str, Entry]) -> dict[str, object]:
    data = _follow(entry, by_path).data
    record: dict[str, object] = {
        "_path": entry.path,
        "path_type": "hardlink" if entry.link is None else "softlink",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_in_bytes": len(data),
    }
    if entry.prefix is not None:
        record |= {"prefix_placeholder": PLACEHOLDER, "file_mode": entry.prefix}
    return record


def _follow(entry: Entry, by_path: dict[str, Entry]) -> Entry:
    """The entry at the end of a chain of softlinks, or an empty one when it leaves the package."""
    for _ in range(8):
        if entry.link is None:
            return entry
        folder = entry.path.rpartition("/")[0]
        entry = by_path.get(_join(folder, entry.link), Entry(entry.path))
    return Entry(entry.path)


def _join(folder: str, link: str) -> str:
    parts = folder.split("/") if folder else []
    for part in link.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return "/".join(parts)
