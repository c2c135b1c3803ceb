"""The text of a new `environment.yml` for a folder, made of what lies in it; nothing is written."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_envs import wire
from jupyter_envs.adapters import projects
from jupyter_envs.core.draft import (
    from_imports,
    from_packages,
    from_requirements,
    imports_of_notebook,
)
from jupyter_envs.core.errors import NotFoundError
from jupyter_envs.core.secrets import secrets_in
from jupyter_envs.core.spec import read_spec

NAME = "environment.yml"
REQUIREMENTS = "requirements.txt"
MOST_NOTEBOOKS = 200
MOST_FOLDERS = 2_000
MOST_BYTES = 5 * 1024 * 1024
NO_SOURCES = ("node_modules", "site-packages", "__pycache__")


@dataclass(slots=True)
class _Found:
    """What the notebooks of a folder tell."""

    modules: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    """Modules that lie beside a notebook: no package holds them."""
    read: int = 0
    too_large: list[str] = field(default_factory=list)
    more: bool = False
    """Whether notebooks were left out because there are too many."""


def draft(folder: Path, request: wire.DraftRequest, show: Callable[[Path], str]) -> wire.DraftView:
    """The text of a new file for `folder`; raises `SpecError` where it could not be read back, and
    `NotFoundError` where what it is to be made of is not there.
    """
    if not folder.is_dir():
        raise NotFoundError("no-folder", "There is no such folder", "Choose a folder")
    name, python = folder.name, request.python.strip()
    notes: list[str] = []
    if request.source == "packages":
        text = from_packages(name, python, request.packages)
    elif request.source == "requirements":
        text = from_requirements(_requirements(folder, notes), name, python)
    else:
        text = from_imports(_imported(folder, notes), name, python)
    read_spec(text.encode(), NAME)
    if (folder / NAME).exists():
        notes.append(f"It would replace the `{NAME}` that is there")
    return wire.DraftView(path=show(folder / NAME), text=text, notes=notes)


def _requirements(folder: Path, notes: list[str]) -> str:
    """The text of the folder's requirements file, without lines that hold a password."""
    path = folder / REQUIREMENTS
    if not path.exists():
        raise NotFoundError(
            "no-requirements",
            f"There is no `{REQUIREMENTS}` in this folder",
            "Start from the notebooks' imports, or from a list of packages",
        )
    lines = _decoded(projects.read(path)).splitlines(keepends=True)
    clean = [line for line in lines if not secrets_in(line)]
    if len(clean) < len(lines):
        notes.append(
            f"Lines of `{REQUIREMENTS}` that hold a password were left out; "
            "keep passwords in `~/.netrc`"
        )
    return "".join(clean)


def _decoded(content: bytes) -> str:
    """PowerShell writes UTF-16 where a shell writes UTF-8."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def _imported(folder: Path, notes: list[str]) -> set[str]:
    found = _Found()
    for path in _notebooks(folder, found):
        content = _read(path)
        if content is None:
            found.too_large.append(path.name)
            continue
        found.read += 1
        found.modules |= imports_of_notebook(content)
    modules = found.modules - found.own
    notes += _notes(found, modules)
    return modules


def _notes(found: _Found, modules: set[str]) -> Iterator[str]:
    if not found.read:
        yield "There is no notebook in this folder"
    elif not modules:
        yield "The notebooks in this folder import no package"
    else:
        yield "The packages were guessed from the notebooks' imports: look whether they are right"
    if found.more:
        yield f"Only the first {MOST_NOTEBOOKS} notebooks in {MOST_FOLDERS} folders were looked for"
    if found.too_large:
        names = ", ".join(f"`{name}`" for name in found.too_large[:5])
        yield f"Could not be read, or larger than 5 MiB: {names}"


def _notebooks(folder: Path, found: _Found) -> Iterator[Path]:
    """Notebooks in the folder and below; hidden folders and links are passed by."""
    seen = 0
    for number, (here, folders, files) in enumerate(os.walk(folder)):
        if number >= MOST_FOLDERS:
            found.more = True
            return
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in NO_SOURCES)
        notebooks = sorted(f for f in files if f.endswith(".ipynb") and not f.startswith("."))
        if notebooks or not number:
            found.own |= _modules(Path(here), folders, files)
        for name in notebooks:
            if seen >= MOST_NOTEBOOKS:
                found.more = True
                return
            seen += 1
            yield Path(here, name)


def _modules(here: Path, folders: list[str], files: list[str]) -> set[str]:
    """The names that a notebook in this folder imports from the folder itself."""
    packages = {name for name in folders if any((here / name).glob("*.py"))}
    return {name[:-3] for name in files if name.endswith(".py")} | packages


def _read(path: Path) -> str | None:
    """The text of a regular file that is not too large."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            return None
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
