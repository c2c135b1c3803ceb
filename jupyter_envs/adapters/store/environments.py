"""Which environments the store holds and which project each belongs to."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from jupyter_envs.adapters.files import write_atomically
from jupyter_envs.core.errors import UnsupportedError

from .generations import Generations, put_away

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRecord:
    """What the store remembers of an environment."""

    id: str
    project: str
    """Real path of its folder, as last seen."""
    file: str
    """Environment file, relative to the project."""
    chosen: bool = False
    """Whether a person chose that file by hand."""
    files_sha256: str = ""
    """Of the environment file, to know a project that was moved."""
    kernels: tuple[str, ...] = ()
    """Names of the kernelspecs that are registered."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A project with its generations."""

    record: EnvironmentRecord
    generations: Generations

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def root(self) -> Path:
        return self.generations.root


class Store:
    """The folder of all environments of one person."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cache = root / "cache"
        self.trash = root / "trash"
        self._records: dict[str, tuple[tuple[int, int], EnvironmentRecord]] = {}
        self._generations: dict[str, Generations] = {}

    def open(self) -> None:
        """Make the folder if need be; raises `UnsupportedError` for one of a later format."""
        stamp = self.root / "format"
        if not stamp.exists():
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(stamp, msgspec.json.encode({"format": FORMAT}))
        found = msgspec.json.decode(stamp.read_bytes())["format"]
        if found > FORMAT:
            raise UnsupportedError(
                "store-format",
                f"The store `{self.root}` was made by a later version (format {found})",
                "Upgrade jupyter-envs, or set another `EnvironmentManager.store_path`",
            )

    def all(self) -> tuple[Environment, ...]:
        """Every environment, by id."""
        folder = self.root / "envs"
        names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        found = (self.get(name) for name in names)
        return tuple(environment for environment in found if environment)

    def get(self, identity: str) -> Environment | None:
        """The environment of that id, if there is one."""
        path = self.root / "envs" / identity / "environment.json"
        try:
            found = path.stat()
            stamp = (found.st_ino, found.st_mtime_ns)
            known = self._records.get(identity)
            if known is None or known[0] != stamp:
                record = msgspec.json.decode(path.read_bytes(), type=EnvironmentRecord)
                known = (stamp, record)
                self._records[identity] = known
        except (OSError, msgspec.DecodeError):
            return None
        return self._environment(known[1])

    def of(self, project: Path) -> Environment | None:
        """The environment of a project, by its path."""
        first = self.get(identity_of(project))
        if first and first.record.project == str(project):
            return first
        known = (e for e in self.all() if e.record.project == str(project))
        return next(known, None)

    def moved(self, project: Path, files_sha256: str) -> Environment | None:
        """An environment whose project is gone from its path and had these very files."""
        for environment in self.all():
            record = environment.record
            if record.files_sha256 == files_sha256 and not Path(record.project).exists():
                return self.save(replace(record, project=str(project)))
        return None

    def make(self, project: Path, file: str) -> Environment:
        """A new environment for a project that has none."""
        identity = identity_of(project)
        if self.get(identity) is not None:
            identity = f"{identity}-{hashlib.sha256(str(project).encode()).hexdigest()[8:16]}"
        return self.save(EnvironmentRecord(id=identity, project=str(project), file=file))

    def save(self, record: EnvironmentRecord) -> Environment:
        """Remember what changed."""
        folder = self.root / "envs" / record.id
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "environment.json", msgspec.json.encode(record))
        return self._environment(record)

    def remove(self, environment: Environment) -> None:
        """Remove an environment with all its generations; the caller holds its lock."""
        (environment.root / "environment.json").unlink(missing_ok=True)
        put_away(environment.root, self.trash)
        self._generations.pop(environment.id, None)
        self.empty_trash()

    def empty_trash(self) -> None:
        """Delete what was put away, now or before an interruption."""
        for left in tuple(self.trash.iterdir()) if self.trash.is_dir() else ():
            shutil.rmtree(left, ignore_errors=True)

    def _environment(self, record: EnvironmentRecord) -> Environment:
        known = self._generations.get(record.id)
        if known is None:
            known = Generations(self.root / "envs" / record.id, self.trash)
            self._generations[record.id] = known
        return Environment(record, known)


def identity_of(project: Path) -> str:
    """Short, readable and almost surely unique: folder name and eight digits of the path's hash."""
    name = re.sub(r"[^a-z0-9_.]+", "-", project.name.lower()).strip("-.")[:24] or "root"
    return f"{name}-{hashlib.sha256(str(project).encode()).hexdigest()[:8]}"
