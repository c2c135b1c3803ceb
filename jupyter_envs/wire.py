"""The shapes that cross HTTP and `--json`; JSON Schema and the TypeScript types come from here.

`python -m jupyter_envs.wire` prints the schema that `labextension/src/_wire.ts` is made from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from .core.model import Change, Difference, Drift, Outcome, Part, Severity, Step

State = Literal[
    "none",  # a folder without an environment file
    "invalid",  # the file cannot be read
    "unbuilt",  # nothing is built yet
    "ready",
    "out-of-sync",
    "broken",  # what was built is no longer usable
    "unsupported",  # not on this machine
]
RequirementStatus = Literal["unbuilt", "met", "unmet", "altered", "elsewhere"]
BuildVerb = Literal["review", "lock", "build"]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something worth saying about a file, at its place."""

    code: str
    severity: Severity
    line: int
    column: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class ErrorView:
    """Every error of the server and of the command line."""

    code: str
    message: str
    hint: str
    file: str
    line: int
    """0 where there is no place."""
    column: int
    details: str
    problems: list[ProblemView]


@dataclass(frozen=True, slots=True)
class RequirementView:
    """One line of the file: what was asked, locked and installed."""

    name: str
    kind: str
    """`conda` or `pip`."""
    asked: str
    locked: str
    installed: str
    line: int
    status: RequirementStatus
    why: str


@dataclass(frozen=True, slots=True)
class PackageView:
    """One package of an environment, asked for or not."""

    name: str
    kind: str
    version: str
    build: str
    channel: str
    size: int
    requested: bool


@dataclass(frozen=True, slots=True)
class PackageList:
    """All packages of an environment."""

    packages: list[PackageView]


@dataclass(frozen=True, slots=True)
class FileView:
    """What the environment file declares."""

    path: str
    """Contents path."""
    channels: list[str]
    """In order of priority, those of the configuration included; secrets hidden."""
    channels_note: str
    """Said where the channels are not the file's own, as with no channel at all."""
    platforms: list[str]
    variables: list[str]
    problems: list[ProblemView]


@dataclass(frozen=True, slots=True)
class LockView:
    """The lock that answers the file."""

    path: str
    """Contents path, or empty where the lock is kept in the store."""
    in_store: bool
    foreign: bool
    """Whether another tool made it; a build that it does not answer leaves it alone."""
    current: bool
    """Whether it still answers the file."""
    note: str
    platforms: list[str]
    packages: int


@dataclass(frozen=True, slots=True)
class GenerationView:
    """The generation that kernels start on."""

    number: int
    id: str
    created: str
    packages: int
    disk: int


@dataclass(frozen=True, slots=True)
class KernelView:
    """One kernelspec of the environment."""

    name: str
    language: str
    display_name: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """What a build would do."""

    added: list[Change]
    changed: list[Change]
    removed: list[Change]
    kept: int
    download_packages: int
    download_bytes: int
    disk_bytes: int
    kernel_packages: list[str]
    channels: list[str]
    notes: list[ProblemView]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a build's log; numbers grow by one."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class BuildView:
    """One run of the steps solve, install, register."""

    id: str
    project: str
    verb: BuildVerb
    started: str
    elapsed: float
    """Seconds."""
    step: Step
    part: Part | None
    fraction: float
    message: str
    outcome: Outcome | None
    """None while it runs."""
    error: ErrorView | None
    plan: PlanView | None
    """What a review found."""
    log: list[LogLine]
    """Those after the number that was asked for."""


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """Everything the panel shows of one project, but the list of its packages."""

    project: str | None
    """Contents path of the folder, empty for the root; None where no file is found."""
    folder: str
    """Contents path that was asked about."""
    version: int
    """Grows with each change; events carry it too."""
    state: State
    name: str
    """`project / environment`."""
    file: FileView | None
    choices: list[str]
    """Contents paths of all environment files of the project."""
    lock: LockView | None
    generation: GenerationView | None
    kernels: list[KernelView]
    requirements: list[RequirementView]
    added: list[str]
    """Packages added for the kernel because the file lacks them."""
    drift: Drift
    build: BuildView | None
    """The build that runs, or the last one of this server."""
    trusted: bool
    """Whether this person agreed to build from these very files."""
    error: ErrorView | None
    terminal: str
    """Command line that opens a shell in the environment; empty where there is none."""


@dataclass(frozen=True, slots=True)
class ProjectKernels:
    """What a notebook under a project opens with."""

    project: str
    state: State
    kernels: list[KernelView]


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """A kernel that a person chose by hand for one notebook."""

    notebook: str
    kernel: str


@dataclass(frozen=True, slots=True)
class KernelMap:
    """All that decides a notebook's kernel, for the client to hold."""

    projects: list[ProjectKernels]
    choices: list[KernelChoice]


@dataclass(frozen=True, slots=True)
class EnvironmentList:
    """Every environment of the store and every project known to the server."""

    environments: list[EnvironmentSummary]


@dataclass(frozen=True, slots=True)
class EnvironmentSummary:
    """One line of the list of environments."""

    id: str
    project: str | None
    """Contents path; None where it lies outside the server's root."""
    path: str
    """Last path of the project, as shown to people."""
    name: str
    state: State
    orphan: bool
    """The project is gone from its last path."""
    generation: int | None
    kernels: list[str]


@dataclass(frozen=True, slots=True)
class DraftView:
    """Text of a new environment file, to be shown before it is written."""

    path: str
    """Contents path it is meant for."""
    text: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """Start a build; `agree` is the person's yes to fetch and run what the files name."""

    project: str
    verb: BuildVerb = "build"
    agree: bool = False
    replace_lock: bool = False
    """Overwrite a lock file that another tool made."""


@dataclass(frozen=True, slots=True)
class FileChoice:
    """Choose which environment file a project uses."""

    project: str
    file: str


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """Ask for the text of a new environment file."""

    folder: str
    source: Literal["imports", "requirements", "packages"]
    python: str = ""
    packages: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EnvironmentEvent:
    """Small news of one project; the state itself comes by GET when `version` has moved."""

    project: str
    version: int
    state: State
    unmet: int
    altered: int
    behind: int
    build: str | None
    step: Step | None
    part: Part | None
    fraction: float
    message: str
    outcome: Outcome | None


RESPONSES: tuple[type, ...] = (
    EnvironmentView,
    EnvironmentList,
    PackageList,
    KernelMap,
    BuildView,
    DraftView,
    ErrorView,
    EnvironmentEvent,
)
REQUESTS: tuple[type, ...] = (BuildRequest, FileChoice, DraftRequest, KernelChoice)


def encode(value: object) -> bytes:
    """JSON of a shape."""
    return msgspec.json.encode(value)


def builtins(value: object) -> Any:
    """The shape as plain dicts and lists."""
    return msgspec.to_builtins(value)


def decode(content: bytes, shape: type[Any]) -> Any:
    """Raises `msgspec.ValidationError` naming the place where the body does not fit."""
    return msgspec.json.decode(content, type=shape)


def schema() -> dict[str, Any]:
    """JSON Schema of everything that crosses; what the server sends has every field."""
    _, parts = msgspec.json.schema_components(
        [*RESPONSES, *REQUESTS], ref_template="#/definitions/{name}"
    )
    asked = {shape.__name__ for shape in REQUESTS}
    for name, part in parts.items():
        if part.get("type") == "object":
            part["additionalProperties"] = False
            if name not in asked:
                part["required"] = sorted(part.get("properties", {}))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Wire",
        "anyOf": [{"$ref": f"#/definitions/{s.__name__}"} for s in (*RESPONSES, *REQUESTS)],
        "definitions": parts,
    }


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")

__all__ = [
    "BuildRequest",
    "BuildView",
    "Change",
    "Difference",
    "DraftRequest",
    "DraftView",
    "Drift",
    "EnvironmentEvent",
    "EnvironmentList",
    "EnvironmentSummary",
    "EnvironmentView",
    "ErrorView",
    "FileChoice",
    "KernelChoice",
    "KernelMap",
    "PackageList",
    "builtins",
    "decode",
    "encode",
    "schema",
]
