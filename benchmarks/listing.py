"""The list of a thousand projects under the root."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from examples.stage import Stage
from jupyter_envs.adapters.prefix import fingerprint
from jupyter_envs.adapters.store import Environment, Store
from jupyter_envs.adapters.store.environments import identity_of

from .figure import Figure, seconds
from .projects import write_project
from .server import running

PROJECTS = 1_000
LIMIT = 1.0
REPEATS = 5


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """One environment is built, the others are copies of what the store holds of it."""
    project = write_project(here, "crowd-0", ("versions-demo",))
    with running(here) as server:
        server.build(project.name)
    environment = Store(here.folder / "store").of(project.resolve())
    assert environment is not None
    for number in range(1, PROJECTS):
        _copy(here, environment, project.with_name(f"crowd-{number}"))
    first: list[float] = []
    again: list[float] = []
    for _ in range(rounds):
        with running(here) as server:
            first.append(server.timed("GET", "environments"))
            again += [server.timed("GET", "environments") for _ in range(REPEATS)]
            listed = len(server.ask("GET", "environments")["environments"])
    yield Figure(
        name=f"list of {listed} projects",
        measured=seconds(first),
        beside=f"read before {seconds(again)}",
        asked="under 1 s",
        kept=median(first) < LIMIT,
        notes=("the first question to a fresh server; each project has a built environment",),
    )


def _copy(here: Stage, built: Environment, project: Path) -> None:
    """The same environment for another project."""
    source = Path(built.record.project)
    shutil.copytree(source, project)
    identity = identity_of(project)
    root = built.root.with_name(identity)
    shutil.copytree(built.root, root, symlinks=True)
    for record in (root / "environment.json", *root.glob("gens/*.complete.json")):
        text = record.read_text().replace(str(source), str(project))
        record.write_text(text.replace(built.id, identity))
    for record in root.glob("gens/*.complete.json"):
        content = json.loads(record.read_text())
        content["fingerprint"] = fingerprint(content["prefix"])
        record.write_text(json.dumps(content))
