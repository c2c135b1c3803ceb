"""Serve a channel and its wheelhouse on loopback, and list all that was asked."""

from __future__ import annotations

import email.utils
import mimetypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import simple_index
from .build import Channel
from .layout import MAIN, condarc_text

_BLOCK = 1 << 16


@dataclass(frozen=True)
class Request:
    """One request that a server answered."""

    method: str
    path: str
    status: int


@dataclass
class ChannelServer:
    """A running server."""

    url: str
    #: Everything it was asked, in order; clear it between the steps of a test.
    requests: list[Request] = field(default_factory=list)

    def channel_url(self, name: str = MAIN) -> str:
        """The address of a channel."""
        return f"{self.url}/{name}"

    @property
    def simple_url(self) -> str:
        """The address of the package index of the wheelhouse."""
        return f"{self.url}/simple/"

    @property
    def condarc(self) -> str:
        """A `.condarc` that leads every channel name here."""
        return condarc_text(self.url)


@contextmanager
def serve(channel: Channel | Path, *, port: int = 0) -> Iterator[ChannelServer]:
    """Serve the channel, all its other names and `simple/` until the context ends."""
    root = channel.root if isinstance(channel, Channel) else channel.parent
    running = ChannelServer("")
    http = ThreadingHTTPServer(
        ("127.0.0.1", port), _handler(root, root.parent / "wheelhouse", running.requests)
    )
    http.daemon_threads = True
    running.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler(root: Path, wheelhouse: Path, requests: list[Request]) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.root, Handler.wheelhouse, Handler.requests = root, wheelhouse, requests
    return Handler


class _Handler(BaseHTTPRequestHandler):
    root: Path
    wheelhouse: Path
    requests: list[Request]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer with a file of the channel, or as a package index."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer with the headers alone."""
        self._answer()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Remember the request, and print nothing."""
        self.requests.append(Request(self.command, self.path, int(code)))

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if ".." in path.split("/"):
            self._send(HTTPStatus.NOT_FOUND)
        elif path == "simple" or path.startswith("simple/"):
            self._send_index(path.removeprefix("simple").strip("/"))
        elif path.startswith("files/"):
            self._send_from_wheelhouse(path.removeprefix("files/"))
        else:
            self._send_file(self.root / path)

    def _send_index(self, project: str) -> None:
        as_json = simple_index.JSON_TYPE in self.headers.get("Accept", "")
        body = (
            simple_index.project_page(self.wheelhouse, project, as_json=as_json)
            if project
            else simple_index.root_page(self.wheelhouse, as_json=as_json)
        )
        if body is None:
            self._send(HTTPStatus.NOT_FOUND)
        else:
            self._send(
                HTTPStatus.OK,
                body,
                {"Content-Type": simple_index.JSON_TYPE if as_json else "text/html"},
            )

    def _send_from_wheelhouse(self, name: str) -> None:
        if name.endswith(".metadata"):
            body = simple_index.metadata(self.wheelhouse, name.removesuffix(".metadata"))
            self._send(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK, body or b"")
        else:
            self._send_file(self.wheelhouse / name)

    def _send_file(self, file: Path) -> None:
        if not file.is_file():
            self._send(HTTPStatus.NOT_FOUND)
            return
        facts = file.stat()
        headers = {
            "ETag": f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"',
            "Last-Modified": email.utils.formatdate(facts.st_mtime, usegmt=True),
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-cache",
        }
        if self._has_it(headers, facts.st_mtime):
            self._send(HTTPStatus.NOT_MODIFIED, headers=headers)
            return
        headers["Content-Type"] = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self._send_bytes_of(file, facts.st_size, headers)

    def _has_it(self, headers: dict[str, str], modified: float) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or headers["ETag"] in known
        since = self.headers.get("If-Modified-Since")
        try:
            return (
                since is not None
                and int(modified) <= email.utils.parsedate_to_datetime(since).timestamp()
            )
        except (TypeError, ValueError):
            return False

    def _send_bytes_of(self, file: Path, size: int, headers: dict[str, str]) -> None:
        start, stop, status = self._range(size, headers["ETag"])
        if status is HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            self._send(status, headers={**headers, "Content-Range": f"bytes */{size}"})
            return
        if status is HTTPStatus.PARTIAL_CONTENT:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        self._send_head(status, stop - start, headers)
        if self.command == "HEAD":
            return
        with file.open("rb") as source:
            source.seek(start)
            left = stop - start
            while left and (block := source.read(min(_BLOCK, left))):
                self.wfile.write(block)
                left -= len(block)

    def _range(self, size: int, etag: str) -> tuple[int, int, HTTPStatus]:
        """First byte, byte after the last, and the status to answer with."""
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if (
            match is None
            or match.group() == "bytes=-"
            or self.headers.get("If-Range", etag) != etag
        ):
            return 0, size, HTTPStatus.OK
        first, last = match[1], match[2]
        start = int(first) if first else max(size - int(last), 0)
        stop = min(int(last) + 1, size) if first and last else size
        if start >= stop:
            return 0, size, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return start, stop, HTTPStatus.PARTIAL_CONTENT

    def _send(
        self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self._send_head(status, len(body), headers or {})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_head(self, status: HTTPStatus, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(length))
        self.end_headers()
