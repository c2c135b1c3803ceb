"""Locked packages in, a linked and verified prefix out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from rattler import (
    BuildString,
    InstallerReporter,
    PackageCache,
    PackageRecord,
    RepoDataRecord,
    ValidationMode,
    install,
)
from rattler.exceptions import InstallerError

from jupyter_envs.core.model import Package, Part

from . import cache
from .engine import CondaEngine
from .mishaps import translated

Report = Callable[[Part, float, str], None]
"""Part, its fraction, what happens."""


class Installer:
    """Links packages into new prefixes from one cache."""

    def __init__(self, engine: CondaEngine) -> None:
        self._engine = engine

    def missing(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        """The packages that a build would have to fetch."""
        folder, lower = self._engine.packages, self._engine.lower
        sources = ((p, cache.nearest_source(folder, p, lower)) for p in packages)
        return tuple(p for p, near in sources if near is p and not cache.is_cached(folder, p))

    def install(self, packages: tuple[Package, ...], prefix: Path, report: Report) -> None:
        """Link `packages` into the empty `prefix`.

        What of them is damaged in the cache is fetched anew. Raises `DownloadError` and
        `InstallError`; then the prefix is to be thrown away.
        """
        cache.require_hashes(packages)
        try:
            self._link(self._sources(packages), prefix, report)
        except InstallerError as error:
            if not self._heal(packages, str(error)):
                raise translated(str(error), packages) from error
            self._again(packages, prefix, report)

    def _again(self, packages: tuple[Package, ...], prefix: Path, report: Report) -> None:
        try:
            self._link(self._sources(packages), prefix, report)
        except InstallerError as error:
            raise translated(str(error), packages) from error

    def _sources(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        """Where the bytes of each package are read from."""
        folder = self._engine.packages
        folder.mkdir(parents=True, exist_ok=True)
        cache.drop_mismatches(folder, packages)
        return tuple(self._source(package) for package in packages)

    def _source(self, package: Package) -> Package:
        folder = self._engine.packages
        if cache.is_cached(folder, package):
            return package
        source = cache.nearest_source(folder, package, self._engine.lower)
        if source is package:
            cache.check_local(source)
        else:
            cache.drop_mismatches(folder, (source,))
        return source

    def _link(self, sources: tuple[Package, ...], prefix: Path, report: Report) -> None:
        asyncio.run(
            install(
                [_record(source) for source in sources],
                prefix,
                package_cache=PackageCache.new_layered(
                    [self._engine.packages],
                    cache_origin=True,
                    validation_mode=ValidationMode.full(),
                ),
                installed_packages=[],
                execute_link_scripts=False,
                client=self._engine.client(),
                reporter=_Progress(report, len(sources)),  # type: ignore[abstract] # no-ops
                show_progress=False,
            )
        )

    def _heal(self, packages: tuple[Package, ...], reason: str) -> bool:
        """Drop the cache entries that an error names; whether there were any."""
        names = [cache.entry_name(source) for source in self._sources(packages)]
        named = [name for name in names if name in reason]
        for name in named:
            cache.drop(self._engine.packages / name)
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
