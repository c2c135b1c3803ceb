"""Locked packages in, a linked and verified prefix out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rattler import (
    BuildString,
    InstallerReporter,
    MatchSpec,
    PackageCache,
    PackageRecord,
    RepoDataRecord,
    ValidationMode,
    install,
)
from rattler.exceptions import InstallerError

from jupyter_envs.core.errors import BuildError, DownloadError, EnvsError, InstallError
from jupyter_envs.core.model import Package, Part
from jupyter_envs.core.secrets import redact

from . import cache
from .engine import CondaEngine

Report = Callable[[Part, float, str], None]
"""Part, its fraction, what happens."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A package and where its bytes are read from."""

    package: Package
    source: Package


class Installer:
    """Links packages into new prefixes from one cache."""

    def __init__(self, engine: CondaEngine) -> None:
        self._engine = engine

    def missing(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        """The packages that a build would have to fetch."""
        lower = self._engine.lower
        return tuple(
            p
            for p in packages
            if not cache.is_cached(self._engine.packages, p) and cache.nearest_source(p, lower) is p
        )

    def install(
        self,
        packages: tuple[Package, ...],
        prefix: Path,
        requested: Mapping[str, tuple[str, ...]],
        report: Report,
    ) -> None:
        """Link `packages` into the empty `prefix`; `requested` maps names to what was asked.

        Raises `DownloadError` and `InstallError`; then the prefix is to be thrown away.
        """
        cache.require_hashes(packages)
        fetched = self._sources(packages)
        specs = [text for texts in requested.values() for text in texts]
        try:
            self._link(fetched, prefix, specs, report)
        except InstallerError as error:
            if not self._heal(fetched, str(error)):
                raise _translated(str(error)) from error
            self._link(self._sources(packages), prefix, specs, report)

    def entry(self, package: Package) -> Path:
        """Where the extracted package lies in the cache."""
        nearest = cache.nearest_source(package, self._engine.lower)
        own = self._engine.packages / cache.entry_name(package)
        return own if own.exists() else self._engine.packages / cache.entry_name(nearest)

    def _sources(self, packages: tuple[Package, ...]) -> tuple[Fetched, ...]:
        folder = self._engine.packages
        folder.mkdir(parents=True, exist_ok=True)
        cache.drop_mismatches(folder, packages)
        return tuple(Fetched(package, self._source(package)) for package in packages)

    def _source(self, package: Package) -> Package:
        folder = self._engine.packages
        if cache.is_cached(folder, package):
            return package
        source = cache.nearest_source(package, self._engine.lower)
        if source is not package:
            cache.drop_mismatches(folder, (source,))
        elif not cache.is_cached(folder, source):
            cache.check_local(source)
        return source

    def _link(
        self, fetched: tuple[Fetched, ...], prefix: Path, specs: list[str], report: Report
    ) -> None:
        asyncio.run(
            install(
                [_record(item.source) for item in fetched],
                prefix,
                package_cache=PackageCache.new_layered(
                    [self._engine.packages],
                    cache_origin=True,
                    validation_mode=ValidationMode.full(),
                ),
                installed_packages=[],
                execute_link_scripts=False,
                client=self._engine.client(),
                requested_specs=[MatchSpec(spec, strict=False)._match_spec for spec in specs],
                reporter=_Progress(report, len(fetched)),  # type: ignore[abstract] # no-ops
                show_progress=False,
            )
        )

    def _heal(self, fetched: tuple[Fetched, ...], reason: str) -> bool:
        """Drop the cache entries that an error names; whether there were any."""
        named = [item for item in fetched if cache.entry_name(item.source) in reason]
        for item in named:
            cache.drop(self._engine.packages / cache.entry_name(item.source))
        return bool(named)


class _Progress(InstallerReporter):
    """Counts what rattler has fetched and linked."""

    def __init__(self, report: Report, total: int) -> None:
        self._report = report
        self._total = max(total, 1)
        self._fetched = 0
        self._linked = 0
        self._names: dict[int, str] = {}

    def on_populate_cache_start(self, operation: int, package_name: str) -> int:
        self._names[operation] = package_name
        return operation

    def on_download_start(self, cache_entry: int) -> int:
        name = self._names.get(cache_entry, "")
        self._report("fetch", self._fetched / self._total, f"Fetching {name}".rstrip())
        return cache_entry

    def on_populate_cache_complete(self, cache_entry: int) -> None:
        self._fetched += 1
        self._report("fetch", self._fetched / self._total, "")

    def on_link_start(self, operation: int, package_name: str) -> int:
        self._report("link", self._linked / self._total, f"Linking {package_name}")
        return operation

    def on_link_complete(self, index: int) -> None:
        self._linked += 1
        self._report("link", self._linked / self._total, "")


def _record(package: Package) -> RepoDataRecord:
    """As much of a record as a lock holds; rattler reads the rest from the package."""
    number = re.search(r"(\d+)$", package.build)
    record = PackageRecord(
        package.name,
        package.version,
        BuildString.new_unchecked(package.build),
        int(number.group(1)) if number else 0,
        package.subdir,
        depends=list(package.depends),
        sha256=bytes.fromhex(package.sha256),
        md5=bytes.fromhex(package.md5) if package.md5 else None,
        size=package.size or None,
    )
    return RepoDataRecord(record, package.file_name, package.url, package.channel)


def _translated(reason: str) -> EnvsError:
    """Rattler's chain of causes as one of our errors."""
    said = redact(reason)[:20_000]
    if "hash mismatch" in reason:
        return DownloadError(
            "E183",
            "A package differs from its lock",
            "Do not use it before its channel's owner has explained the change, then lock again",
            details=said,
        )
    if "No space left" in reason:
        return InstallError(
            "E401", "The disk is full", "Free some space, then build again", details=said
        )
    if re.search(r"fetch|download|status|connect|dns", reason, re.IGNORECASE):
        kind: type[BuildError] = DownloadError
        return kind(
            "E216",
            "A package could not be fetched",
            "Check the network, then build again",
            details=said,
        )
    return InstallError(
        "E300",
        "A package could not be linked",
        "Build again; if it stays, report the details",
        details=said,
    )
