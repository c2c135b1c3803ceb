"""What all addresses share: who may ask, what a body must be, and errors made into replies."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, cast

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from jupyter_envs.core.errors import EnvsError

if TYPE_CHECKING:
    from .answers import Answers
    from .extension import EnvsExtension

T = TypeVar("T")

NAME = "jupyter_envs"
MOST_BYTES = 1024 * 1024

WORDS = {
    400: ("bad-request", "The request could not be understood", "Reload the page"),
    403: ("forbidden", "You may not do this on this server", "Log in, or ask its administrator"),
    404: ("not-found", "There is nothing at this address", "Reload the page"),
    405: ("method", "This address does not know that method", "Reload the page"),
    413: ("too-large", "The request is larger than 1 MiB", "Ask for less at a time"),
    415: ("media-type", "The request is not declared as JSON", "Send `application/json`"),
}
UNEXPECTED = (
    "internal",
    "Something unexpected went wrong in the server",
    "Look into the log of the server",
)


class EnvsHandler(APIHandler):
    """Asks in a thread and replies with JSON, `ErrorView` where it went wrong."""

    auth_resource = NAME

    @property
    def extension(self) -> EnvsExtension:
        return cast("EnvsExtension", self.settings[NAME])

    async def ask(self, question: Callable[[Answers], T]) -> T:
        """What `question` finds in a thread: the loop is never held up."""
        return await self.extension.ask(question)

    async def titles(self) -> dict[str, str]:
        """The names of the notebooks of running kernels."""
        manager: Any = self.session_manager
        sessions = await manager.list_sessions()
        return {s["kernel"]["id"]: s["path"].rsplit("/", 1)[-1] for s in sessions if s["kernel"]}

    def body(self) -> bytes:
        """The bytes of a JSON body; raises `HTTPError` 413 and 415."""
        if len(self.request.body) > MOST_BYTES:
            raise HTTPError(413)
        declared = self.request.headers.get("Content-Type", "")
        if declared.split(";")[0].strip().lower() != "application/json":
            raise HTTPError(415)
        return self.request.body

    def number(self, name: str) -> int:
        """A query argument that counts from 0; raises `HTTPError` 400."""
        text = self.get_query_argument(name, "0")
        if not (text.isascii() and text.isdecimal() and len(text) < 16):
            raise HTTPError(400)
        return int(text)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """The one place where an exception becomes a reply."""
        error = kwargs["exc_info"][1] if kwargs.get("exc_info") else None
        status, content = told(status_code, error)
        self.set_status(status)
        self.finish(content)

    def log_exception(self, kind: Any, value: Any, traceback: Any) -> None:
        """What is told to the person in full needs no traceback in the log."""
        if isinstance(value, EnvsError):
            self.log.info("%s %s: %s", self.request.method, self.request.path, value.code)
        else:
            super().log_exception(kind, value, traceback)


def told(status: int, error: BaseException | None) -> tuple[int, bytes]:
    """Status and `ErrorView` of an error; nothing of one that was not foreseen."""
    if isinstance(error, EnvsError):
        from jupyter_envs import wire
        from jupyter_envs.manager.views import error_view

        return error.status, wire.encode(error_view(error))
    if error is not None and not isinstance(error, HTTPError):
        misfit = _misfit(error)
        return (400, misfit) if misfit else (500, _plain(*UNEXPECTED))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return status, _plain(*UNEXPECTED)
    return status, _plain(*WORDS.get(status, WORDS[400]))


def _misfit(error: BaseException) -> bytes | None:
    """The words for a body that is no JSON or not of the shape that is asked for."""
    import msgspec

    if isinstance(error, msgspec.ValidationError):
        return _plain("E190", f"The request does not fit: {error}", "Reload the page")
    if isinstance(error, msgspec.DecodeError):
        return _plain("not-json", "The request is not JSON", "Reload the page")
    return None


def _plain(code: str, message: str, hint: str) -> bytes:
    """An `ErrorView` without a place; the wire's shapes may not be loaded yet."""
    view = {
        "code": code,
        "message": message,
        "hint": hint,
        "file": "",
        "line": 0,
        "column": 0,
        "details": "",
        "problems": [],
    }
    return json.dumps(view).encode()
