"""Requirements and channels in, exact packages out."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence

from rattler import (
    BuildString,
    ChannelPriority,
    GenericVirtualPackage,
    MatchSpec,
    PackageName,
    RepoDataRecord,
    Version,
    VirtualPackage,
    solve,
)
from rattler.exceptions import GatewayError, SolverError

from jupyter_envs.core.model import Package

from .engine import CondaEngine, virtual_packages
from .explain import explain
from .request import SolveRequest, sources, specs
from .unreachable import unreachable


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
            raise await unreachable(str(error), request, self._gateway) from error
        packages = (_package(record, request.platform) for record in records)
        return tuple(sorted(packages, key=lambda package: package.name))

    async def _attempts(self, request: SolveRequest) -> list[RepoDataRecord]:
        """By conda, `flexible` means: strict, unless only a lower channel has an answer."""
        locked = await self._locked(request)
        strict = request.priority != "disabled"
        try:
            return await self._once(request, locked, strict)
        except SolverError:
            if request.priority != "flexible":
                raise
            return await self._once(request, locked, strict=False)

    async def _once(
        self, request: SolveRequest, locked: Sequence[RepoDataRecord], strict: bool
    ) -> list[RepoDataRecord]:
        return await solve(
            sources=sources(request),
            specs=specs(request, strict),
            gateway=self._gateway,
            platforms=request.subdirs,
            locked_packages=locked,
            virtual_packages=[_virtual(v) for v in virtual_packages(request.platform)],
            timeout=datetime.timedelta(seconds=request.seconds),
            channel_priority=ChannelPriority.Strict if strict else ChannelPriority.Disabled,
            add_pip_as_python_dependency=True,
        )

    async def _locked(self, request: SolveRequest) -> list[RepoDataRecord]:
        """The preferred packages as the channels have them today.

        What a lock says of them is not enough: the solver would take it for the whole truth, and
        choose what is gone from its channel.
        """
        wanted = {package.url: package.sha256 for package in request.preferred}
        specs = [MatchSpec(f"{p.name}=={p.version}={p.build}") for p in request.preferred]
        if not specs:
            return []
        found = await self._gateway.query(sources(request), request.subdirs, specs, recursive=False)
        return [
            record
            for records in found
            for record in records
            if wanted.get(str(record.url)) == (record.sha256.hex() if record.sha256 else "")
        ]


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
