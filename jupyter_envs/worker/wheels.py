"""The pip section as a build sees it: uv's adapter, given what an order says.

The adapter is loaded by the first pip package: most builds have none, and start sooner without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_envs.builder import Advance
from jupyter_envs.core.model import Package, Requirement

from .orders import Indexes

if TYPE_CHECKING:
    from jupyter_envs.adapters.pypi import PipSettings


class Wheels:
    """Resolves and installs distributions; remembers which wheels its cache has."""

    def __init__(self, indexes: Indexes, spec: Path, cache: Path) -> None:
        self._indexes = indexes
        self._spec = spec
        self._cache = cache
        self._known = cache / "known"

    def resolve(
        self, wanted: tuple[Requirement, ...], conda: tuple[Package, ...], platform: str
    ) -> tuple[Package, ...]:
        """What the pip lines ask for besides what conda brings."""
        from jupyter_envs.adapters import pypi

        return pypi.resolve(wanted, conda, platform, self._settings())

    def missing(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        """Those that would have to be fetched."""
        return tuple(p for p in packages if not p.sha256 or not (self._known / p.sha256).exists())

    def install(
        self,
        packages: tuple[Package, ...],
        prefix: Path,
        asked: tuple[Requirement, ...],
        advance: Advance,
    ) -> None:
        """Install into a prefix that has its conda packages."""
        from jupyter_envs.adapters import pypi

        def report(fraction: float, message: str) -> None:
            advance("pip", fraction, message)

        pypi.install(packages, prefix, self._settings(), asked, report)
        self._known.mkdir(parents=True, exist_ok=True)
        for package in packages:
            if package.sha256:
                (self._known / package.sha256).touch()

    def damage(self, packages: tuple[Package, ...], prefix: Path) -> tuple[str, ...]:
        """Files that are not as their wheels record them."""
        if not any(package.kind == "pip" for package in packages):
            return ()
        from jupyter_envs.adapters import pypi

        return pypi.verify(prefix, packages)

    def sources(
        self, packages: tuple[Package, ...], prefix: Path
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """For each installed wheel its hash and its `.py` files, relative to the prefix."""
        if not any(package.kind == "pip" for package in packages):
            return
        from jupyter_envs.adapters.pypi.verify import metadata_folders, recorded

        folders = metadata_folders(prefix)
        for package in packages:
            folder = folders.get(package.name)
            if package.kind == "pip" and package.sha256 and folder is not None:
                files = (path for path, _ in recorded(folder) if path.suffix == ".py")
                inside = (f.resolve() for f in files)
                root = prefix.resolve()
                yield (
                    package.sha256,
                    tuple(str(f.relative_to(root)) for f in inside if f.is_relative_to(root)),
                )

    def _settings(self) -> PipSettings:
        from jupyter_envs.adapters import pypi

        return pypi.PipSettings(
            cache=self._cache,
            folder=self._spec.parent,
            file=self._spec.name,
            index_url=self._indexes.index_url,
            allow_build_code=self._indexes.allow_build_code,
            allow_vcs=self._indexes.allow_vcs,
        )
