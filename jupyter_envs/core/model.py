"""The nouns of the line `environment.yml` → Spec → Lock → Generation → Kernel. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["conda", "pip"]
Severity = Literal["error", "warning", "note"]
Outcome = Literal["built", "unchanged", "refused", "failed", "cancelled"]
Step = Literal["solve", "install", "register"]
Part = Literal["fetch", "link", "pip", "verify"]


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a text; both count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something worth saying about an input, at its place."""

    code: str
    severity: Severity
    place: Place
    message: str
    """One sentence, no final period."""
    hint: str = ""
    """One action that mends it."""
    needs: str = ""
    """The permission without which it may not be built, as `vcs` for `Policy.allow_vcs`; `never`:
    no policy allows it; empty: it only wants to be known."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a spec."""

    kind: Kind
    text: str
    """As written, without selector, comment and outer blanks."""
    name: str
    """Normalized: lower case for conda, PEP 503 for pip; empty where only a URL is given."""
    place: Place = Place()
    selector: str = ""
    """CEP 24 selector expression that guards the line, as `osx` or `not win`; empty: always."""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel as the file names it (name, URL or path)."""

    text: str
    place: Place = Place()
    selector: str = ""
    """As that of a `Requirement`."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One entry of `variables:`; the value is text, as CEP 24 asks."""

    name: str
    value: str
    place: Place = Place()
    selector: str = ""
    """As that of a `Requirement`."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What the author asked for."""

    file: str
    """Name of the file, as shown to people."""
    sha256: str
    """Of the bytes that were read."""
    name: str = ""
    channels: tuple[ChannelLine, ...] = ()
    """Without `nodefaults`."""
    nodefaults: bool = False
    requirements: tuple[Requirement, ...] = ()
    """All of them, in the file's order, those of other platforms included."""
    variables: tuple[Variable, ...] = ()
    platforms: tuple[str, ...] = ()
    """Empty: the platform at hand."""
    platforms_place: Place = Place()
    """Where they are listed."""
    problems: tuple[Problem, ...] = ()
    """Warnings and notes; errors are raised as `SpecError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One exact artefact, locked or installed."""

    kind: Kind
    name: str
    version: str
    platform: str = ""
    """The platform it was locked for, as `linux-64`."""
    build: str = ""
    subdir: str = ""
    """conda: where the artefact lies in its channel, as `noarch`."""
    channel: str = ""
    """conda: base URL of its channel, without the subdir."""
    url: str = ""
    sha256: str = ""
    md5: str = ""
    size: int = 0
    """Bytes to fetch; 0 where unknown."""
    depends: tuple[str, ...] = ()
    """conda: match specs; pip: PEP 508 requirements that apply on `platform`."""

    @property
    def key(self) -> tuple[str, str]:
        return (self.kind, self.name)

    @property
    def file_name(self) -> str:
        return self.url.split("#", 1)[0].rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Lock:
    """The exact packages that answer a spec, for each of its platforms."""

    platforms: tuple[str, ...]
    packages: tuple[Package, ...]
    """Sorted by platform, kind and name."""
    channels: tuple[str, ...] = ()
    """Base URLs, first wins."""
    declared_channels: tuple[str, ...] = ()
    """The channels as the spec wrote them when it was locked; empty for a lock of another tool."""
    made_by: str = ""
    """`jupyter_envs`, or what another tool says of itself; empty where unknown."""
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    """Warnings and notes on the file it was read from; errors are raised as `LockError`."""

    def on(self, platform: str) -> tuple[Package, ...]:
        return tuple(p for p in self.packages if p.platform == platform)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One installed prefix, numbered; never changed after its build."""

    number: int
    id: str
    """`<number>-<12 hex of its lock>`: the name of its folder."""
    prefix: str
    """Absolute real path."""
    created: str
    """ISO 8601, UTC."""
    spec_sha256: str
    requirements: tuple[Requirement, ...]
    """Those that applied here, those that were added for the kernel included."""
    packages: tuple[Package, ...]
    """What was installed, as locked."""
    added: tuple[str, ...] = ()
    """Names of the packages that the spec lacks and that a kernel needs."""
    kernels: tuple[KernelName, ...] = ()
    variables: tuple[Variable, ...] = ()
    disk: int = 0
    """Bytes that this generation alone takes."""
    environment: str = ""
    """The environment's name when it was built."""
    fingerprint: tuple[int, ...] = ()
    """A few stats of the prefix as it was built: while they stay, nothing was installed by hand."""


@dataclass(frozen=True, slots=True)
class KernelName:
    """A kernelspec that is registered for an environment."""

    name: str
    """As `jupyter kernelspec list` shows it."""
    inner: str
    """Name of the kernelspec inside the prefix, as `python3` or `ir`."""
    language: str
    display_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledKernel:
    """A kernelspec that a package of the environment brought along."""

    name: str
    """As `python3` or `ir`."""
    folder: str
    """Where its `kernel.json` and logos lie, inside the prefix."""
    argv: tuple[str, ...]
    """Never empty; with jupyter_client's placeholders, as `{connection_file}`."""
    env: tuple[tuple[str, str], ...] = ()
    language: str
    display_name: str


DriftKind = Literal["unmet", "altered", "behind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One line of a drift: what was asked, locked, installed, and why it counts."""

    name: str
    kind: Kind | Literal["kernel", "variable"]
    asked: str = ""
    locked: str = ""
    installed: str = ""
    why: str = ""
    line: int = 0
    """Line of the spec; 0 where none."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The gaps in spec → lock → generation → kernel."""

    unmet: tuple[Difference, ...] = ()
    altered: tuple[Difference, ...] = ()
    behind: tuple[Difference, ...] = ()

    @property
    def in_sync(self) -> bool:
        return not (self.unmet or self.altered or self.behind)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a build stands."""

    step: Step
    part: Part | None = None
    fraction: float = 0.0
    """Of the whole build, 0 to 1."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a build does to one package."""

    name: str
    kind: Kind
    before: str = ""
    """Version and build; empty: was not there."""
    after: str = ""
    channel_before: str = ""
    channel_after: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would do, found without building."""

    lock: Lock
    platform: str
    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    kept: int = 0
    download_packages: int = 0
    download_bytes: int = 0
    disk_bytes: int = 0
    """Estimate of new disk."""
    kernel_packages: tuple[str, ...] = ()
    """Added for the kernel because the spec lacks them."""
    notes: tuple[Problem, ...] = field(default=())
