"""What was seen of one project at one moment: values, no looking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_envs.adapters import leases, pypi
from jupyter_envs.adapters.projects import Project
from jupyter_envs.adapters.store import Environment
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.core.installed import Installed
from jupyter_envs.core.lock import OURS
from jupyter_envs.core.model import Drift, Generation, Lock, Problem, Requirement, Spec
from jupyter_envs.core.selectors import channels_on, on_platform


@dataclass(frozen=True, slots=True, kw_only=True)
class LockFound:
    """A lock that lies beside the file or in the store, and whether it answers the file."""

    path: Path
    in_store: bool
    lock: Lock | None
    problems: tuple[Problem, ...]
    """Why it does not answer the file; empty where it does."""
    error: EnvsError | None = None

    @property
    def foreign(self) -> bool:
        """Made by another tool: never overwritten without a question."""
        return self.lock is None or self.lock.made_by != OURS

    @property
    def stays(self) -> bool:
        """Another tool's lock that does not answer the file: nothing is written over it."""
        return not self.in_store and self.foreign and not self.usable

    @property
    def usable(self) -> bool:
        return self.lock is not None and not self.problems


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list shows of a project."""

    name: str
    generation: Generation | None
    settled: bool
    broken: bool
    invalid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything that is known of one project at one moment."""

    project: Project
    content: bytes = b""
    spec: Spec | None = None
    error: EnvsError | None = None
    """Why the file cannot be read."""
    platform: str = ""
    sections: Mapping[str, pypi.PipSection] = field(default_factory=dict)
    """The pip section on each platform, its included files read."""
    channels: tuple[str, ...] = ()
    """Names in order of priority, those of conda's configuration included."""
    channels_note: str = ""
    environment: Environment | None = None
    lock: LockFound | None = None
    """The one that counts."""
    beside: LockFound | None = None
    """The one that lies beside the file, whether it counts or not."""
    channel_urls: tuple[str, ...] = ()
    """What the channels' names mean on this machine."""
    generation: Generation | None = None
    installed: Installed | None = None
    broken: str = ""
    """Why what was built cannot be used."""
    drift: Drift = field(default_factory=Drift)
    trusted: bool = False
    sessions: tuple[leases.RunningKernel, ...] = ()

    @property
    def name(self) -> str:
        """The environment's name."""
        return (self.spec.name if self.spec else "") or "default"

    @property
    def glance(self) -> Glance:
        """What a list shows of it."""
        return Glance(
            self.name,
            self.generation,
            settled=self.drift.in_sync,
            broken=bool(self.broken),
            invalid=self.error is not None,
        )

    @property
    def platforms(self) -> tuple[str, ...]:
        """Those that a lock is made for."""
        return (self.spec.platforms if self.spec else ()) or (self.platform,)

    def asked(self, platform: str) -> tuple[Requirement, ...]:
        """The requirements that apply on a platform; those of included files in place of `-r`."""
        conda = (r for r in self.lines(platform) if r.kind == "conda")
        section = self.sections.get(platform, pypi.PipSection())
        return (*conda, *(line.requirement for line in section.asked))

    def locked_for(self, platform: str, python: str) -> tuple[Requirement, ...]:
        """What a lock has to answer: as `asked`, without what markers switch off."""
        conda = (r for r in self.lines(platform) if r.kind == "conda")
        section = self.sections.get(platform, pypi.PipSection())
        return (*conda, *section.requirements_on(platform, python))

    def declared_channels(self, platform: str) -> tuple[str, ...]:
        """The channels as the file writes them."""
        return tuple(line.text for line in channels_on(self.spec, platform)) if self.spec else ()

    def lines(self, platform: str) -> tuple[Requirement, ...]:
        """The lines of the file that apply on a platform."""
        return on_platform(self.spec, platform) if self.spec else ()


__all__ = ["Environment", "Glance", "LockFound", "Survey"]
