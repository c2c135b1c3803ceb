"""The folders that a package has to itself: a deleted one shows without a look at each file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

_UNWATCHED = ("__pycache__", "conda-meta")


def folders_of(files: Iterable[str]) -> frozenset[str]:
    """The folders that hold these files, and the folders above those; bytecode's left out."""
    found: set[str] = set()
    for folder in {file.rpartition("/")[0] for file in files}:
        while folder and folder not in found:
            if not folder.endswith(_UNWATCHED):
                found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def own_folders(folders: tuple[frozenset[str], ...]) -> tuple[tuple[str, ...], ...]:
    """For each package the deepest of the folders that no other package has files in."""
    owners = Counter(folder for some in folders for folder in some)
    return tuple(_deepest([f for f in some if owners[f] == 1]) for some in folders)


def _deepest(folders: list[str]) -> tuple[str, ...]:
    above = {folder.rpartition("/")[0] for folder in folders}
    return tuple(sorted(folder for folder in folders if folder not in above))


def lost_folders(prefix: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a package's own folders that are gone, each by the highest folder that is gone."""
    lost = {_highest_lost(prefix, folder) for folder in own if not _is_there(prefix, folder)}
    return tuple(sorted(lost)) if lost else ()


def _highest_lost(prefix: str, folder: str) -> str:
    above = folder.rpartition("/")[0]
    while above and not _is_there(prefix, above):
        folder, above = above, above.rpartition("/")[0]
    return folder


def _is_there(prefix: str, folder: str) -> bool:
    return os.path.exists(f"{prefix}/{folder}")
