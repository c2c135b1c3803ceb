"""Requirements and channels in, exact packages out."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from rattler import (
    BuildString,
    ChannelPriority,
    GenericVirtualPackage,
    MatchSpec,
    PackageName,
    RepoDataRecord,
    Subdir,
    Version,
    VirtualPackage,
    solve,
)
from rattler.exceptions import GatewayError, InvalidMatchSpecError, SolverError

from jupyter_envs.core.errors import DownloadError, EnvsError, SpecError
from jupyter_envs.core.model import Package, Requirement
from jupyter_envs.core.secrets import redact

from .engine import CondaEngine, virtual_packages
from .explain import explain

SOLVE_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveRequest:
    """What to solve, for one platform."""

    requirements: tuple[Requirement, ...]
    platform: str
    channels: tuple[str, ...]
    """Base URLs, first wins."""
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """URLs that a `channel::` prefix means."""
    priority: str = "strict"
    preferred: tuple[Package, ...] = ()
    """Packages to keep where nothing speaks against them."""


class Solver:
    """Solves on one set of channels; keeps what it read between solves."""

    def __init__(self, engine: CondaEngine) -> None:
        self._engine = engine
        self._gateway = engine.gateway()

    def solve(self, request: SolveRequest) -> tuple[Package, ...]:
        """Raises `UnsolvableError`, naming lines, or `DownloadError`, naming the channel."""
        return asyncio.run(self._solve(request))

    async def _solve(self, request: SolveRequest) -> tuple[Package, ...]:
        try:
            records = await self._attempts(request)
        except SolverError as error:
            raise await explain(str(error), request, self._gateway) from error
        except GatewayError as error:
            raise unreachable(str(error)) from error
        packages = (_package(record, request.platform) for record in records)
        return tuple(sorted(packages, key=lambda package: package.name))

    async def _attempts(self, request: SolveRequest) -> list[RepoDataRecord]:
        """By conda, `flexible` means: strict, unless only a lower channel has an answer."""
        strict = request.priority != "disabled"
        try:
            return await self._once(request, strict)
        except SolverError:
            if request.priority != "flexible":
                raise
            return await self._once(request, strict=False)

    async def _once(self, request: SolveRequest, strict: bool) -> list[RepoDataRecord]:
        return await solve(
            sources=list(request.channels),
            specs=[match_spec(r, request.prefixes) for r in request.requirements],
            gateway=self._gateway,
            platforms=[Subdir(request.platform), Subdir("noarch")],
            virtual_packages=[_virtual(v) for v in virtual_packages(request.platform)],
            timeout=datetime.timedelta(seconds=SOLVE_SECONDS),
            channel_priority=ChannelPriority.Strict if strict else ChannelPriority.Disabled,
            add_pip_as_python_dependency=True,
        )


def match_spec(requirement: Requirement, prefixes: Mapping[str, tuple[str, ...]]) -> MatchSpec:
    """The requirement as rattler reads it, a `channel::` prefix replaced by that channel's URL."""
    text = requirement.text
    if "::" in text:
        channel, rest = text.rsplit("::", 1)
        urls = prefixes.get(channel.strip(), ())
        text = f"{urls[0]}::{rest.strip()}" if urls else text
    try:
        return MatchSpec(text, strict=False)
    except InvalidMatchSpecError as error:
        raise SpecError(
            "E130",
            f"`{redact(requirement.text)}` is not a package that conda understands",
            "Write it as `name`, `name=1.2` or `name>=1.2,<2`",
            place=requirement.place,
            details=redact(str(error)),
        ) from error


def unreachable(reason: str) -> EnvsError:
    """The error of a channel that did not answer, in words a person can act on."""
    said = redact(reason)
    hint = "Check the channel's name in the file, the network and the proxy, then try again"
    return DownloadError("E210", "A channel could not be read", hint, details=said)


def _virtual(
    found: VirtualPackage | tuple[str, str, str],
) -> VirtualPackage | GenericVirtualPackage:
    if not isinstance(found, tuple):
        return found
    name, version, build = found
    return GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))


def _package(record: RepoDataRecord, platform: str) -> Package:
    url = str(record.url)
    base = url.rsplit("/", 2)[0]
    return Package(
        kind="conda",
        name=record.name.normalized,
        version=str(record.version),
        build=str(record.build),
        platform=platform,
        subdir=str(record.subdir),
        channel=base,
        url=url,
        sha256=record.sha256.hex() if record.sha256 else "",
        md5=record.md5.hex() if record.md5 else "",
        size=record.size or 0,
        depends=tuple(record.depends),
    )
