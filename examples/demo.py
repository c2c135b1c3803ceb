"""The demonstration: three projects built from their YAML, run in their kernels, changed by hand.

`python -m examples.demo [FOLDER]`; all it makes lies in that folder, `.demo` where none is given,
which it clears when it starts.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from rich.console import Console

from jupyter_envs import wire
from jupyter_envs.core.drift import describe
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.manager import EnvironmentManager, Project

from .phases import Phases
from .stage import FOLDER, Stage, stage

BY_HAND = "cowsay"
MEGABYTE = 1_000_000

console = Console(highlight=False, soft_wrap=True)
say = console.print


def main(folder: Path = FOLDER) -> int:
    """Show everything once; 1 where a build or a notebook failed."""
    logging.basicConfig(level=logging.INFO, format="  channel, %(message)s")
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    say("[bold]A conda channel of our own[/], made once and kept; the first time takes minutes")
    with stage(folder, afresh=True) as here:
        os.environ.clear()
        os.environ.update(here.environ)
        say(f"  served at {here.channel.url}")
        try:
            _show(Tour(here))
        except EnvsError as error:
            say(f"[red]{error.message}[/]\n  hint: {error.hint}\n{error.details}")
            return 1
    say("\nThe same in JupyterLab: [bold]make lab[/]")
    return 0


class Tour:
    """The engine at work on one stage, and what it says of it."""

    def __init__(self, here: Stage) -> None:
        self.here = here
        self._manager = EnvironmentManager(index_url=here.channel.simple_url)
        self._phases = Phases()
        self._manager.listen(self._phases.hear)

    def build(self, folder: Path) -> None:
        """Build a project and tell what came of it."""
        self._phases.begin()
        build = self._manager.start(self._project(folder), "build", agree=True).result()
        view = self.view(folder)
        assert view.generation is not None
        say(f"  {' · '.join(f'{p} {s:.1f} s' for p, s in self._phases.seconds.items())}")
        say(
            f"  {build.outcome} in {build.seconds:.1f} s: generation {view.generation.number}, "
            f"{view.generation.packages} packages, "
            f"{view.generation.disk / MEGABYTE:.0f} MB of disk of its own"
        )
        if view.added:
            say(f"  added for the kernel: {', '.join(view.added)}")

    def run(self, folder: Path) -> None:
        """Run the project's notebooks in its kernel, as every tool of Jupyter would."""
        kernel = self.view(folder).kernels[0].name
        for path in sorted(folder.glob("*.ipynb")):
            began = time.monotonic()
            notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
            client = NotebookClient(
                notebook, kernel_name=kernel, resources={"metadata": {"path": str(folder)}}
            )
            client.execute()
            nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
            seconds = time.monotonic() - began
            say(f"  {path.name} ran to its end in the kernel {kernel} in {seconds:.1f} s")

    def install_by_hand(self, folder: Path) -> None:
        """What people do in a terminal."""
        words = ("python", "-m", "pip", "install", "--quiet", BY_HAND)
        run = (sys.executable, "-m", "jupyter_envs", "run", str(folder), "--")
        environ = {**self.here.environ, "PIP_ROOT_USER_ACTION": "ignore"}
        subprocess.run((*run, *words), check=True, env=environ)

    def drift(self, folder: Path) -> None:
        """Where file, lock and prefix differ now."""
        for line in describe(self.view(folder).drift):
            say(f"  {line}")

    def view(self, folder: Path) -> wire.EnvironmentView:
        """What the panel of JupyterLab shows."""
        root = self.here.folder / "projects"
        return self._manager.view(folder, root, lambda path: str(path.relative_to(root)))

    def _project(self, folder: Path) -> Project:
        found = self._manager.find(folder, self.here.folder)
        assert found is not None
        return found


def _show(tour: Tour) -> None:
    for folder in tour.here.projects:
        say(f"\n[bold]{folder.name}[/], built from its environment.yml")
        tour.build(folder)
        tour.run(folder)
        tour.drift(folder)
    changed = tour.here.projects[-1]
    say(f"\n[bold]{changed.name}[/], after `pip install {BY_HAND}` by hand")
    tour.install_by_hand(changed)
    tour.drift(changed)
    say(f"\n[bold]{changed.name}[/], built again: a new generation beside the old one")
    tour.build(changed)
    tour.drift(changed)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
