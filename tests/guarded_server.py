"""A folder over HTTP or HTTPS for those who know the password or the token."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: object, password: str, token: str, **more: object) -> None:
        self._password = password
        self._token = token
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def send_head(self):  # type: ignore[no-untyped-def]
        del self.headers["If-Modified-Since"]
        if self._token and self.path.startswith(f"/t/{self._token}/"):
            self.path = self.path.removeprefix(f"/t/{self._token}")
        elif not self._known():
            self.send_error(401)
            return None
        return super().send_head()

    def _known(self) -> bool:
        if not (self._password or self._token):
            return True
        wanted = f"Basic {base64.b64encode(self._password.encode()).decode()}"
        return bool(self._password) and self.headers.get("Authorization") == wanted

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client may go away when it has seen enough."""


@contextmanager
def guarded(
    folder: Path, *, password: str = "", token: str = "", certificate: tuple[str, str] | None = None
) -> Iterator[int]:
    """The port of the server; `password` as `name:password`, `certificate` as chain and key."""
    handler = partial(_Handler, directory=str(folder), password=password, token=token)
    server = _Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
