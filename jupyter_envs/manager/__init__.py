"""The door: what can be done with environments, and the only configuration of the engine."""

from jupyter_envs.adapters.projects import Project

from .environments import EnvironmentManager

__all__ = ["EnvironmentManager", "Project"]
