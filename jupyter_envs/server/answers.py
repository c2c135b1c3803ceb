"""What clients may ask, in contents paths and JSON; everything here blocks and runs in threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import msgspec

from jupyter_envs import wire
from jupyter_envs.core.errors import BusyError, NotFoundError
from jupyter_envs.core.secrets import redact
from jupyter_envs.manager import EnvironmentManager, Project
from jupyter_envs.manager.builds import Build
from jupyter_envs.manager.changes import concerned_by_file, concerned_by_kernel
from jupyter_envs.manager.drafts import draft
from jupyter_envs.manager.views import build_view, state_of

from .paths import ContentsFolder

Titles = Mapping[str, str]
"""Names of the notebooks of running kernels, by the kernel's id."""
EVERY_LINE = 0
NO_LINE = 1 << 62
LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a project stands, as events tell it."""

    state: wire.State
    unmet: int = 0
    altered: int = 0
    behind: int = 0


class Answers:
    """One method a question; errors are raised as they come."""

    def __init__(self, manager: EnvironmentManager, files: ContentsFolder) -> None:
        self.manager = manager
        self._files = files
        self._beginning = threading.Lock()

    # Looking

    def environment(self, path: str, titles: Titles) -> bytes:
        """`EnvironmentView` of the project that a notebook, file or folder belongs to."""
        return wire.encode(self._view(self._files.path(path), titles))

    def environments(self) -> bytes:
        """`EnvironmentList`: those of other folders too, but their paths cannot be asked about."""
        return wire.encode(self.manager.environments(self._files.name))

    def packages(self, project: str) -> bytes:
        """`PackageList` of a project."""
        return wire.encode(self.manager.packages(self._project(project)))

    def kernels(self) -> bytes:
        """`KernelMap` of the server's folder."""
        return wire.encode(self.manager.kernel_map(self._files.root, self._files.show))

    def build_since(self, identity: str, after: int) -> bytes:
        """`BuildView` with the log lines numbered above `after`."""
        return self._shown(self.manager.build(identity), after)

    def draft(self, body: bytes) -> bytes:
        """`DraftView` for a `DraftRequest`; writes nothing."""
        request = decoded(body, wire.DraftRequest)
        folder = self._files.path(request.folder)
        return wire.encode(draft(folder, request, self._files.show))

    # Changing

    def choose_kernel(self, body: bytes) -> bytes:
        """`KernelMap` after a `KernelChoice`."""
        choice = decoded(body, wire.KernelChoice)
        self.manager.choose_kernel(self._files.path(choice.notebook), choice.kernel)
        return self.kernels()

    def choose_file(self, body: bytes, titles: Titles) -> bytes:
        """`EnvironmentView` after a `FileChoice`."""
        choice = decoded(body, wire.FileChoice)
        project = self._project(choice.project)
        path = self._files.path(choice.file)
        path = path.parent.resolve() / path.name
        if not path.is_relative_to(project.folder):
            raise NotFoundError(
                "no-file", f"`{path.name}` is not a file of this project", "Choose one of its files"
            )
        self.manager.choose_file(project, path.relative_to(project.folder).as_posix())
        return wire.encode(self._view(project.folder, titles))

    def remove(self, project: str, titles: Titles) -> bytes:
        """`EnvironmentView` after what was built is removed, the project gone or not."""
        folder = self._files.path(project, gone=True).resolve()
        build = self.manager.latest_build(folder)
        if build is not None and build.outcome is None:
            raise BusyError(
                "busy", "This environment is being built", "Wait until it has ended, or cancel it"
            )
        if not self.manager.remove(folder) and not folder.is_dir():
            self._files.path(project)
        return wire.encode(self._view(folder, titles))

    def build(self, body: bytes) -> tuple[int, bytes]:
        """Status and `BuildView` for a `BuildRequest`.

        202 for a new build; 200 for the one that runs already, and for one that would change
        nothing: that has no id, its outcome is `unchanged`, and no worker was started.
        """
        request = decoded(body, wire.BuildRequest)
        project = self._project(request.project)
        with self._beginning:
            running = self.manager.latest_build(project.folder)
            if running is not None and running.outcome is None:
                return 200, self._shown(running, EVERY_LINE)
            if request.verb == "build" and self.manager.unchanged(project):
                return 200, wire.encode(_unchanged(self._files.show(project.folder)))
            build = self.manager.start(
                project, request.verb, agree=request.agree, replace_lock=request.replace_lock
            )
        return 202, self._shown(build, EVERY_LINE)

    def cancel(self, identity: str) -> bytes:
        """`BuildView` of a build that was told to end; one that has ended stays as it is."""
        build = self.manager.build(identity)
        build.cancel()
        return self._shown(build, NO_LINE)

    # News

    def concerned_by_file(self, path: str) -> None:
        """Look again at the projects that a file's saving, moving or deletion may change."""

        def nearest(start: Path) -> Project | None:
            return self.manager.find(start, self._files.root)

        for folder in concerned_by_file(self._files.path(path, gone=True), nearest):
            self.manager.touch(folder)

    def concerned_by_kernel(self, name: str) -> None:
        """Look again at the projects whose kernel was started, stopped or restarted."""
        for folder in concerned_by_kernel(self.manager.store, name):
            self.manager.touch(folder)

    def standing(self, folder: Path) -> Standing:
        """Where a project stands, in numbers."""
        root = self._files.root
        project = self.manager.find(folder, root) if folder.is_dir() else None
        if project is None or project.folder != folder:
            return Standing("none")
        survey = self.manager.survey(project)
        drift = survey.drift
        return Standing(
            state_of(survey.glance), len(drift.unmet), len(drift.altered), len(drift.behind)
        )

    def event(self, folder: Path, standing: Standing) -> dict[str, Any] | None:
        """The `EnvironmentEvent` of a project now; None for one outside the server's folder."""
        project = self._files.name(folder)
        if project is None:
            return None
        build = self.manager.latest_build(folder)
        progress = build.progress if build else None
        event = wire.EnvironmentEvent(
            project=project,
            version=self.manager.version(folder),
            state=standing.state,
            unmet=standing.unmet,
            altered=standing.altered,
            behind=standing.behind,
            build=build.id if build else None,
            step=progress.step if progress else None,
            part=progress.part if progress else None,
            fraction=progress.fraction if progress else 0.0,
            message=redact(progress.message)[:LONGEST_MESSAGE] if progress else "",
            outcome=build.outcome if build else None,
        )
        return dict(wire.builtins(event))

    def _view(self, start: Path, titles: Titles) -> wire.EnvironmentView:
        return self.manager.view(start, self._files.root, self._files.show, titles)

    def _project(self, contents_path: str) -> Project:
        path = self._files.path(contents_path).resolve()
        project = self.manager.find(path, self._files.root)
        if project is None or project.folder != path:
            raise NotFoundError(
                "no-project",
                "There is no environment file in this folder",
                "Make an `environment.yml` there",
            )
        return project

    def _shown(self, build: Build, after: int) -> bytes:
        return wire.encode(build_view(build, self._files.show, after))


def decoded(body: bytes, shape: type[Any]) -> Any:
    """The request; raises `msgspec.DecodeError` for what is no JSON, and its `ValidationError`
    naming the field for what does not fit or is not known.
    """
    try:
        request = wire.decode(body, shape)
        names = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (RecursionError, UnicodeDecodeError) as error:
        raise msgspec.DecodeError("Nested too deeply, or not UTF-8") from error
    unknown = sorted(names.keys() - {field.name for field in fields(shape)})
    if unknown:
        raise msgspec.ValidationError(f"Object contains unknown field `{unknown[0]}` - at `$`")
    return request


def _unchanged(project: str) -> wire.BuildView:
    return wire.BuildView(
        id="",
        project=project,
        verb="build",
        started=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        elapsed=0.0,
        step="register",
        part=None,
        fraction=1.0,
        message="Everything is as the file asks",
        outcome="unchanged",
        error=None,
        plan=None,
        log=[],
    )
