"""Solve and install with py-rattler, in a process of its own: it may crash at the exit."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rattler import GenericVirtualPackage

_VIRTUAL = {
    "linux-64": ("__unix=0=0", "__linux=6.1=0", "__glibc=2.36=0"),
    "osx-arm64": ("__unix=0=0", "__osx=14.0=0"),
    "win-64": ("__win=0=0",),
}


class SolveError(RuntimeError):
    """No set of packages answers the specs; the message is the solver's."""


def install(
    channels: Sequence[str],
    specs: Sequence[str],
    prefix: Path | None,
    *,
    cache: Path,
    platform: str = "linux-64",
) -> list[str]:
    """Solve and, given a prefix, install; the chosen packages as `name-version-build`."""
    request = {
        "channels": list(channels),
        "specs": list(specs),
        "prefix": str(prefix) if prefix else None,
        "cache": str(cache),
        "platform": platform,
    }
    answer = subprocess.run(
        [sys.executable, "-m", "tests.channel.installing", json.dumps(request)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise SolveError(answer.stderr.strip())
    return [str(name) for name in json.loads(answer.stdout)]


async def _install(
    channels: list[str], specs: list[str], prefix: str | None, cache: str, platform: str
) -> list[str]:
    import rattler
    from rattler import Channel, Gateway, MatchSpec, Subdir

    wanted = [MatchSpec(spec, strict=False) for spec in specs]
    records = await rattler.solve(
        [Channel(channel) for channel in channels],
        wanted,
        gateway=Gateway(cache_dir=Path(cache, "repodata")),
        platforms=[Subdir(platform), Subdir("noarch")],
        virtual_packages=_virtual_packages(platform),
    )
    if prefix is not None:
        await rattler.install(
            records,
            prefix,
            cache_dir=Path(cache, "packages"),
            show_progress=False,
            requested_specs=[spec._match_spec for spec in wanted],
        )
    return sorted(f"{record.name.normalized}-{record.version}-{record.build}" for record in records)


def _virtual_packages(platform: str) -> list[GenericVirtualPackage]:
    from rattler import BuildString, GenericVirtualPackage, PackageName, Version

    parts = (text.split("=") for text in _VIRTUAL[platform])
    return [
        GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))
        for name, version, build in parts
    ]


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("request", help="channels, specs, prefix, cache and platform as JSON")
    request = json.loads(parser.parse_args().request)
    try:
        print(json.dumps(asyncio.run(_install(**request))), flush=True)
    except Exception as error:  # noqa: BLE001 (whatever it is, it crosses to the parent)
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _main()
