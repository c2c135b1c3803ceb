"""What a prefix holds, as conda's records and Python's own metadata say it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a distribution came from when not from an index: its `direct_url.json` (PEP 610)."""

    url: str
    vcs: str = ""
    requested: str = ""
    """Branch, tag or commit that was asked for."""
    commit: str = ""
    sha256: str = ""
    """Of an archive."""
    folder: bool = False
    """A folder of this machine."""
    editable: bool = False

    @property
    def text(self) -> str:
        """As a requirement would name it."""
        if not self.vcs:
            return self.url
        return f"{self.vcs}+{self.url}" + (f"@{self.commit}" if self.commit else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A Python distribution whose metadata lies in the prefix, whoever installed it."""

    package: Package
    """Of kind `pip`; the name is normalized as PEP 503 asks."""
    installer: str = ""
    """As its INSTALLER file says."""
    owner: str = ""
    """Name of the conda package that brought its metadata folder; empty: no conda package did."""
    replaced: bool = False
    """The owner's metadata was written anew by another installer."""
    origin: Origin | None = None
    lost: tuple[str, ...] = ()
    """Folders that it alone has files in and that are gone, relative to the prefix."""

    @property
    def foreign(self) -> bool:
        """Not as a conda package brought it."""
        return self.replaced or not self.owner


@dataclass(frozen=True, slots=True, kw_only=True)
class CondaRecord:
    """One record of `conda-meta`, and what is left of its package."""

    package: Package
    distributions: tuple[str, ...] = ()
    """Normalized names of the Python distributions that its files bring."""
    empty: bool = False
    """It brings no file at all, as a metapackage."""
    lost: tuple[str, ...] = ()
    """Folders that it alone has files in and that are gone, relative to the prefix."""
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Everything that a prefix holds."""

    records: tuple[CondaRecord, ...] = ()
    distributions: tuple[Distribution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A file that is not as its package brought it."""

    package: Package
    file: str
    """Relative to the prefix."""
    why: str
    """`is gone`, `was changed` or `cannot be read`."""
    shared: bool = False
    """Other names lead to the same content on disk: hard links of a cache or another generation."""
    source: str = ""
    """conda: the folder of the package cache that the file was linked from; empty where unknown."""


@dataclass(frozen=True, slots=True)
class Running:
    """A kernel that runs."""

    kernel: str
    """Its id."""
    generation: int
    title: str = ""
    """What people call it, as the name of its notebook."""
