"""The server extension: loads nothing heavy before the first question."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.extension.application import ExtensionApp
from traitlets import Type

from jupyter_envs.core.errors import NotFoundError, UnsupportedError

from . import events
from .handlers import ROUTES
from .paths import folder_of
from .replies import NAME

if TYPE_CHECKING:
    from jupyter_events import EventLogger
    from jupyter_server.serverapp import ServerApp

    from jupyter_envs.manager import EnvironmentManager

    from .answers import Answers, Standing

T = TypeVar("T")

THREADS = 4
NEWS_OF_FILES = ("create", "save", "upload", "rename", "copy", "delete")
NEWS_OF_KERNELS = ("start", "restart", "shutdown")


class EnvsExtension(ExtensionApp):
    """Puts the manager behind the server's addresses and its news on the server's event stream."""

    name = NAME
    load_other_extensions = True

    manager_class = Type(
        None,
        allow_none=True,
        help="Class of the manager; unset: jupyter_envs.manager.EnvironmentManager.",
    ).tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._guard = threading.Lock()
        self._answers: Answers | None = None
        self._herald: events.Herald | None = None
        self._standing: dict[Path, Standing] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=NAME)

    def initialize_settings(self) -> None:
        """Register our events, and hear those of files and kernels."""
        logger = self._event_logger
        logger.register_event_schema(events.SCHEMA_FILE)
        logger.add_listener(schema_id=events.FILES, listener=self._hear_file)
        logger.add_listener(schema_id=events.KERNELS, listener=self._hear_kernel)

    def initialize_handlers(self) -> None:
        self.handlers.extend(ROUTES)

    async def stop_extension(self) -> None:
        """End builds that run; nothing is asked any more."""
        if self._herald is not None:
            self._herald.close()
        if self._answers is not None:
            await self.ask(lambda answers: answers.manager.close())
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, question: Callable[[Answers], T]) -> T:
        """What `question` finds, in a thread of ours."""
        loop = asyncio.get_running_loop()
        if self._herald is None:
            self._herald = events.Herald(self._tell, self._emit, self.log)
        return await loop.run_in_executor(self._threads, lambda: question(self._ready()))

    def _ready(self) -> Answers:
        """The answers, made at first use: what they need takes long to load."""
        with self._guard:
            if self._answers is None:
                if os.name != "posix":
                    raise UnsupportedError(
                        "windows", "Windows is not supported yet", "Use Linux, macOS or WSL"
                    )
                _spare_the_server()
                from .answers import Answers

                files = folder_of(self._server.contents_manager)
                manager = self._new_manager()
                if self._herald is not None:
                    manager.listen(self._herald.hear)
                self._answers = Answers(manager, files)
            return self._answers

    def _new_manager(self) -> EnvironmentManager:
        from jupyter_envs.manager import EnvironmentManager

        chosen = self.manager_class or EnvironmentManager
        manager: EnvironmentManager = chosen(parent=self, log=self.log)
        return manager

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None
        return self.serverapp

    @property
    def _event_logger(self) -> EventLogger:
        assert self._server.event_logger is not None
        return self._server.event_logger

    async def _tell(self, project: Path, afresh: bool) -> dict[str, Any] | None:
        def event(answers: Answers) -> dict[str, Any] | None:
            if afresh or project not in self._standing:
                self._standing[project] = answers.standing(project)
            return answers.event(project, self._standing[project])

        return await self.ask(event)

    def _emit(self, event: dict[str, Any]) -> None:
        self._event_logger.emit(schema_id=events.SCHEMA, data=event)

    async def _hear_file(self, logger: object, schema_id: str, data: dict[str, Any]) -> None:
        if self._answers is None or data["action"] not in NEWS_OF_FILES:
            return  # nobody has looked at a project yet

        def concerned(path: str, answers: Answers) -> None:
            answers.concerned_by_file(path)

        for path in {data["path"], data.get("source_path", "")} - {""}:
            with contextlib.suppress(NotFoundError):
                await self.ask(functools.partial(concerned, path))

    async def _hear_kernel(self, logger: object, schema_id: str, data: dict[str, Any]) -> None:
        if self._answers is None or data["action"] not in NEWS_OF_KERNELS:
            return
        name = data.get("kernel_name", "")
        await self.ask(lambda answers: answers.concerned_by_kernel(name))


@functools.cache
def _spare_the_server() -> None:
    """Once, leave what the server has made so far out of garbage collection.

    Each full collection looked through its 200,000 objects, which stay anyway, and held up the
    loop for 80 ms, and up to 475 ms while a lock of 2,000 packages was read; now for 30 ms.
    """
    gc.freeze()
