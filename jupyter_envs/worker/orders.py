"""What goes to the worker and what comes back: JSON lines, one shape each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from jupyter_envs.builder import Order
from jupyter_envs.core.logins import Login
from jupyter_envs.core.model import Plan, Problem, Progress

Verb = Literal["review", "lock", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Folders of this machine that a build touches; all absolute."""

    store: str
    environment: str
    """Id of the environment in the store."""
    project: str
    file: str
    """Environment file, relative to the project."""
    lock: str
    """Where the lock is to be written."""
    kernels: str
    """Jupyter's `kernels` folder of the user."""
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """How channels are reached."""

    prefixes: dict[str, tuple[str, ...]]
    """URLs that a channel's name means; several for a multichannel as `defaults`."""
    names: dict[str, str] = field(default_factory=dict)
    """What conda calls the channel of a URL."""
    logins: tuple[Login, ...] = ()
    """Those that stood in addresses; no other part of an order holds any."""
    priority: str = "strict"
    lower_caches: tuple[str, ...] = ()
    tls_verify: bool = True
    network: dict[str, str] = field(default_factory=dict)
    """Variables of the worker that say where proxies and certificates are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """How the pip section is resolved."""

    index_url: str = ""
    """Empty: uv's default."""
    allow_build_code: bool = False
    allow_vcs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOrder:
    """Everything that a worker needs; it reads no configuration itself."""

    verb: Verb
    order: Order
    places: Places
    channels: Channels
    indexes: Indexes
    lock_seen: str = ""
    """sha256 of what lay where the lock is to be written; of nothing where nothing did."""
    lock_in_place: bool = False
    """Whether the order's lock already lies where it belongs."""
    keep: int = 3
    """Generations to keep besides those in use."""


@dataclass(frozen=True, slots=True)
class ProgressNews:
    """The bar has moved."""

    progress: Progress
    tag: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True)
class LogNews:
    """A line for the log."""

    text: str
    tag: Literal["log"] = "log"


@dataclass(frozen=True, slots=True)
class LockNews:
    """The lock was written."""

    path: str
    fallback: bool
    """It could not be written where it was meant to be, and lies in the store."""
    tag: Literal["lock"] = "lock"


@dataclass(frozen=True, slots=True)
class PlanNews:
    """What a build would do."""

    plan: Plan
    tag: Literal["plan"] = "plan"


@dataclass(frozen=True, slots=True)
class DoneNews:
    """The order is carried out."""

    generation: str = ""
    changed: bool = True
    tag: Literal["done"] = "done"


@dataclass(frozen=True, slots=True)
class ErrorNews:
    """The order failed, in words for people."""

    kind: str
    """Name of the class in `core.errors`."""
    code: str
    message: str
    hint: str
    line: int = 0
    column: int = 0
    details: str = ""
    problems: tuple[Problem, ...] = ()
    file: str = ""
    tag: Literal["error"] = "error"


News = ProgressNews | LogNews | LockNews | PlanNews | DoneNews | ErrorNews
