"""A build from a lock with a warm cache, beside py-rattler's bare install of the same packages."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from examples.phases import Phases
from examples.stage import Stage
from jupyter_envs.manager import EnvironmentManager

from . import neighbours
from .figure import Figure, seconds
from .projects import copied_with_lock, write_project
from .server import running

LIMIT = 3.0
LIMIT_OF_MICROMAMBA = 0.35
BARE = Path(__file__).with_name("bare_rattler.py")


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """Ours and the bare install in turn; nothing is deleted between them."""
    source = write_project(here, "from-lock")
    tools = neighbours.present()
    ours: list[float] = []
    bare: list[float] = []
    theirs: dict[str, list[float]] = {tool: [] for tool in tools}
    with running(here) as server:
        server.build(source.name)
        conda_meta = _conda_meta(here, source)
        _bare(here, conda_meta, "warm")
        for tool in tools:
            neighbours.timed(tool, here, here.folder / f"{tool}-warm")
        for number in range(rounds):
            bare.append(_bare(here, conda_meta, str(number)))
            ours.append(server.build(copied_with_lock(here, source).name).seconds)
            for tool in tools:
                prefix = here.folder / f"{tool}-{number}"
                theirs[tool].append(neighbours.timed(tool, here, prefix))
    packages = len(list(conda_meta.glob("*.json")))
    ratio = median(ours) / median(bare)
    yield Figure(
        name="build from a lock, warm cache",
        measured=seconds(ours),
        beside=f"bare py-rattler {seconds(bare)}",
        ratio=ratio,
        asked=f"at most {LIMIT:g} times",
        kept=ratio <= LIMIT,
        notes=(f"{packages} packages", _shares(here, source, rounds)),
    )
    yield from _beside(ours, theirs)


def _beside(ours: list[float], theirs: dict[str, list[float]]) -> Iterator[Figure]:
    for tool, found in theirs.items():
        ratio = median(ours) / median(found)
        asked = tool == "micromamba"
        yield Figure(
            name=f"the same beside {tool}",
            measured=seconds(ours),
            beside=f"{tool} {seconds(found)}",
            ratio=ratio,
            asked=f"at most {LIMIT_OF_MICROMAMBA:g} times" if asked else "",
            kept=ratio <= LIMIT_OF_MICROMAMBA if asked else None,
        )
    absent = [tool for tool in neighbours.TOOLS if tool not in theirs]
    if absent:
        name = f"the same beside {', '.join(absent)}"
        yield Figure(name=name, measured="not on PATH, so not measured")


def _bare(here: Stage, conda_meta: Path, name: str) -> float:
    words = (sys.executable, BARE, conda_meta, here.folder / f"bare-{name}", here.folder / "bare")
    began = time.perf_counter()
    subprocess.run(list(map(str, words)), env=here.environ, check=True)
    return time.perf_counter() - began


def _conda_meta(here: Stage, project: Path) -> Path:
    manager = EnvironmentManager(store_path=str(here.folder / "store"))
    found = manager.find(project, here.folder)
    assert found is not None
    generation = manager.survey(found).generation
    assert generation is not None
    return Path(generation.prefix) / "conda-meta"


def _shares(here: Stage, source: Path, rounds: int) -> str:
    """Where the time of a build goes, told by the builds of a manager in this process."""
    os.environ.update(here.environ)
    manager, phases = EnvironmentManager(), Phases()
    manager.listen(phases.hear)
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        project = manager.find(copied_with_lock(here, source), here.folder)
        assert project is not None
        phases.begin()
        manager.start(project, "build", agree=True).result()
        for phase, spent in phases.seconds.items():
            found.setdefault(phase, []).append(spent)
    middle = {phase: median(spent) for phase, spent in found.items()}
    whole = sum(middle.values())
    parts = (f"{PARTS.get(p, p)} {s / whole:.0%}" for p, s in middle.items())
    return f"shares of {whole:.2f} s: {', '.join(parts)}"


PARTS = {
    "start": "start of the worker",
    "fetch": "validation of the cache",
    "link": "linking",
    "compile": "bytecode and records",
    "check": "verification",
    "register": "fsync and kernelspec",
}
