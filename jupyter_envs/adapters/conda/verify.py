"""Every file of a new prefix against the hash that its package gives it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .cache import sha256_of
from .records import Record

Identity = tuple[int, int]


def mismatches(
    prefix: Path, records: Iterable[Record], advance: Callable[[str], None]
) -> tuple[str, ...]:
    """`package: file` of everything that is missing or holds other bytes.

    A file that is the very inode of a cache entry needs no second reading: the whole entry
    was validated when it was linked.
    """
    found: list[str] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for record, wrong in pool.map(lambda r: (r, _wrong(prefix, r)), records):
            found += [f"{record.name}: {path}" for path in wrong]
            advance(record.name)
    return tuple(found)


def _wrong(prefix: Path, record: Record) -> list[str]:
    entry = _CacheEntry(f"{record.extracted}/", record.fields.get("noarch") == "python")
    root = f"{prefix}/"
    return [e["_path"] for e in record.files if not _right(root, e, entry)]


def _right(root: str, entry: dict[str, Any], cached: _CacheEntry) -> bool:
    path = root + entry["_path"]
    try:
        found = os.lstat(path)
    except OSError:
        return False
    expected = entry.get("sha256_in_prefix") or entry.get("sha256")
    if entry.get("path_type") in ("softlink", "directory") or not expected:
        return True
    if found.st_nlink > 1 and cached.holds(entry["_path"], (found.st_dev, found.st_ino)):
        return True
    return bool(sha256_of(Path(path)) == expected)


class _CacheEntry:
    """The extracted package; one for any Python lies elsewhere there than in a prefix."""

    def __init__(self, root: str, noarch_python: bool) -> None:
        self._root = root
        self._noarch_python = noarch_python

    def holds(self, path: str, identity: Identity) -> bool:
        """Whether this very inode is a file of it."""
        if self._noarch_python:
            before, found, after = path.partition("/site-packages/")
            path = f"site-packages/{after}" if found and before.startswith("lib/") else path
        try:
            status = os.lstat(self._root + path)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == identity
