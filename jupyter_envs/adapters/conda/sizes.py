"""How large archives are, where only their channels know: a lock does not say it (CEP 37)."""

from __future__ import annotations

import asyncio

from rattler import Subdir
from rattler.exceptions import GatewayError

from jupyter_envs.core.model import Package

from .engine import CondaEngine


def sizes(packages: tuple[Package, ...], engine: CondaEngine) -> dict[str, int]:
    """Bytes by sha256, of those that a channel still has; a channel that is away tells none."""
    return asyncio.run(_sizes(packages, engine)) if packages else {}


async def _sizes(packages: tuple[Package, ...], engine: CondaEngine) -> dict[str, int]:
    channels = list(dict.fromkeys(package.channel for package in packages))
    subdirs = [Subdir(name) for name in dict.fromkeys(p.subdir for p in packages)]
    names = [package.name for package in packages]
    try:
        found = await engine.gateway().query(channels, subdirs, names, recursive=False)
    except GatewayError:
        return {}
    return {
        record.sha256.hex(): record.size
        for records in found
        for record in records
        if record.sha256 and record.size
    }
