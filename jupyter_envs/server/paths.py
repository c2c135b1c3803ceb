"""Contents paths, which clients speak, and the files that they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jupyter_server.services.contents.filemanager import FileContentsManager

from jupyter_envs.core.errors import NotFoundError, UnsupportedError

SHARED_DRIVE = "RTC:"
"""What JupyterLab puts before the path of a notebook that several people edit."""


@dataclass(frozen=True, slots=True)
class ContentsFolder:
    """The folder that a server shows; nothing outside of it can be named."""

    root: Path
    """Real path."""

    def path(self, contents_path: str, *, gone: bool = False) -> Path:
        """The file or folder of a contents path, links inside the root kept as they are.

        Raises `NotFoundError` in the same words for what lies outside the root and, unless `gone`
        allows it, for what is not there. Touches the disk.
        """
        path = self._named(contents_path)
        try:
            there = path.resolve().is_relative_to(self.root) and (gone or path.exists())
        except (OSError, RuntimeError, ValueError):  # too long, a ring of links, no valid text
            there = False
        if not there:
            raise _nowhere()
        return path

    def name(self, path: Path) -> str | None:
        """The contents path of a file; empty for the root, None for what lies outside."""
        if not path.is_relative_to(self.root):
            return None
        return "" if path == self.root else path.relative_to(self.root).as_posix()

    def show(self, path: Path) -> str:
        """The contents path of a file inside the root."""
        return self.name(path) or ""

    def _named(self, contents_path: str) -> Path:
        text = contents_path.removeprefix(SHARED_DRIVE)
        if text.startswith("/") or "\0" in text or ".." in text.split("/"):
            raise _nowhere()
        return self.root / text


def folder_of(contents_manager: object) -> ContentsFolder:
    """The folder that a contents manager shows; raises `UnsupportedError` for one without."""
    if not isinstance(contents_manager, FileContentsManager):
        raise UnsupportedError(
            "contents",
            "This server does not keep its files in a folder, so no environment can be built here",
            "Use a server that shows a folder of its own machine",
        )
    return ContentsFolder(Path(contents_manager.root_dir).resolve())


def _nowhere() -> NotFoundError:
    return NotFoundError(
        "no-path", "There is no such file or folder here", "Look whether it was moved or renamed"
    )
