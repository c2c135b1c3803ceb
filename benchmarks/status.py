"""Status of a project with 400 packages, read the first time and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from examples.stage import Stage
from tests.channel.conda_archive import Entry, Package, write_conda
from tests.channel.index import index_channel

from .figure import Figure, seconds
from .projects import SCIENCE, write_project
from .server import Server, running

PACKAGES = 400
GROUPS = 20
FILES = 40
LIMIT_AGAIN, LIMIT_FIRST = 0.050, 1.0
REPEATS = 5


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """A fresh server for each first look, some more looks at each."""
    channel = here.folder / "fillers"
    fillers = PACKAGES - _fewest(here) - GROUPS
    _write_fillers(channel, fillers)
    lines = (*SCIENCE, *(f"group-{number}" for number in range(GROUPS)))
    project = write_project(here, "many-packages", lines, ("conda-forge", channel.as_uri())).name
    with running(here) as server:
        server.build(project)
    first: list[float] = []
    again: list[float] = []
    for _ in range(rounds):
        with running(here) as server:
            first.append(server.timed("GET", "environment", path=project))
            again += [server.timed("GET", "environment", path=project) for _ in range(REPEATS)]
            packages = _count(server, project)
    yield Figure(
        name=f"status of {packages} packages, read before",
        measured=seconds(again),
        asked="under 50 ms",
        kept=median(again) < LIMIT_AGAIN,
    )
    yield Figure(
        name=f"status of {packages} packages, first time",
        measured=seconds(first),
        asked="under 1 s",
        kept=median(first) < LIMIT_FIRST,
        notes=("the first question to a fresh server: what answers it is loaded too",),
    )


def _fewest(here: Stage) -> int:
    """Packages that the science lines alone come to."""
    project = write_project(here, "few-packages").name
    with running(here) as server:
        server.build(project)
        return _count(server, project)


def _count(server: Server, project: str) -> int:
    return len(server.ask("GET", "packages", project=project)["packages"])


def _write_fillers(channel: Path, fillers: int) -> None:
    """Small packages in groups: a group depends on each of its own."""
    for subdir in ("noarch", "linux-64"):
        (channel / subdir).mkdir(parents=True)
    names = [f"filler-{number}" for number in range(fillers)]
    for name in names:
        entries = [Entry(f"share/{name}/{n}.txt", f"{name} {n}\n".encode()) for n in range(FILES)]
        write_conda(Package(name, "1.0", noarch="generic", entries=entries), channel)
    for number in range(GROUPS):
        group = f"group-{number}"
        entries = [Entry(f"share/{group}/name.txt", group.encode())]
        depends = tuple(names[number::GROUPS])
        write_conda(Package(group, "1.0", depends, noarch="generic", entries=entries), channel)
    index_channel(channel)
