"""The engine in a process of its own, which rattler may not crash at its exit.

    python -m tests.engine < {"verb": "solve" | "install", …}

Prints what came of it as JSON: `{"packages": …}` or `{"error": …}`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from jupyter_envs.core.errors import EnvsError
from jupyter_envs.core.model import Package, Place, Problem, Requirement

HERE = "linux-64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the process is to do, in the words of `SolveRequest` and `Installer.install`."""

    cache: str
    requirements: tuple[Requirement, ...] = ()
    channels: tuple[str, ...] = ()
    platform: str = HERE
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priority: str = "strict"
    preferred: tuple[Package, ...] = ()
    seconds: float = 60
    prefix: str = ""
    """Where to install what was solved, or `packages`; empty: only solve."""
    packages: tuple[Package, ...] = ()
    lower: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of it."""

    packages: tuple[Package, ...] = ()
    code: str = ""
    message: str = ""
    hint: str = ""
    place: Place | None = None
    details: str = ""
    problems: tuple[Problem, ...] = ()
    fetched: tuple[str, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        return {package.name: package.version for package in self.packages}


def lines(*texts: str) -> tuple[Requirement, ...]:
    """Conda requirements as they would stand in a file, from line 4 on."""
    from jupyter_envs.core.conda_lines import conda_line

    return tuple(
        Requirement("conda", text, conda_line(text).name, Place(number, 5))
        for number, text in enumerate(texts, 4)
    )


def run(task: Task) -> Told:
    """Do it in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.engine"],
        input=msgspec.json.encode(task),
        cwd=Path(__file__).parents[1],
        capture_output=True,
        check=False,
    )
    assert answer.stdout, answer.stderr.decode()
    return msgspec.json.decode(answer.stdout, type=Told)


def _do(task: Task) -> Told:
    from jupyter_envs.adapters.conda.engine import CondaEngine
    from jupyter_envs.adapters.conda.install import Installer
    from jupyter_envs.adapters.conda.request import SolveRequest
    from jupyter_envs.adapters.conda.solve import Solver

    engine = CondaEngine(
        repodata=Path(task.cache) / "repodata",
        packages=Path(task.cache) / "pkgs",
        lower=tuple(Path(folder) for folder in task.lower),
    )
    names = ("requirements", "platform", "channels", "prefixes", "priority", "preferred", "seconds")
    request = SolveRequest(**{name: getattr(task, name) for name in names})
    packages = task.packages or Solver(engine).solve(request)
    said: list[str] = []
    if task.prefix:
        Installer(engine).install(
            packages, Path(task.prefix), lambda part, _, text: said.append(f"{part} {text}")
        )
    return Told(packages=packages, fetched=tuple(said))


def _main() -> None:
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    try:
        told = _do(task)
    except EnvsError as e:
        told = Told(
            code=e.code,
            message=e.message,
            hint=e.hint,
            place=e.place,
            details=e.details,
            problems=e.problems,
        )
    sys.stdout.buffer.write(msgspec.json.encode(told))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    _main()
