"""Which projects may look different after something outside has changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from jupyter_envs.adapters.projects import LOCKS, PLACES, Project
from jupyter_envs.adapters.store import Store

_DECLARES = re.compile(r".*environment.*\.ya?ml")
_INCLUDED = re.compile(r".*(requirements|constraints).*\.(txt|in)")


def concerned_by_file(path: Path, nearest: Callable[[Path], Project | None]) -> tuple[Path, ...]:
    """The folders whose environment a file declares, locks or is a part of; it may be gone.

    A folder that was moved concerns itself.
    """
    if path.is_dir():
        return (path.resolve(),)
    if _INCLUDED.fullmatch(path.name):
        project = nearest(path)
        return (project.folder,) if project else ()
    if not (_DECLARES.fullmatch(path.name) or path.name.endswith(LOCKS)):
        return ()
    folder = path.parent.resolve()
    return (folder, folder.parent) if folder.name in PLACES[1:] else (folder,)


def concerned_by_kernel(store: Store, name: str) -> tuple[Path, ...]:
    """The projects whose environment has a kernelspec of that name."""
    return tuple(Path(e.record.project) for e in store.all() if name in e.record.kernels)
