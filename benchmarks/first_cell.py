"""The first cell of a fresh generation, beside the same in one that was used before."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from statistics import median

from jupyter_client.manager import start_new_kernel

from examples.stage import Stage

from .figure import Figure, seconds
from .projects import write_project
from .server import running

CELL = "import numpy, pandas, matplotlib"
LIMIT = 1.2
USES = 3


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """Each round builds a new generation of the same packages and starts its kernel four times."""
    os.environ.update(here.environ)
    fresh: list[float] = []
    used: list[float] = []
    with running(here) as server:
        for number in range(rounds):
            project = write_project(here, "first-cell", variables=(f'ROUND: "{number}"',)).name
            server.build(project)
            view = server.ask("GET", "environment", path=project)
            kernel = view["kernels"][0]["name"]
            times = [_first_cell(kernel) for _ in range(1 + USES)]
            fresh.append(times[0])
            used.append(times[-1])
    ratio = median(fresh) / median(used)
    yield Figure(
        name=f"first cell, `{CELL}`",
        measured=f"fresh {seconds(fresh)}",
        beside=f"used {seconds(used)}",
        ratio=ratio,
        asked=f"at most {LIMIT:g} times",
        kept=ratio <= LIMIT,
    )


def _first_cell(kernel: str) -> float:
    """Seconds from sending the cell to its reply."""
    manager, client = start_new_kernel(kernel_name=kernel)
    try:
        began = time.perf_counter()
        reply = client.execute_interactive(CELL, timeout=120)
        assert reply["content"]["status"] == "ok", reply["content"]
        return time.perf_counter() - began
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
