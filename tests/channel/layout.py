"""The folders of a built channel, and the names under which it can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

MAIN = "conda-forge"
EXTRA = "extra"
SUBDIRS = ("noarch", "linux-64", "osx-arm64", "win-64")

#: Other channel names, and which of the two channels answers to them.
ALIASES: Mapping[str, str] = {
    "anaconda": MAIN,
    "bioconda": EXTRA,
    "defaults": MAIN,
    "main": MAIN,
    "nvidia": MAIN,
    "pkgs/main": MAIN,
    "pkgs/r": MAIN,
    "plotly": MAIN,
    "pytorch": MAIN,
    "r": MAIN,
}


def make_aliases(root: Path) -> None:
    """Link every other name to its channel."""
    for name, channel in ALIASES.items():
        link = root / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to("../" * name.count("/") + channel)


def channel_alias_base(url: str) -> str:
    """What `channel_alias` has to be, given the address of a server or of one of its channels."""
    base = url.rstrip("/")
    for name in sorted({MAIN, EXTRA, *ALIASES}, key=len, reverse=True):
        if base.endswith(f"/{name}"):
            return base.removesuffix(f"/{name}")
    return base


def condarc_text(base_url: str) -> str:
    """A `.condarc` that leads every channel name, `defaults` too, to this address."""
    base = channel_alias_base(base_url)
    return (
        f"channel_alias: {base}\n"
        f"default_channels:\n  - {base}/{MAIN}\n"
        f"custom_channels:\n  pkgs/main: {base}\n  pkgs/r: {base}\n"
        f"channels:\n  - {MAIN}\n"
    )
