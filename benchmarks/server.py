"""A real Jupyter server in a process of its own, asked over HTTP with a token."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from examples.stage import Stage

PATIENCE = 60.0
"""Seconds that a server may take to start."""
PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of the server's process in MB; what its workers take is not in it."""

    now: float
    peak: float


@dataclass(frozen=True, slots=True)
class Built:
    """One build, as whoever asked for it saw it."""

    seconds: float
    """From the request to the answer that it has ended."""
    outcome: str


class Server:
    """One running server."""

    def __init__(self, port: int, token: str, process: subprocess.Popen[bytes]) -> None:
        self.page = f"http://127.0.0.1:{port}/lab?token={token}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self._headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
        self._process = process

    def ask(self, method: str, address: str, body: object = None, **query: str) -> Any:
        """The JSON that `/jupyter-envs/<address>` answers."""
        return self.request(method, f"/jupyter-envs/{address}?{urlencode(query)}", body)

    def request(self, method: str, url: str, body: object = None) -> Any:
        """Any address; raises `RuntimeError` with the answer where it is an error."""
        content = json.dumps(body) if body is not None else None
        self._connection.request(method, url, content, self._headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise RuntimeError(text)
        return json.loads(text) if text else None

    def timed(self, method: str, address: str, **query: str) -> float:
        """Seconds from request to answer."""
        began = time.perf_counter()
        self.ask(method, address, **query)
        return time.perf_counter() - began

    def build(self, project: str) -> Built:
        """Build a project and wait; raises `RuntimeError` where that fails."""
        began = time.perf_counter()
        view = self.ask("POST", "builds", {"project": project, "verb": "build", "agree": True})
        while view["outcome"] is None:
            time.sleep(PAUSE)
            view = self.ask("GET", f"builds/{view['id']}", after="1000000")
        if view["error"]:
            raise RuntimeError(f"{view['error']['message']}\n{view['error']['details']}")
        return Built(time.perf_counter() - began, view["outcome"])

    def memory(self) -> Memory:
        """What it takes now and took at most; Linux only."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        found = dict(line.split(":", 1) for line in lines if ":" in line)
        now, peak = (int(found[key].split()[0]) * 1024 / 1e6 for key in ("VmRSS", "VmHWM"))
        return Memory(now, peak)

    def children(self) -> int:
        """Processes that it has started and that still run."""
        return len(psutil.Process(self._process.pid).children())

    def wait(self) -> None:
        """Until it answers; raises `TimeoutError`."""
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > end:
                raise TimeoutError("The server does not answer")
            time.sleep(PAUSE)

    def _answers(self) -> bool:
        try:
            self.request("GET", "/api/status")
        except OSError:
            self._connection.close()
            return False
        return True


@contextmanager
def running(here: Stage, *options: str) -> Iterator[Server]:
    """A server on the projects of a stage, ended with the block."""
    port, token = _free_port(), secrets.token_hex(16)
    process = subprocess.Popen(
        (*command(here), f"--ServerApp.port={port}", f"--IdentityProvider.token={token}", *options),
        env=here.environ,
        cwd=here.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(port, token, process)
        server.wait()
        yield server
    finally:
        process.terminate()
        process.wait()


def command(here: Stage) -> tuple[str, ...]:
    """The command line of a server, without its port."""
    return (
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
        f"--ServerApp.root_dir={here.folder / 'projects'}",
        f"--EnvironmentManager.index_url={here.channel.simple_url}",
        "--ServerApp.port_retries=0",
    )


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
