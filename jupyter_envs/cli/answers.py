"""What `--json` prints: one shape a verb, and one for what went wrong.

`python -m jupyter_envs.cli.schemas docs/reference` writes their JSON Schemas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from jupyter_envs.core.checking import CheckedRequirement
from jupyter_envs.core.model import Change, Drift, Kind, Outcome
from jupyter_envs.wire import ErrorView, ProblemView


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What one file asks for, and what is odd in it."""

    path: str
    """As it was given."""
    ok: bool
    """Whether it can be read: false where conda cannot read it either."""
    requirements: list[CheckedRequirement]
    """In the file's order; none where it cannot be read. Lines and columns count from 1."""
    problems: list[ProblemView]
    """`error` keeps the file from being read, everything else is a `warning`."""


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """`check`: every file, in the order they were given."""

    files: list[CheckedFile]


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One exact package of a lock."""

    name: str
    kind: Kind
    version: str
    build: str
    platform: str
    channel: str
    """Base URL; empty for the pip section."""
    sha256: str


@dataclass(frozen=True, slots=True)
class LockAnswer:
    """`lock`: what was written."""

    path: str
    platforms: list[str]
    packages: list[LockedPackage]
    """Of all platforms, by platform, kind and name."""


@dataclass(frozen=True, slots=True)
class LockFailure:
    """`lock`, where nothing was written."""

    outcome: Outcome
    error: ErrorView


@dataclass(frozen=True, slots=True)
class BuildAnswer:
    """`build`: how it ended and what kernels start on now."""

    outcome: Outcome
    kernel: str | None
    """As `jupyter kernelspec list` shows it."""
    generation: int | None
    """None where nothing is built."""
    prefix: str | None
    seconds: Annotated[float, Meta(ge=0)]
    added: list[Change]
    changed: list[Change]
    removed: list[Change]


@dataclass(frozen=True, slots=True)
class BuildFailure:
    """`build`, where nothing changed: `kernel`, `generation` and `prefix` are those of before."""

    outcome: Outcome
    kernel: str | None
    generation: int | None
    prefix: str | None
    seconds: Annotated[float, Meta(ge=0)]
    added: list[Change]
    changed: list[Change]
    removed: list[Change]
    error: ErrorView


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """`status`: a project, what is built of it, and where the two differ."""

    project: str
    """Its folder; of one that is gone, where it was last."""
    spec: str | None
    """Its environment file; None where the project is gone."""
    kernel: str | None
    generation: int | None
    """None where nothing is built, or what was built can no longer be used."""
    prefix: str | None
    drift: Drift


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """`list`: every environment of the store."""

    environments: list[StatusAnswer]


@dataclass(frozen=True, slots=True)
class RemoveAnswer:
    """`remove`: what is gone now; the project's files stay."""

    project: str
    removed: bool
    """False where nothing was built."""
    kernels: list[str]
    """Kernelspecs that are no longer registered."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Every verb, where it exits with 1."""

    error: ErrorView


ANSWERS: dict[str, tuple[type, ...]] = {
    "check": (CheckAnswer, Failure),
    "lock": (LockAnswer, LockFailure),
    "build": (BuildAnswer, BuildFailure),
    "status": (StatusAnswer, Failure),
    "list": (ListAnswer, Failure),
    "run": (Failure,),
    "remove": (RemoveAnswer, Failure),
}
"""The shapes that each verb may print."""
