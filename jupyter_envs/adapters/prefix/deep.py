"""Every file of a prefix against the hash that its package gives it."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from jupyter_envs.core.installed import Damage
from jupyter_envs.core.model import Package

from .cache import RecordCache
from .conda_meta import PathEntry, Record, entries_of, package_of, read_record, record_paths
from .dist_info import read_listing
from .reading import read_foreign
from .walk import walk

_CHUNK = 64
_BLOCK = 1 << 18
_UNCHECKED = ("__pycache__/", "conda-meta/")


@dataclass(slots=True)
class _Expected:
    """One file, and the contents that any of its packages may have given it."""

    path: str
    package: Package
    source: str
    softlink: bool = False
    hashes: set[str] = field(default_factory=set)
    """Hexadecimal; empty: it only has to be there."""


def deep_check(
    prefix: str, progress: Callable[[int, int], None] | None = None
) -> tuple[Damage, ...]:
    """The files that are gone or hold other bytes than their package brought, by path.

    Bytecode and `conda-meta` are left out, and so are packages that pip replaced or removed: a
    quick read names those. `progress` hears how many files of how many are done.
    """
    expected = sorted(_expected(prefix), key=lambda file: file.path)
    chunks = [expected[start : start + _CHUNK] for start in range(0, len(expected), _CHUNK)]
    found: list[Damage] = []
    done = 0
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        for checked, damages in pool.map(lambda chunk: _check(prefix, chunk), chunks):
            found += damages
            done += checked
            if progress:
                progress(done, len(expected))
    return tuple(found)


def shared_with(
    damages: tuple[Damage, ...], prefix: str, others: tuple[str, ...]
) -> tuple[tuple[str, tuple[Damage, ...]], ...]:
    """The other prefixes that hold a damaged file of `prefix` too, by hard link, with their names.

    The same content may lie under another path there, as `lib/python3.12` for `lib/python3.11`.
    """
    device = os.stat(prefix).st_dev
    by_inode = {
        found.st_ino: damage
        for damage in damages
        if damage.shared and (found := _lstat(f"{prefix}/{damage.file}"))
    }
    result = []
    for other in others:
        named = _named_in(other, by_inode) if by_inode and _on(device, other) else ()
        if named:
            result.append((other, named))
    return tuple(result)


def _named_in(prefix: str, by_inode: dict[int, Damage]) -> tuple[Damage, ...]:
    return tuple(
        Damage(
            package=damage.package,
            file=f"{folder}/{entry.name}".lstrip("/"),
            why=damage.why,
            shared=True,
            source=damage.source,
        )
        for folder, entries in walk(prefix)
        for entry in entries
        if (damage := by_inode.get(entry.inode())) is not None
    )


def _on(device: int, prefix: str) -> bool:
    try:
        return os.stat(prefix).st_dev == device
    except OSError:
        return False


def _expected(prefix: str) -> list[_Expected]:
    """A file that several packages bring may hold the content of any of them."""
    files: dict[str, _Expected] = {}
    foreign = read_foreign(prefix, RecordCache(1))
    for entry in record_paths(prefix):
        record = read_record(entry.path)
        if record is not None and record.name.lower() not in foreign.replaced:
            for file in _of_record(record):
                _merge(files, file)
    for metadata in foreign.metadata:
        for file in _of_listing(prefix, metadata.folder, metadata.package):
            _merge(files, file)
    return list(files.values())


def _merge(files: dict[str, _Expected], file: _Expected) -> None:
    known = files.setdefault(file.path, file)
    if known.hashes and file.hashes:
        known.hashes |= file.hashes
    else:
        known.hashes = set()


def _of_record(record: Record) -> Iterator[_Expected]:
    package, source = package_of(record), record.extracted_package_dir or ""
    for entry in entries_of(record):
        if entry.path_type == "directory" or _is_unchecked(entry.path):
            continue
        yield _Expected(entry.path, package, source, entry.path_type == "softlink", _hashes(entry))


def _hashes(entry: PathEntry) -> set[str]:
    """A placeholder that was replaced leaves only `sha256_in_prefix` true."""
    if entry.sha256_in_prefix:
        return {entry.sha256_in_prefix}
    if entry.sha256 and not entry.prefix_placeholder and entry.path_type == "hardlink":
        return {entry.sha256}
    return set()


def _of_listing(prefix: str, folder: str, package: Package) -> Iterator[_Expected]:
    try:
        listing = list(read_listing(prefix, folder))
    except OSError:
        return
    for listed in listing:
        if not _is_unchecked(listed.path) and listed.path[0] not in "/.":
            hashes = {_hexadecimal(listed.sha256)} if listed.sha256 else set()
            yield _Expected(listed.path, package, "", hashes=hashes)


def _is_unchecked(path: str) -> bool:
    return path.endswith(".pyc") or any(part in path for part in _UNCHECKED)


def _hexadecimal(digest: str) -> str:
    return base64.urlsafe_b64decode(digest + "=" * (-len(digest) % 4)).hex()


def _check(prefix: str, chunk: list[_Expected]) -> tuple[int, list[Damage]]:
    found = []
    for file in chunk:
        status = _lstat(f"{prefix}/{file.path}")
        why = _why(f"{prefix}/{file.path}", file, status)
        if why:
            shared = status is not None and status.st_nlink > 1
            found.append(
                Damage(
                    package=file.package, file=file.path, why=why, shared=shared, source=file.source
                )
            )
    return len(chunk), found


def _why(path: str, file: _Expected, status: os.stat_result | None) -> str:
    if status is None:
        return "is gone"
    if not file.hashes:
        return ""
    try:
        if stat.S_ISLNK(status.st_mode) and file.softlink and _is_text_of(path, file.hashes):
            return ""
        return "" if _sha256(path) in file.hashes else "was changed"
    except OSError:
        return "cannot be read"


def _is_text_of(path: str, hashes: set[str]) -> bool:
    """For rattler, which hashes a link's own text; conda hashes the content it leads to."""
    return hashlib.sha256(os.fsencode(os.readlink(path))).hexdigest() in hashes


def _sha256(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _lstat(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None
