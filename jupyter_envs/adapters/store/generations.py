"""The generations of one environment: begin, complete, switch, collect."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import filelock
import msgspec

from jupyter_envs.adapters.files import link_atomically, write_atomically
from jupyter_envs.core.errors import BuildError, BusyError
from jupyter_envs.core.model import Generation

COMPLETE = ".complete.json"
FILES = ".files"
LEASE = ".lease"
MOST_READ = 8

Vacated = Callable[[Path], AbstractContextManager[bool]]
"""Holds a lease against sessions until its block ends; false where one holds it."""


class Generations:
    """The folder of one environment; only the holder of `locked()` may change it."""

    def __init__(self, root: Path, trash: Path) -> None:
        self.root = root
        self._trash = trash
        self._read: dict[str, tuple[tuple[int, int], Generation]] = {}

    @property
    def folder(self) -> Path:
        return self.root / "gens"

    @property
    def pointer(self) -> Path:
        return self.root / "current"

    @contextlib.contextmanager
    def locked(self, timeout: float = 30.0) -> Iterator[None]:
        """Raises `BusyError` when another build holds the environment for `timeout` seconds."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.root / "lock")
        try:
            lock.acquire(timeout=timeout)
        except filelock.Timeout as error:
            raise BusyError(
                "busy",
                "Another build of this environment is running",
                "Wait until it has ended, or cancel it",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def all(self) -> tuple[Generation, ...]:
        """Every complete generation, oldest first."""
        records = self.folder.glob(f"*{COMPLETE}") if self.folder.is_dir() else ()
        found = [self._load(path) for path in records]
        return tuple(sorted((g for g in found if g), key=lambda g: g.number))

    def current(self) -> Generation | None:
        """The generation that kernels start on, if its record is there."""
        try:
            target = self.pointer.readlink().name
        except OSError:
            return None
        return self._load(self.folder / f"{target}{COMPLETE}")

    def begin(self, fingerprint: str) -> tuple[int, str, Path]:
        """Number, id and empty prefix of the next generation; invisible until `complete`."""
        numbers = [int(entry.name.split("-", 1)[0]) for entry in self._entries()]
        number = max(numbers, default=0) + 1
        identity = f"{number}-{fingerprint[:12]}"
        prefix = self.folder / identity
        prefix.mkdir(parents=True)
        return number, identity, prefix

    def complete(self, generation: Generation, manifest: bytes) -> None:
        """The last write of a build: from here on the generation exists.

        `manifest` says what each file was like, to find later what was changed by hand.
        """
        (self.folder / f"{generation.id}{FILES}").write_bytes(manifest)
        (self.lease(generation.id)).touch()
        write_atomically(
            self.folder / f"{generation.id}{COMPLETE}", msgspec.json.encode(generation)
        )

    def manifest(self, identity: str) -> bytes:
        """What each file of a generation was like when it was built; empty where that is lost."""
        try:
            return (self.folder / f"{identity}{FILES}").read_bytes()
        except OSError:
            return b""

    def lease(self, identity: str) -> Path:
        """The file that every session on a generation holds a lock of."""
        return self.folder / f"{identity}{LEASE}"

    def switch(self, identity: str) -> None:
        """Let kernels start on this generation; raises `BuildError` where it is not complete."""
        if not (self.folder / f"{identity}{COMPLETE}").is_file():
            raise BuildError(
                "incomplete", f"Generation `{identity}` is not complete", "Build again"
            )
        link_atomically(self.pointer, f"gens/{identity}")

    def recover(self) -> None:
        """Put away what an interrupted build left; the caller holds the lock."""
        for entry in self._entries():
            if entry.is_dir() and not (self.folder / f"{entry.name}{COMPLETE}").exists():
                self.discard(entry.name)
        for left in self.root.glob(".current.*"):
            left.unlink(missing_ok=True)
        if self.current() is None and (complete := self.all()):
            usable = [g for g in complete if Path(g.prefix).is_dir()]
            if usable:
                self.switch(usable[-1].id)

    def collect(self, keep: int, vacated: Vacated) -> tuple[str, ...]:
        """Remove generations beyond the newest `keep` that no kernel holds; returns their ids.

        `vacated` keeps sessions out while one is removed, and says whether one is in it already.
        The current generation always stays.
        """
        current = self.current()
        removed = []
        for generation in self.all()[: -keep or None]:
            if current is not None and generation.id == current.id:
                continue
            with vacated(self.lease(generation.id)) as free:
                if free:
                    self.discard(generation.id)
                    removed.append(generation.id)
        return tuple(removed)

    def discard(self, identity: str) -> None:
        """Remove one generation: first its record, then its folder."""
        (self.folder / f"{identity}{COMPLETE}").unlink(missing_ok=True)
        put_away(self.folder / identity, self._trash)
        (self.folder / f"{identity}{FILES}").unlink(missing_ok=True)
        self.lease(identity).unlink(missing_ok=True)
        self._read.pop(f"{identity}{COMPLETE}", None)

    def _entries(self) -> Iterator[Path]:
        if self.folder.is_dir():
            for entry in self.folder.iterdir():
                if entry.name.split("-", 1)[0].isdecimal():
                    yield entry

    def _load(self, path: Path) -> Generation | None:
        try:
            found = path.stat()
            stamp = (found.st_ino, found.st_mtime_ns)
            known = self._read.get(path.name)
            if known and known[0] == stamp:
                return known[1]
            generation = msgspec.json.decode(path.read_bytes(), type=Generation)
        except (OSError, msgspec.DecodeError):
            return None
        if len(self._read) >= MOST_READ:  # another process may have removed what these were
            self._read.clear()
        self._read[path.name] = (stamp, generation)
        return generation


def put_away(path: Path, trash: Path) -> None:
    """Take a tree out of sight in one step; deleting it takes seconds and can wait."""
    if path.exists() or path.is_symlink():
        trash.mkdir(parents=True, exist_ok=True)
        path.rename(trash / secrets.token_hex(8))
