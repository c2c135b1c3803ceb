"""A command line that runs in what was built for a project."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_envs.adapters import launcher
from jupyter_envs.core.errors import NotFoundError

from .survey import Survey


def command_in(survey: Survey, arguments: Sequence[str]) -> tuple[str, ...]:
    """The argv that activates the current generation as its kernels are, and runs `arguments`.

    Raises `NotFoundError` where nothing is built, or what was built is gone.
    """
    if survey.environment is None or survey.generation is None or survey.broken:
        why = survey.broken or "Nothing is built for this project yet"
        raise NotFoundError("unbuilt", why, "Build it first: `jupyter envs build`")
    return launcher.command(survey.environment.root, arguments)
