"""What the verbs share that look at a project: the manager, and which project is meant."""

from __future__ import annotations

import stat
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from jupyter_envs.core.errors import NotFoundError
from jupyter_envs.manager import EnvironmentManager, Project

from .arguments import at_most_one
from .command import Command
from .words import printable


class ManagedCommand(Command):
    """A verb that needs the manager."""

    usage = "[DIR] [--json]"
    classes = [EnvironmentManager]  # noqa: RUF012 traitlets reads it from the class

    @cached_property
    def manager(self) -> EnvironmentManager:
        """Made when it is needed, from configuration files and options."""
        return EnvironmentManager(parent=self)

    @property
    def folder(self) -> Path:
        """`DIR`, the working directory where none is given."""
        return Path(at_most_one(self.extra_args, "folder")).expanduser().absolute()

    def project(self) -> Project:
        """The project at or above `DIR`; raises `NotFoundError`."""
        folder = self.folder
        found = self.manager.find(folder, highest(folder)) if folder.exists() else None
        if found is None:
            there = "at or above" if folder.exists() else "in"
            raise NotFoundError(
                "no-file",
                f"There is no `environment.yml` {there} `{printable(str(folder))}`",
                "Write one, or name the folder that has it",
            )
        return found


def highest(folder: Path) -> Path:
    """The last folder in which a project of `folder` is looked for.

    That is the home folder for what lies in it. Elsewhere it is the root of the file system, or
    the last folder below one that everybody may write to, as `/tmp`: a file that a stranger put
    there declares nothing for us.
    """
    folder, home = folder.resolve(), Path.home().resolve()
    if folder.is_relative_to(home):
        return home
    above = [folder, *folder.parents]
    for child, parent in pairwise(above):
        if _is_everybodys(parent):
            return child
    return above[-1]


def _is_everybodys(folder: Path) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH and mode & stat.S_ISVTX)
