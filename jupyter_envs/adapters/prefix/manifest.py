"""Size, mtime and inode of every file at the end of a build: an edit shows without hashing."""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass
from typing import Literal

import msgspec

from jupyter_envs.core.errors import NotFoundError

from .walk import walk

_UNWATCHED = frozenset({"conda-meta/history", "conda-meta/state"})

Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is not as the manifest has it."""

    file: str
    """Relative to the prefix."""
    how: Literal["added", "changed", "gone"]


class _Manifest(msgspec.Struct, array_like=True):
    """The format, by its version; a mark is size, mtime in nanoseconds, inode."""

    version: int
    folders: dict[str, dict[str, Mark]]


_DECODER = msgspec.msgpack.Decoder(_Manifest)


def manifest_of(prefix: str) -> bytes:
    """What `changed_since` compares with; bytecode left out."""
    content = msgspec.msgpack.encode(_Manifest(1, dict(_marks(prefix))))
    return zlib.compress(content, level=1)


def changed_since(prefix: str, manifest: bytes) -> tuple[FileChange, ...]:
    """The files that came, changed or went since, by path; suspects that a deep check can confirm.

    An edit that puts size and mtime back is not seen. Raises `NotFoundError` where the manifest
    cannot be read.
    """
    try:
        before = _DECODER.decode(zlib.decompress(manifest)).folders
    except (zlib.error, msgspec.DecodeError) as error:
        raise NotFoundError(
            "no-manifest", f"The file list of `{prefix}` cannot be read", "Check all files instead"
        ) from error
    now = _marks(prefix)
    found = [
        change
        for folder in before.keys() | now.keys()
        if before.get(folder) != now.get(folder)
        for change in _changes(folder, before.get(folder, {}), now.get(folder, {}))
    ]
    return tuple(sorted(found, key=lambda change: change.file))


def _changes(folder: str, before: dict[str, Mark], now: dict[str, Mark]) -> list[FileChange]:
    found = []
    for name in before.keys() | now.keys():
        if before.get(name) != now.get(name):
            path = f"{folder}/{name}" if folder else name
            how = "added" if name not in before else "gone" if name not in now else "changed"
            found.append(FileChange(path, how))  # type: ignore[arg-type]
    return [change for change in found if change.file not in _UNWATCHED]


def _marks(prefix: str) -> dict[str, dict[str, Mark]]:
    return {
        _text(folder): {_text(e.name): _mark(e) for e in entries if not e.name.endswith(".pyc")}
        for folder, entries in walk(prefix)
    }


def _mark(entry: os.DirEntry[str]) -> Mark:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:  # gone since its folder was listed
        return (-1, 0, 0)
    return (found.st_size, found.st_mtime_ns, found.st_ino)


def _text(name: str) -> str:
    """Names are bytes on disk and need not be UTF-8."""
    if name.isascii():
        return name
    return os.fsencode(name).decode("utf-8", "backslashreplace")
