"""Which generations are in use: the shared flock that every session of ours holds on its lease."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_CONNECTION_FILE = re.compile(r"kernel-(.+)\.json")


@dataclass(frozen=True, slots=True)
class RunningKernel:
    """A session that runs on a generation."""

    generation_id: str
    pid: int = 0
    """0 where the lease is held and its holder cannot be seen from here."""
    kernel_id: str = ""
    """As the server knows it; empty for a command, and where the client gave no id."""


@contextmanager
def vacated(lease: Path) -> Iterator[bool]:
    """Keep sessions out of a generation until the block ends; false where one is in it already.

    Whoever removes a generation does so inside: record first, then the prefix, then the lease. A
    session that starts meanwhile waits, finds no record and takes the next generation.
    """
    try:
        descriptor = _open(lease)
    except OSError as error:
        yield isinstance(error, FileNotFoundError)
        return
    try:
        yield _lock(descriptor)
    finally:
        os.close(descriptor)


def held(lease: Path) -> bool:
    """Whether a session holds this lease; so too where locks cannot tell.

    What it says is past at once: a removal needs `vacated`.
    """
    with vacated(lease) as free:
        return not free


def running(environment: Path) -> tuple[RunningKernel, ...]:
    """The sessions on every generation of an environment's folder, by generation and process.

    Processes of other users or machines show as one session without a process.
    """
    folder = environment.resolve() / "gens"
    leased = {lease.name.removesuffix(".lease") for lease in folder.glob("*.lease") if held(lease)}
    if not leased:
        return ()
    seen = [kernel for kernel in _sessions(folder) if kernel.generation_id in leased]
    hidden = leased.difference(kernel.generation_id for kernel in seen)
    seen += [RunningKernel(generation) for generation in hidden]
    return tuple(sorted(seen, key=lambda k: (k.generation_id, k.pid)))


def _open(lease: Path) -> int:
    try:
        return os.open(lease, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        return os.open(lease, os.O_RDONLY | os.O_CLOEXEC)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sessions(folder: Path) -> Iterator[RunningKernel]:
    for pid, environ in _environments():
        generation = Path(environ.get("JUPYTER_ENVS_GENERATION", ""))
        # Children inherit the variables; only the session itself has the process id in them.
        if generation.parent == folder and environ.get("JUPYTER_ENVS_PID") == str(pid):
            name = Path(environ.get("JUPYTER_ENVS_CONNECTION_FILE", "")).name
            kernel = _CONNECTION_FILE.fullmatch(name)
            yield RunningKernel(generation.name, pid, kernel[1] if kernel else "")


def _environments() -> Iterator[tuple[int, dict[str, str]]]:
    """The variables of every process that this user may look into."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            yield process.pid, process.environ()
