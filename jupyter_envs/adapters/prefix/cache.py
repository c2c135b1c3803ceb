"""Files read once: what was made of them stays valid while inode, size and mtime do."""

from __future__ import annotations

import glob
import os
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

Fact = TypeVar("Fact")
Stamp = tuple[int, int, int]
Fingerprint = tuple[int, ...]


class RecordCache:
    """Facts by path, for the `prefixes` prefixes that were read last; safe to use from threads."""

    def __init__(self, prefixes: int = 64) -> None:
        self._most = prefixes
        self._by_prefix: OrderedDict[str, PrefixFacts] = OrderedDict()

    def of(self, prefix: str) -> PrefixFacts:
        """The facts of one prefix, the oldest other one forgotten where there are too many."""
        facts = self._by_prefix.setdefault(prefix, PrefixFacts())
        try:
            self._by_prefix.move_to_end(prefix)
            while len(self._by_prefix) > self._most:
                self._by_prefix.popitem(last=False)
        except KeyError:  # another thread has just forgotten it
            pass
        return facts

    def forget(self, prefix: str) -> None:
        """Drop what was read from a prefix that nobody asks about any more."""
        self._by_prefix.pop(prefix, None)


class PrefixFacts:
    """What was read from the files of one prefix."""

    def __init__(self) -> None:
        self._facts: dict[str, tuple[Stamp, Any]] = {}
        self._derived: dict[str, tuple[Any, Any]] = {}

    def of(self, path: str, stamp: Stamp, read: Callable[[], Fact]) -> Fact:
        """What `read` made of the file at `path` when its stamp was this one."""
        known = self._facts.get(path)
        if known is not None and known[0] == stamp:
            fact: Fact = known[1]
            return fact
        fresh = read()
        self._facts[path] = (stamp, fresh)
        return fresh

    def derived(self, name: str, sources: tuple[Any, ...], derive: Callable[[], Fact]) -> Fact:
        """What `derive` made of these very objects before, or makes now."""
        known = self._derived.get(name)
        if known is not None and _same_objects(known[0], sources):
            fact: Fact = known[1]
            return fact
        fresh = derive()
        self._derived[name] = (sources, fresh)
        return fresh


def stamp_of(found: os.stat_result) -> Stamp:
    """Inode, size and mtime in nanoseconds."""
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def fingerprint(prefix: str) -> Fingerprint:
    """A few stats that change when packages come or go; for lists of many environments.

    It moves with every install and uninstall and with a package folder that is deleted, not with
    an edit inside one: `read_installed` sees more, `changed_since` everything. Empty: no prefix.
    """
    folders = (f"{prefix}/conda-meta", *site_packages(prefix))
    return tuple(part for folder in folders for part in _folder_stamp(folder))


def site_packages(prefix: str) -> tuple[str, ...]:
    """Absolute paths of the folders that the Pythons of a prefix import from."""
    pattern = f"{glob.escape(prefix)}/lib/*py*[0-9]*/site-packages"
    return tuple(sorted(path for path in glob.glob(pattern) if os.path.isdir(path)))


def _folder_stamp(folder: str) -> tuple[int, ...]:
    try:
        found = os.stat(folder)
    except OSError:
        return ()
    return (found.st_ino, found.st_mtime_ns)


def _same_objects(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))
