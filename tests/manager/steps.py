"""What people do with a project, and what they then see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jupyter_envs.adapters.projects import Project
from jupyter_envs.manager import EnvironmentManager
from jupyter_envs.manager.builds import Build
from jupyter_envs.wire import EnvironmentView

MakeProject = Callable[..., Project]

SPEC = "name: small\nchannels: [conda-forge]\ndependencies:\n  - text-prefix-demo\n"
TWO = SPEC + "  - versions-demo=1.0\n"


def built(manager: EnvironmentManager, project: Project, verb: str = "build") -> Build:
    return manager.start(project, verb, agree=True).result()  # type: ignore[arg-type]


def seen(manager: EnvironmentManager, project: Project) -> EnvironmentView:
    return manager.view(project.folder, project.folder, str)


def prefix(manager: EnvironmentManager, project: Project) -> Path:
    generation = manager.survey(project).generation
    assert generation is not None
    return Path(generation.prefix)


def with_own_cache(manager: EnvironmentManager) -> EnvironmentManager:
    """For a test that damages files, which are those of the cache too."""
    manager.store.cache.unlink()
    manager.store.cache.mkdir()
    return manager


def linked(prefix: Path) -> Path:
    """A file of the prefix that has other names too."""
    return next(
        path
        for path in sorted(prefix.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and path.stat().st_nlink > 1
        and "conda-meta" not in path.parts
    )
