"""What loading the extension adds to the server's start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from examples.stage import Stage

from .figure import Figure, seconds
from .server import command

LIMIT = 0.060
STARTS = 3
"""For each round."""
PROGRAM = Path(__file__).with_name("load_extension.py")


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """Each start loads the extension last, so that one process tells both."""
    starts = [_start(here) for _ in range(1 + rounds * STARTS)][1:]
    whole = [start for start, _ in starts]
    added = [load for _, load in starts]
    yield Figure(
        name="loading of the extension at the server's start",
        measured=seconds(added),
        beside=f"start without it {seconds(whole)}",
        ratio=median(load / start for start, load in starts),
        asked="at most 60 ms",
        kept=median(added) <= LIMIT,
        notes=(f"{len(starts)} starts; each has jupyterlab's own extensions loaded before",),
    )


def _start(here: Stage) -> tuple[float, float]:
    """Seconds of a start without the extension, and of loading it then."""
    words = (sys.executable, str(PROGRAM), "jupyter_envs", *command(here)[3:])
    done = subprocess.run(
        (*words, "--ServerApp.port=0"),
        env=here.environ,
        check=True,
        capture_output=True,
        text=True,
    )
    start, load = map(float, done.stdout.split())
    return start, load
