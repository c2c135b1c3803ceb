"""The files of a prefix, folder by folder."""

from __future__ import annotations

import os
from collections.abc import Iterator


def walk(prefix: str) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Each folder relative to the prefix (the prefix itself: empty) with the files in it.

    Links are files and never followed; bytecode folders and what cannot be listed are left out.
    """
    pending = [""]
    while pending:
        folder = pending.pop()
        files = []
        try:
            with os.scandir(f"{prefix}/{folder}") as entries:
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=False):
                        files.append(entry)
                    elif entry.name != "__pycache__":
                        pending.append(f"{folder}/{entry.name}" if folder else entry.name)
        except OSError:
            continue
        yield folder, files
