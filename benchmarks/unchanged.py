"""A build that changes nothing, from request to reply."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from examples.stage import Stage

from .figure import Figure, seconds
from .projects import write_project
from .server import running

LIMIT = 0.150
REPEATS = 10


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """Asked again and again after one build."""
    project = write_project(here, "unchanged").name
    with running(here) as server:
        server.build(project)
        builds = [server.build(project) for _ in range(rounds * REPEATS)]
        workers = server.children()
    found = [build.seconds for build in builds]
    outcomes = {build.outcome for build in builds}
    quiet = outcomes == {"unchanged"} and workers == 0
    yield Figure(
        name="build that changes nothing",
        measured=seconds(found),
        asked="under 150 ms, no worker",
        kept=median(found) < LIMIT and quiet,
        notes=(f"{len(found)} times, outcomes {', '.join(sorted(outcomes))}, {workers} workers",),
    )
