"""The door: what can be done with environments, and the only configuration of the engine.

Its two names are loaded when they are asked for: reading a file needs none of what a build does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_envs.adapters.projects import Project

    from .environments import EnvironmentManager

__all__ = ["EnvironmentManager", "Project"]


def __getattr__(name: str) -> Any:
    if name == "EnvironmentManager":
        from .environments import EnvironmentManager

        return EnvironmentManager
    if name == "Project":
        from jupyter_envs.adapters.projects import Project

        return Project
    raise AttributeError(name)
