"""The vocabulary of the tests: a channel, a server of it, a project, a manager of its own.

`JUPYTER_ENVS_TEST_CHANNEL` names the folder of a channel that is already made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyter_envs.adapters.projects import Project
from jupyter_envs.core.model import Generation
from jupyter_envs.manager import EnvironmentManager
from jupyter_envs.manager.builds import Build

from .channel import Channel, default_cache, make_channel, serve
from .channel.server import ChannelServer

MakeProject = Callable[..., Project]
UNSET = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "JUPYTER_PATH", "PYTHONDONTWRITEBYTECODE")


@pytest.fixture(scope="session")
def channel() -> Channel:
    """The local conda channel."""
    made = os.environ.get("JUPYTER_ENVS_TEST_CHANNEL")
    if made:
        root = Path(made)
        found = sorted(str(p.relative_to(root)) for p in root.glob("conda-forge/*/*.conda"))
        return Channel(root / "conda-forge", root, root.parent / "wheelhouse", tuple(found), {})
    return make_channel()


@pytest.fixture(scope="session")
def served(channel: Channel) -> Iterator[ChannelServer]:
    """The channel over HTTP."""
    with serve(channel) as server:
        yield server


@pytest.fixture(scope="session")
def warm_cache(channel: Channel) -> Path:
    """A store's `cache` folder that all tests and runs share, so that packages unpack once."""
    folder = default_cache() / "stores" / channel.root.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other != folder and not (default_cache() / "channels" / other.name).is_dir():
            shutil.rmtree(other, ignore_errors=True)
    return folder


@contextmanager
def machine(folder: Path, channel_base: str, cache: Path) -> Iterator[EnvironmentManager]:
    """A manager with a home, a store and Jupyter's folders below `folder`.

    Every channel name leads below `channel_base`; packages unpack into `cache`, which may be warm.
    """
    (folder / "home").mkdir()
    condarc = f"channel_alias: {channel_base}\ndefault_channels:\n  - {channel_base}/conda-forge\n"
    (folder / "condarc").write_text(condarc)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("CONDARC", str(folder / "condarc"))
        patch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter"))
        patch.setenv("JUPYTER_ENVS_STORE", str(folder / "store"))
        for name in UNSET:
            patch.delenv(name, raising=False)
        manager = EnvironmentManager()
        manager.store.open()
        if not manager.store.cache.exists():
            manager.store.cache.symlink_to(cache)
        yield manager
        manager.close()


@pytest.fixture
def manager(channel: Channel, warm_cache: Path, tmp_path: Path) -> Iterator[EnvironmentManager]:
    """A manager with an empty store, whose package cache is that of all tests."""
    with machine(tmp_path, channel.root.as_uri(), warm_cache) as manager:
        yield manager


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """Write a project: the text of its file, and its folder's name where it matters."""
    return lambda text, folder="project": write_project(tmp_path / folder, text)


def write_project(folder: Path, text: str) -> Project:
    """A folder with an environment file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "environment.yml").write_text(text, encoding="utf-8")
    return Project(folder.resolve(), "environment.yml")


def build(manager: EnvironmentManager, project: Project) -> Build:
    """Build a project and wait for the end; raises what ended it."""
    return manager.start(project, "build", agree=True).result()


def generation(manager: EnvironmentManager, project: Project) -> Generation:
    """The generation that kernels of the project start on."""
    found = manager.survey(project).generation
    assert found is not None
    return found
