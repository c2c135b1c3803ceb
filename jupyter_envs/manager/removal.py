"""Removing what was built, with every trace of it outside the project."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from jupyter_envs.adapters import kernelspecs, leases, neighbours
from jupyter_envs.adapters.store import Environment, Store
from jupyter_envs.core.errors import BusyError


def remove(store: Store, environment: Environment, kernels_dir: Path, home: Path) -> None:
    """Kernelspecs first, the prefixes last; raises `BusyError` while something runs in them."""
    with environment.generations.locked(), _nobody_in(environment):
        prefixes = tuple(Path(g.prefix) for g in environment.generations.all())
        kernelspecs.unregister(environment.root, kernels_dir)
        neighbours.withdraw(prefixes, home)
        store.remove(environment)


@contextlib.contextmanager
def _nobody_in(environment: Environment) -> Iterator[None]:
    generations = environment.generations
    with contextlib.ExitStack() as stack:
        vacant = [
            stack.enter_context(leases.vacated(generations.lease(generation.id)))
            for generation in generations.all()
        ]
        if not all(vacant):
            raise BusyError(
                "in-use",
                "Kernels or commands of this environment are running",
                "Shut them down, then remove it",
            )
        yield
