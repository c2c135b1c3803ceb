"""How long each phase of a build takes, from what the build says while it runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_envs.manager.builds import Build


@dataclass
class Phases:
    """Listens to a manager; phases are in the order in which they began."""

    seconds: dict[str, float] = field(default_factory=dict)
    """Phase to seconds, all phases together from `begin` to the end of the build."""
    _phase: str = ""
    _since: float = 0.0

    def begin(self) -> None:
        """A build starts now."""
        self.seconds = {}
        self._phase, self._since = "start", time.monotonic()

    def hear(self, _project: Path, build: Build | None) -> None:
        """What `EnvironmentManager.listen` calls."""
        if build is None or not self._phase:
            return
        now = time.monotonic()
        spent = self.seconds.get(self._phase, 0.0) + now - self._since
        self.seconds[self._phase] = spent
        self._phase, self._since = ("" if build.outcome else phase_of(build)), now


def phase_of(build: Build) -> str:
    """The phase that a build is in: a step, or what part of an install."""
    progress = build.progress
    if progress.part == "verify":
        return "check" if progress.message.startswith("Checked") else "compile"
    started = progress.message or progress.fraction
    return progress.part or (progress.step if started else "start")
