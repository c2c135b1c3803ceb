"""How long the server's loop is held up."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass
class Stalls:
    """The longest time, in milliseconds, that the loop came late."""

    longest: float = 0.0


@contextlib.asynccontextmanager
async def watched(every: float = 0.002) -> AsyncIterator[Stalls]:
    """Watch the loop, which is that of the server too, until the block ends."""
    found = Stalls()

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(every)
            late = (time.perf_counter() - before - every) * 1000
            found.longest = max(found.longest, late)

    task = asyncio.create_task(tick())
    await asyncio.sleep(0.02)
    found.longest = 0.0
    try:
        yield found
    finally:
        task.cancel()
