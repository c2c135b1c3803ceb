"""News of projects on the server's own event stream: small, and never too often."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logging import Logger

    from jupyter_envs.manager.builds import Build

SCHEMA = "https://events.jupyter.org/jupyter_envs/environment/v1"
SCHEMA_FILE = Path(__file__).parent.parent / "schemas" / "environment.v1.yaml"
FILES = "https://events.jupyter.org/jupyter_server/contents_service/v1"
KERNELS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
PAUSE = 0.2
"""Seconds between two events of one project."""

Tell = Callable[[Path, bool], Awaitable[dict[str, Any] | None]]
"""The event of a project as it stands when asked; true: its files may have changed."""


class Herald:
    """Announces projects that changed: the first change at once, the last one always."""

    def __init__(self, tell: Tell, emit: Callable[[dict[str, Any]], None], log: Logger) -> None:
        """Belongs to the loop that runs now."""
        self._loop = asyncio.get_running_loop()
        self._tell = tell
        self._emit = emit
        self._log = log
        self._changed: dict[Path, bool] = {}
        self._tasks: dict[Path, asyncio.Task[None]] = {}

    def hear(self, project: Path, build: Build | None) -> None:
        """A project changed; from any thread."""
        afresh = build is None or build.outcome is not None
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._note, project, afresh)

    def close(self) -> None:
        """Announce nothing more."""
        for task in tuple(self._tasks.values()):
            task.cancel()

    def _note(self, project: Path, afresh: bool) -> None:
        self._changed[project] = self._changed.get(project, False) or afresh
        if project not in self._tasks:
            task = self._loop.create_task(self._announce(project))
            task.add_done_callback(self._end)
            self._tasks[project] = task

    async def _announce(self, project: Path) -> None:
        try:
            while project in self._changed:
                event = await self._tell(project, self._changed.pop(project))
                if event is not None:
                    self._emit(event)
                await asyncio.sleep(PAUSE)
        finally:
            del self._tasks[project]

    def _end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("A project's news could not be told", exc_info=error)
