"""What decides where distributions come from and what may be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PipSettings:
    """Chosen by the person or the administrator, not by the spec."""

    cache: Path
    """uv's cache: ours alone, on the file system of the store."""
    folder: Path
    """The spec's; relative lines start here, and no line leads out of it."""
    file: str = "environment.yml"
    """The spec's name, for errors."""
    index_url: str = ""
    """Empty: PyPI."""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    """Folders or pages with wheels."""
    no_index: bool = False
    """Only `find_links`."""
    allow_build_code: bool = False
    """Whether source distributions, folders and repositories may run code of theirs."""
    allow_vcs: bool = False
    offline: bool = False
    """Only what is in the cache."""
    glibc: tuple[int, int] = (2, 28)
    """The oldest on which a lock for Linux has to install."""
    macos: tuple[int, int] = (13, 0)
    link_mode: Literal["hardlink", "clone", "copy"] = "hardlink"
    """How files come from the cache. Hard links share disk between generations, which are never
    changed after their build; `copy` where others may write to the store."""
    timeout: float = 900.0
    """Seconds for one run of uv."""
