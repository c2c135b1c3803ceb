"""Which folder is a notebook's project, and which of its files declares the environment."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jupyter_envs.core.errors import NotFoundError, SpecError

PLACES = ("", "conda", ".binder", "binder")
"""Where an environment file may lie in a project, first wins."""
NAMES = ("environment.yml", "environment.yaml")
LOCKS = "conda-lock.yml"
MOST_BYTES = 1024 * 1024

Chosen = Callable[[Path], str]
"""The file that a person chose for a folder, relative to it; empty where none was."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with an environment file."""

    folder: Path
    """Real path."""
    file: str
    """Relative to the folder."""

    @property
    def path(self) -> Path:
        return self.folder / self.file

    @property
    def lock(self) -> Path:
        """Beside the file; a chosen file has a lock of its own, named as conda-lock asks."""
        name = LOCKS if self.path.name in NAMES else f"{self.path.stem}.{LOCKS}"
        return self.path.with_name(name)


def nearest(start: Path, root: Path, chosen: Chosen) -> Project | None:
    """The project at or above `start`, never above `root`; None where there is none."""
    for folder in _upwards(start, root):
        if folder.name in PLACES[1:] and folder != root:
            continue  # a file here is its parent's
        file = chosen(folder) or declared(folder)
        if file and (folder / file).is_file():
            return Project(folder, file)
    return None


def declared(folder: Path) -> str:
    """The file that counts in a folder when nobody chose another; empty where there is none."""
    candidates = (f"{place}/{name}".lstrip("/") for place in PLACES for name in NAMES)
    return next((c for c in candidates if (folder / c).is_file()), "")


def choices(folder: Path) -> tuple[str, ...]:
    """Every file of a folder that may declare its environment, the one that counts first."""
    found = [
        f"{place}/{path.name}".lstrip("/")
        for place in PLACES
        for path in sorted((folder / place).glob("*environment*.y*ml"))
        if path.suffix in (".yml", ".yaml") and path.is_file() and not path.name.endswith(LOCKS)
    ]
    first = declared(folder)
    return tuple(dict.fromkeys([first, *found] if first else found))


def read(path: Path) -> bytes:
    """The bytes of an environment file, read once; raises `SpecError` for what is none."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SpecError("E170", f"`{path.name}` is not a regular file", "Put a text file there")
        if status.st_size > MOST_BYTES:
            raise SpecError(
                "E102",
                f"`{path.name}` is larger than 1 MiB ({status.st_size} bytes)",
                "Keep only the environment in it",
                file=path.name,
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(
            "no-file", f"There is no `{path.name}`", "Make a new environment file"
        ) from error
    except OSError as error:
        raise SpecError(
            "E170", f"`{path.name}` cannot be read: {error.strerror}", "Check its permissions"
        ) from error


def _upwards(start: Path, root: Path) -> list[Path]:
    folder = start if start.is_dir() else start.parent
    folder, root = folder.resolve(), root.resolve()
    if not folder.is_relative_to(root):
        return []
    above = [folder, *folder.parents]
    return above[: above.index(root) + 1]


def digest(content: bytes) -> str:
    """sha256 of a file's bytes, as `Spec.sha256` has it."""
    return hashlib.sha256(content).hexdigest()
