"""What conda and mamba on this machine see of us, and what they say that we must respect."""

from __future__ import annotations

import json
from pathlib import Path

import filelock

from jupyter_envs.core.errors import RefusedError

from .files import write_atomically


def announce(prefix: Path, before: tuple[Path, ...], home: Path) -> None:
    """List `prefix` in conda's `environments.txt`, in place of those that came `before` it."""
    _rewrite(home, drop={str(path) for path in before}, add=str(prefix))


def withdraw(prefixes: tuple[Path, ...], home: Path) -> None:
    """Take prefixes out of conda's `environments.txt`."""
    _rewrite(home, drop={str(path) for path in prefixes}, add="")


def refuse_frozen(prefix: Path) -> None:
    """Raises `RefusedError` where someone froze the environment (CEP 22)."""
    marker = prefix / "conda-meta/frozen"
    if not marker.is_file():
        return
    try:
        message = str(json.loads(marker.read_text(encoding="utf-8")).get("message") or "")
    except (OSError, ValueError, AttributeError):
        message = ""
    raise RefusedError(
        "frozen",
        f"The environment is frozen{': ' + message if message else ''}",
        f"Remove `{marker}` to let it be rebuilt",
    )


def _rewrite(home: Path, drop: set[str], add: str) -> None:
    path = home / ".conda/environments.txt"
    if not add and not path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(path.with_name(".environments.txt.lock"), timeout=10):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in lines if line not in drop and line != add]
        wanted = [*kept, add] if add else kept
        if wanted != lines:
            write_atomically(path, "".join(f"{line}\n" for line in wanted).encode())
