"""Writing so that a reader sees the old content or the new one, and a crash leaves no third."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_UMASK = os.umask(0o077)
os.umask(_UMASK)
"""Read once, while nothing else runs: asking for it sets it, for every thread."""


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Replace `path` by `content`; with `durable`, that survives a loss of power.

    A symbolic link stays one: what it leads to is replaced.
    """
    path = path.resolve() if path.is_symlink() else path
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        Path(temporary).chmod(_mode_of(path))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def link_atomically(path: Path, target: str) -> None:
    """Point the symbolic link `path` at `target`; a reader never finds it absent."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode_of(path: Path) -> int:
    """The mode of what is replaced; what is new follows the umask."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o666 & ~_UMASK
