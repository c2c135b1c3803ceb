"""Peak memory of the server over ten builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from examples.stage import Stage

from .figure import Figure
from .projects import write_project
from .server import running

LIMIT = 30.0
BUILDS = 10


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """A server that has been asked once builds ten generations of one project."""
    if not Path("/proc/self/status").exists():
        yield Figure(name="peak memory over ten builds", measured="not measured without /proc")
        return
    project = write_project(here, "memory").name
    with running(here) as server:
        server.ask("GET", "environment", path=project)
        before = server.memory()
        peaks = []
        for number in range(BUILDS):
            write_project(here, "memory", variables=(f'BUILD: "{number}"',))
            server.build(project)
            server.ask("GET", "environment", path=project)
            peaks.append(server.memory().peak)
    grown = peaks[-1] - before.peak
    yield Figure(
        name="peak memory over ten builds",
        measured=f"{grown:.0f} MB more",
        beside=f"{before.peak:.0f} MB before, {peaks[-1]:.0f} MB after",
        asked=f"at most {LIMIT:.0f} MB more",
        kept=grown <= LIMIT,
        notes=(f"peak after each build: {', '.join(f'{peak:.0f}' for peak in peaks)} MB",),
    )
