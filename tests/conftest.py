"""The vocabulary of the tests: a channel, a server of it, a project, a manager of its own.

`JUPYTER_ENVS_TEST_CHANNEL` names the folder of a channel that is already made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_envs.adapters.projects import Project
from jupyter_envs.manager import EnvironmentManager

from .channel import Channel, make_channel, serve
from .channel.server import ChannelServer

MakeProject = Callable[..., Project]


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
def warm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's `cache` folder that the tests of one run share, so that packages unpack once."""
    return tmp_path_factory.mktemp("warm")


@pytest.fixture
def home(tmp_path: Path, channel: Channel, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, a store and Jupyter's folders of this test alone; every channel name is local."""
    home = tmp_path / "home"
    home.mkdir()
    condarc = tmp_path / "condarc"
    base = channel.root.as_uri()
    condarc.write_text(f"channel_alias: {base}\ndefault_channels:\n  - {base}/conda-forge\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CONDARC", str(condarc))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_ENVS_STORE", str(tmp_path / "store"))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "JUPYTER_PATH", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def manager(home: Path, warm_cache: Path, tmp_path: Path) -> Iterator[EnvironmentManager]:
    """A manager with an empty store, whose package cache is that of all tests."""
    manager = EnvironmentManager(index_url=os.environ.get("JUPYTER_ENVS_TEST_INDEX", ""))
    manager.store.open()
    manager.store.cache.symlink_to(warm_cache)
    yield manager
    manager.close()
    shutil.rmtree(tmp_path / "store", ignore_errors=True)


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """Write a project: the text of its file, and its folder's name where it matters."""

    def write(text: str, folder: str = "project") -> Project:
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        (path / "environment.yml").write_text(text, encoding="utf-8")
        return Project(path.resolve(), "environment.yml")

    return write
