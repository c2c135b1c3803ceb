"""A folder of wheels, the settings that use it, and a prefix to install into."""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from uv import find_uv_bin

from jupyter_envs.adapters.pypi import PipSettings


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, wheels: Path) -> PipSettings:
    (tmp_path / "project").mkdir()
    return PipSettings(
        cache=tmp_path / "cache",
        folder=tmp_path / "project",
        find_links=(str(wheels),),
        no_index=True,
    )


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A folder with an interpreter, as conda's part of an environment leaves it."""
    path = tmp_path / "prefix"
    subprocess.run(
        [find_uv_bin(), "venv", "-q", "--no-config", "--python", sys.executable, str(path)],
        check=True,
    )
    (path / "conda-meta").mkdir()
    return path


@pytest.fixture
def served(wheels: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of the folder of wheels, and what was asked of it."""
    seen: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            seen.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=wheels))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    server.server_close()
    thread.join()
