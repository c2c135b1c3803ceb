"""The projects that are measured."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from examples.stage import Stage

SCIENCE = ("python>=3.10", "ipykernel", "matplotlib", "numpy", "pandas")
_numbers = count(1)


def write_project(
    here: Stage,
    name: str,
    lines: tuple[str, ...] = SCIENCE,
    channels: tuple[str, ...] = ("conda-forge",),
    variables: tuple[str, ...] = (),
) -> Path:
    """A project's folder with its environment file, new or overwritten."""
    folder = here.folder / "projects" / name
    folder.mkdir(parents=True, exist_ok=True)
    parts = ["name: bench", "channels:", *(f"  - {c}" for c in channels)]
    parts += ["dependencies:", *(f"  - {line}" for line in lines)]
    if variables:
        parts += ["variables:", *(f"  {line}" for line in variables)]
    (folder / "environment.yml").write_text("\n".join(parts) + "\n")
    return folder


def copied_with_lock(here: Stage, source: Path) -> Path:
    """A new project with the environment file and the lock of another, and nothing built."""
    folder = here.folder / "projects" / f"{source.name}-{next(_numbers)}"
    folder.mkdir()
    for name in ("environment.yml", "conda-lock.yml"):
        shutil.copyfile(source / name, folder / name)
    return folder
