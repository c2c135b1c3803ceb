"""conda, mamba, micromamba and pixi making the same environment, where they are on `PATH`.

They are given the same specs and the same channel; packages are in their caches, a solve is part
of what they do.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from examples.stage import Stage

from .projects import SCIENCE

Command = Callable[[Stage, Path], tuple[tuple[str, ...], dict[str, str]]]
"""The command line that makes an environment at a prefix, and its variables."""


def _conda(tool: str) -> Command:
    def command(here: Stage, prefix: Path) -> tuple[tuple[str, ...], dict[str, str]]:
        words = (tool, "create", "--yes", "--quiet", "--prefix", str(prefix))
        channel = ("--override-channels", "--channel", here.channel.channel_url())
        return (*words, *channel, *SCIENCE), {"CONDA_PKGS_DIRS": str(here.folder / f"{tool}-pkgs")}

    return command


def _micromamba(here: Stage, prefix: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    words = ("micromamba", "create", "--yes", "--quiet", "--prefix", str(prefix))
    channel = ("--override-channels", "--channel", here.channel.channel_url())
    return (*words, *channel, *SCIENCE), {"MAMBA_ROOT_PREFIX": str(here.folder / "micromamba")}


def _pixi(here: Stage, prefix: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    prefix.mkdir()
    lines = [f'{line[: _end(line)]} = "{line[_end(line) :] or "*"}"' for line in SCIENCE]
    head = ("[workspace]", f'channels = ["{here.channel.channel_url()}"]')
    text = (*head, 'platforms = ["linux-64"]', "[dependencies]", *lines)
    (prefix / "pixi.toml").write_text("\n".join(text) + "\n")
    words = ("pixi", "install", "--quiet", "--manifest-path", str(prefix / "pixi.toml"))
    return words, {"PIXI_CACHE_DIR": str(here.folder / "pixi-cache")}


TOOLS: dict[str, Command] = {
    "conda": _conda("conda"),
    "mamba": _conda("mamba"),
    "micromamba": _micromamba,
    "pixi": _pixi,
}


def present() -> tuple[str, ...]:
    """Those that are on `PATH`."""
    return tuple(tool for tool in TOOLS if shutil.which(tool))


def timed(tool: str, here: Stage, prefix: Path) -> float:
    """Seconds that a tool takes, everything included."""
    words, variables = TOOLS[tool](here, prefix)
    began = time.perf_counter()
    subprocess.run(words, env={**here.environ, **variables}, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _end(line: str) -> int:
    """Where the name of a spec ends."""
    return next((at for at, letter in enumerate(line) if letter in "<>=!~"), len(line))
