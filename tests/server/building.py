"""Waiting for builds and for what they bring about."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.server.conftest import Ask


async def ended(ask: Ask, build: dict[str, Any]) -> dict[str, Any]:
    """The build when it has ended, with its whole log."""
    for _ in range(600):
        view = (await ask("GET", f"builds/{build['id']}", after="0")).json
        if view["outcome"] is not None:
            return dict(view)
        await asyncio.sleep(0.1)
    raise AssertionError("the build does not end")


async def built(ask: Ask) -> dict[str, Any]:
    reply = await ask("POST", "builds", {"project": "course", "agree": True})
    assert reply.status == 202, reply.text
    build = await ended(ask, reply.json)
    assert build["outcome"] == "built", build
    return build


async def until(condition: Callable[[], object], seconds: float = 10.0) -> float:
    """Seconds until `condition` holds."""
    begun = time.perf_counter()
    while not condition():
        assert time.perf_counter() - begun < seconds, "it does not come about"
        await asyncio.sleep(0.01)
    return time.perf_counter() - begun
