"""`python -m benchmarks`: every figure once, as a table; it always exits with 0.

Cache, environments and what they are compared with lie on one file system, in a folder that is
deleted only at the end: on ext4, files made soon after a large deletion cost many times more.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from rich.console import Console

from examples.stage import Stage, stage

from . import build_from_lock, extension, first_cell, listing, memory, page, status, unchanged
from .figure import Figure, table

FIGURES: dict[str, Callable[[Stage, int], Iterator[Figure]]] = {
    "build": build_from_lock.measure,
    "unchanged": unchanged.measure,
    "status": status.measure,
    "list": listing.measure,
    "first-cell": first_cell.measure,
    "extension": extension.measure,
    "page": page.measure,
    "memory": memory.measure,
}

WIDTH = 150
console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Measure and print; what cannot be measured is said."""
    chosen = _chosen()
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    folder = Path(tempfile.mkdtemp(prefix="envs-bench-", dir=chosen.at))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    figures: list[Figure] = []
    try:
        console.print(_conditions(folder, chosen.rounds))
        with stage(folder) as here:
            for name in chosen.figures or FIGURES:
                figures += _measured(name, here, chosen.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    Console(highlight=False, width=max(console.width, WIDTH)).print(table(figures))


def _measured(name: str, here: Stage, rounds: int) -> Iterator[Figure]:
    console.print(f"measuring {name} …")
    try:
        for figure in FIGURES[name](here, rounds):
            for note in figure.notes:
                console.print(f"  {figure.name}: {note}")
            yield figure
    except (RuntimeError, OSError, AssertionError, subprocess.SubprocessError) as error:
        console.print(f"  {error}", markup=False)
        yield Figure(name=name, measured="failed, so not measured", kept=False)


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", choices=[[], *FIGURES], metavar="FIGURE")
    parser.add_argument("--rounds", type=int, default=5, help="medians are of so many (5)")
    parser.add_argument("--at", help="folder whose file system is measured (the temporary one)")
    return parser.parse_args()


def _conditions(folder: Path, rounds: int) -> str:
    mounts = [p for p in psutil.disk_partitions(all=True) if folder.is_relative_to(p.mountpoint)]
    system = max(mounts, key=lambda p: len(p.mountpoint)).fstype if mounts else "unknown"
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors at a load of "
        f"{load:.1f}, file system {system}, Python {platform.python_version()}, "
        f"medians of {rounds}"
    )


if __name__ == "__main__":
    main()
