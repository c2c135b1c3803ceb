"""A home, a store and Jupyter's folders of each test alone, for processes to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_envs.adapters.projects import Project
from tests.channel import Channel
from tests.conftest import UNSET, write_project

TINY = "name: tiny\nchannels: [conda-forge]\ndependencies:\n  - versions-demo=1.0\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder; nothing of the person's own is seen."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_ENVS_STORE", str(tmp_path / "store"))
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def store(
    home: Path,
    channel: Channel,
    warm_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """An empty store with a warm package cache; every channel name leads to the local channel."""
    base = channel.root.as_uri()
    condarc = f"channel_alias: {base}\ndefault_channels:\n  - {base}/conda-forge\n"
    (tmp_path / "condarc").write_text(condarc)
    monkeypatch.setenv("CONDARC", str(tmp_path / "condarc"))
    store = tmp_path / "store"
    store.mkdir()
    (store / "cache").symlink_to(warm_cache)
    return store


@pytest.fixture
def tiny(tmp_path: Path, store: Path) -> Project:
    """A project that a build answers in a second."""
    return write_project(tmp_path / "project", TINY)
