"""What a person agreed to build: by content, per person, kept outside the project."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from .files import write_atomically


class Trust:
    """Consents, one small file each, named by what was agreed to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def given(self, key: str) -> bool:
        """Whether this person agreed to these very files at this place."""
        return (self._folder / key).is_file()

    def give(self, key: str, project: Path) -> None:
        """Remember the person's yes."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        when = datetime.now(timezone.utc).isoformat(timespec="seconds")
        write_atomically(
            self._folder / key, msgspec.json.encode({"project": str(project), "when": when})
        )


def consent_key(project: Path, files: Iterable[tuple[str, bytes]]) -> str:
    """One key for a place and the names and bytes of every file that goes into a build."""
    digest = hashlib.sha256(str(project).encode() + b"\0")
    for name, content in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()
