"""A server that answers as channels do on a bad day; the first part of a path says how."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ANSWERS = {
    "missing": (404, b""),
    "login": (401, b""),
    "forbidden": (403, b""),
    "broken": (500, b""),
    "proxy": (407, b""),
    "html": (200, b"<!doctype html><html><body>Sign in</body></html>"),
    "list": (200, b"[1, 2]"),
    "truncated": (200, b'{"info": {"subdir": "noarch"}, "packages": {"a-1-0.tar.bz2": {"na'),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        how = self.path.split("/")[1]
        if how == "slow":
            time.sleep(60)
        if not self.path.endswith("/repodata.json"):
            self._answer(404, b"")
        elif how == "cut":
            self._answer(200, b'{"info": {', length=100_000)
            self.close_connection = True
        else:
            self._answer(*_ANSWERS[how])

    def do_HEAD(self) -> None:
        self.send_error(404)

    def _answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client may go away when it has seen enough."""


@contextmanager
def misbehaving() -> Iterator[str]:
    """The address of the server, as long as the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
