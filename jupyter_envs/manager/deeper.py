"""Looks for files changed by hand, after the quick answer was given."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_envs.adapters.projects import Project
from jupyter_envs.core.errors import EnvsError

PAUSE = 60.0
"""Seconds between two such looks at one project."""


class DeeperLooks:
    """One look at a time, each project at most once a minute, in a thread of its own."""

    def __init__(self, look: Callable[[Project], None]) -> None:
        self._look = look
        self._one = threading.Lock()
        self._last: dict[Path, float] = {}
        self._closed = False

    def look(self, project: Project) -> None:
        """Return at once; what is found is told by whoever looks."""
        now = time.monotonic()
        if now - self._last.get(project.folder, -PAUSE) >= PAUSE:
            self._last[project.folder] = now
            threading.Thread(target=self._run, args=(project,), daemon=True).start()

    def close(self) -> None:
        """Look at nothing more, once the look that runs has ended."""
        self._closed = True
        with self._one:
            pass

    def _run(self, project: Project) -> None:
        with self._one, contextlib.suppress(EnvsError, OSError):
            if not self._closed:
                self._look(project)
