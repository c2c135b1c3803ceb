"""Where the examples are shown: copies of the projects, a store and a home of their own.

Nothing is read from or written to the person's own folders; packages come from the channel that
this repository makes for itself, so no network is needed once it is made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.channel import ChannelServer, make_channel, serve

EXAMPLES = Path(__file__).resolve().parent
FOLDER = EXAMPLES.parent / ".demo"


@dataclass(frozen=True)
class Stage:
    """The folders, and the channel that is served while it is set."""

    folder: Path
    channel: ChannelServer

    @property
    def projects(self) -> tuple[Path, ...]:
        """The copies, in the order of their names."""
        return tuple(sorted(path.parent for path in self.folder.glob("projects/*/environment.yml")))

    @property
    def environ(self) -> dict[str, str]:
        """What a process needs to find the channel and to leave the person's folders alone."""
        own = {
            "HOME": "home",
            "CONDARC": "condarc",
            "JUPYTER_CONFIG_DIR": "jupyter/config",
            "JUPYTER_DATA_DIR": "jupyter/data",
            "JUPYTER_RUNTIME_DIR": "jupyter/runtime",
            "JUPYTER_ENVS_STORE": "store",
        }
        places = {name: str(self.folder / place) for name, place in own.items()}
        others = {name: value for name, value in os.environ.items() if not _is_foreign(name)}
        return {**others, **places, "PIP_INDEX_URL": self.channel.simple_url}


@contextmanager
def stage(folder: Path = FOLDER, *, afresh: bool = False) -> Iterator[Stage]:
    """Set the stage and serve the channel until the block ends; `afresh` clears what was there."""
    if afresh:
        shutil.rmtree(folder, ignore_errors=True)
    (folder / "home").mkdir(parents=True, exist_ok=True)
    _copy_projects(folder / "projects")
    with _served(folder / "port") as channel:
        (folder / "condarc").write_text(channel.condarc)
        yield Stage(folder, channel)


@contextmanager
def _served(remembered: Path) -> Iterator[ChannelServer]:
    """At the same address as last time where that is free: locks name it."""
    made = make_channel()
    port = int(remembered.read_text()) if remembered.exists() else 0
    with ExitStack() as stack:
        try:
            channel = stack.enter_context(serve(made, port=port))
        except OSError:
            channel = stack.enter_context(serve(made))
        remembered.write_text(channel.url.rpartition(":")[2])
        yield channel


def _copy_projects(target: Path) -> None:
    """What is there already stays as it is."""
    for source in EXAMPLES.glob("*/environment.yml"):
        for file in (source, *source.parent.glob("*.ipynb")):
            copy = target / source.parent.name / file.name
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)


def _is_foreign(name: str) -> bool:
    """Whether a variable would lead elsewhere, or keep Python from writing its bytecode."""
    starts = ("CONDA", "JUPYTER", "MAMBA", "PIP_", "UV_", "XDG_")
    return name.startswith(starts) or name == "PYTHONDONTWRITEBYTECODE"
