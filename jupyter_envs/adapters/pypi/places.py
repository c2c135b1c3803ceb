"""Paths of a project: what a line may point at, and how a lock writes it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit


def inside(base: Path, target: str, folder: Path) -> Path | None:
    """The real path of `target`, seen from `base`; None where it is not in `folder`."""
    if target.startswith("file:"):
        target = unquote(urlsplit(target).path)
    if not target or "\0" in target or target.startswith("~"):
        return None
    path = (base / target).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def locked_place(path: Path, folder: Path) -> str:
    """A path as the lock writes it: relative where it is in the project, else as a URL."""
    root = folder.resolve()
    if path.resolve().is_relative_to(root):
        relative = path.resolve().relative_to(root).as_posix()
        return "./" if relative == "." else f"./{relative}"
    return path.resolve().as_uri()


def real_place(url: str, folder: Path) -> Path | None:
    """The path that `locked_place` wrote; None for any other URL."""
    if url.startswith("./"):
        return inside(folder.resolve(), url.partition("#")[0], folder)
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None
