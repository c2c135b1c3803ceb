"""A real Jupyter server with the extension and a token, and a real channel to build from."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPResponse

from tests.channel.server import ChannelServer

TINY = """\
name: tiny
channels: [conda-forge]
dependencies:
  - versions-demo=1
"""


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    type: str
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The code of an error, all of whose fields are there."""
        error = self.json
        assert set(error) == {
            *("code", "message", "hint", "file", "line", "column", "details", "problems")
        }
        return error["code"]


Ask = Callable[..., Awaitable[Reply]]
Events = list[dict[str, Any]]
SCHEMA = "https://events.jupyter.org/jupyter_envs/environment/v1"


@pytest.fixture
def jp_server_config(tmp_path: Path) -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_envs": True}},
        "EnvironmentManager": {"store_path": str(tmp_path / "store")},
    }


@pytest.fixture
def ask(jp_fetch: Callable[..., Awaitable[HTTPResponse]]) -> Ask:
    """Sends one request with the token; a body is sent as JSON."""

    async def asked(
        method: str, address: str, body: object = None, headers: Any = None, **query: str
    ) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        response = await jp_fetch(
            "jupyter-envs",
            *address.split("/"),
            method=method,
            params=query,
            body=content,
            headers={"Content-Type": "application/json", **(headers or {})},
            raise_error=False,
            allow_nonstandard_methods=True,
            request_timeout=120,
        )
        kind = response.headers.get("Content-Type", "")
        return Reply(response.code, kind, (response.body or b"").decode())

    return asked


@pytest.fixture
def project(jp_root_dir: Path) -> Path:
    """A folder of the server with a file that a build answers in a second."""
    folder = jp_root_dir / "course"
    folder.mkdir()
    (folder / "environment.yml").write_text(TINY)
    (folder / "notebook.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    return folder


@pytest.fixture
def condarc(served: ChannelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leads every channel name to the channel that was made here."""
    file = tmp_path / "condarc"
    file.write_text(served.condarc)
    monkeypatch.setenv("CONDARC", str(file))


@pytest.fixture
def heard(jp_serverapp: Any) -> Events:
    """The events of environments, as they are announced."""
    found: Events = []

    async def hear(logger: object, schema_id: str, data: dict[str, Any]) -> None:
        found.append({**data, "at": time.perf_counter()})

    jp_serverapp.event_logger.add_listener(schema_id=SCHEMA, listener=hear)
    return found
