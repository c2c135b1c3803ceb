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
    cached = _inodes(record.extracted)
    return [e["_path"] for e in record.files if not _right(prefix / e["_path"], e, cached)]


def _right(path: Path, entry: dict[str, Any], cached: set[Identity]) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    expected = entry.get("sha256_in_prefix") or entry.get("sha256")
    if entry.get("path_type") in ("softlink", "directory") or not expected:
        return True
    if found.st_nlink > 1 and (found.st_dev, found.st_ino) in cached:
        return True
    return bool(sha256_of(path) == expected)


def _inodes(folder: Path) -> set[Identity]:
    found: set[Identity] = set()
    pending = [str(folder)]
    while pending:
        try:
            entries = list(os.scandir(pending.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            else:
                status = entry.stat(follow_symlinks=False)
                found.add((status.st_dev, status.st_ino))
    return found
