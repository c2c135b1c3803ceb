"""The use cases, one method each; every face comes through here."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import platformdirs
from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Int, List, Unicode, default
from traitlets.config import LoggingConfigurable

from jupyter_envs import wire
from jupyter_envs.adapters import condarc, projects, pypi
from jupyter_envs.adapters.platforms import current_platform
from jupyter_envs.adapters.projects import Project
from jupyter_envs.adapters.store import Environment, Store
from jupyter_envs.adapters.trust import Trust
from jupyter_envs.core.errors import (
    NotFoundError,
    RefusedError,
    UnsupportedError,
)
from jupyter_envs.core.policy import Policy

from .builds import Build, new_build
from .choices import KernelChoices
from .deeper import DeeperLooks
from .locks import Locks
from .ordering import Settings, order_of
from .refusing import refusal, refused_of
from .removal import remove
from .survey import Survey
from .surveyor import Sources, Surveyor
from .views import (
    Show,
    environment_view,
    kernel_views,
    nothing_view,
    package_views,
    state_of,
)

Listener = Callable[[Path, "Build | None"], None]
"""Called, from any thread, with the project that changed and the build that changed it."""


class EnvironmentManager(LoggingConfigurable):
    """Looks at projects, builds their environments, registers their kernels."""

    store_path = Unicode(
        help="Folder for environments and caches; short paths on a local disk are best."
    ).tag(config=True)
    keep_generations = Int(
        3, min=1, help="Generations of an environment that are kept besides those in use."
    ).tag(config=True)
    strict = Bool(
        False, help="Refuse what conda allows but an administrator may not: see `core.policy`."
    ).tag(config=True)
    allowed_channels = List(Unicode(), help="Channels that may be used; empty: every channel.").tag(
        config=True
    )
    blocked_packages = List(Unicode(), help="Names of packages that may not be built.").tag(
        config=True
    )
    index_url = Unicode("", help="Package index of the pip section; empty: uv's default.").tag(
        config=True
    )

    @default("store_path")
    def _default_store_path(self) -> str:
        given = os.environ.get("JUPYTER_ENVS_STORE")
        return given or str(platformdirs.user_data_path("jupyter-envs", appauthor=False))

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        root = Path(self.store_path).expanduser().resolve()
        self.store = Store(root)
        self._trust = Trust(root / "trust")
        self._choices = KernelChoices(root / "choices")
        self._locks = Locks()
        self._surveyor = Surveyor(
            self.store,
            self._trust,
            self._locks,
            Sources(current_platform(), self._config, self._pip, self.kernels_dir),
        )
        self._deeper = DeeperLooks(self._look_deeper)
        self._guard = threading.Lock()
        self._builds: dict[str, Build] = {}
        self._once: set[str] = set()
        self._latest: dict[Path, str] = {}
        self._versions: dict[Path, int] = {}
        self._listeners: list[Listener] = []

    # Looking

    def find(self, start: Path, root: Path) -> Project | None:
        """The project that a notebook, file or folder belongs to."""
        return projects.nearest(start, root, self._chosen)

    def survey(
        self,
        project: Project,
        titles: Mapping[str, str] | None = None,
        *,
        thorough: bool = False,
    ) -> Survey:
        """Everything known of a project now; `titles` names the notebooks of running kernels.

        With `thorough`, files changed by hand are found too; it takes 0.1 s and more.
        """
        return self._surveyor.look(project, titles or {}, thorough=thorough)

    def view(
        self, start: Path, root: Path, show: Show, titles: Mapping[str, str] | None = None
    ) -> wire.EnvironmentView:
        """What the panel shows for a notebook, file or folder."""
        folder = start if start.is_dir() else start.parent
        project = self.find(start, root)
        if project is None:
            return nothing_view(folder, 0, show)
        build = self.latest_build(project.folder)
        version = self._versions.get(project.folder, 0)
        survey = self.survey(project, titles)
        if survey.generation is not None:
            self._deeper.look(project)
        return environment_view(survey, folder, version, build, show)

    def packages(self, project: Project) -> wire.PackageList:
        """Every package of the current generation."""
        return wire.PackageList(package_views(self.survey(project)))

    def environments(self, show: Callable[[Path], str | None]) -> wire.EnvironmentList:
        """Every environment of the store; `show` answers None for what lies outside the root."""
        return wire.EnvironmentList([self._summary(e, show) for e in self.store.all()])

    def kernel_map(self, root: Path, show: Show) -> wire.KernelMap:
        """What the notebooks of every known project under `root` open with."""
        found = []
        for environment in self.store.all():
            folder = Path(environment.record.project)
            if folder.is_relative_to(root) and (project := self._project_at(folder)):
                glance = self._surveyor.glance(project)
                state, kernels = state_of(glance), kernel_views(glance)
                found.append(wire.ProjectKernels(show(folder), state, kernels))
        choices = [
            wire.KernelChoice(show(path), kernel)
            for path, kernel in self._choices.all().items()
            if path.is_relative_to(root)
        ]
        return wire.KernelMap(found, choices)

    # Choosing

    def choose_kernel(self, notebook: Path, kernel: str) -> None:
        """Remember a kernel chosen by hand for one notebook; empty forgets it."""
        self._choices.set(notebook, kernel)

    def choose_file(self, project: Project, file: str) -> Project:
        """Use another environment file of a project; raises `NotFoundError`."""
        if file not in projects.choices(project.folder):
            raise NotFoundError(
                "no-file", f"There is no `{file}`", "Choose one of the files listed"
            )
        environment = self._environment(project)
        usual = file == projects.declared(project.folder)
        self.store.save(replace(environment.record, file=file, chosen=not usual))
        self.touch(project.folder)
        return Project(project.folder, file)

    # Building

    def start(
        self,
        project: Project,
        verb: wire.BuildVerb,
        *,
        agree: bool | Literal["once"],
        replace_lock: bool = False,
    ) -> Build:
        """Begin a build, or answer the one that runs; a yes is remembered, but not one for `once`.

        Raises `SpecError`, `RefusedError` (policy, or `consent` where the person has not agreed
        to these files yet) and `UnsupportedError`.
        """
        with self._guard:
            running = self.latest_build(project.folder)
            if running is not None and running.outcome is None:
                return running
            survey = self._buildable(project, agree)
            build = self._prepared(survey, verb, replace_lock)
            if agree == "once" and not survey.trusted:
                self._once.add(build.id)
            self._builds[build.id] = build
            if running is not None:
                self._builds.pop(running.id, None)
            self._latest[project.folder] = build.id
        build.start()
        return build

    def unchanged(self, project: Project) -> bool:
        """Whether a build would change nothing, told without a worker."""
        survey = self.survey(project)
        generation = survey.generation
        if generation is None or survey.broken or not survey.drift.in_sync:
            return False
        asked = [(r.kind, r.text) for r in survey.asked(survey.platform)]
        same = asked == [(r.kind, r.text) for r in generation.requirements]
        same = same and generation.environment == survey.name
        return same and survey.lock is not None and survey.lock.usable

    def build(self, identity: str) -> Build:
        """A build of this manager; raises `NotFoundError`."""
        if identity not in self._builds:
            raise NotFoundError("no-build", "There is no such build", "Start a new one")
        return self._builds[identity]

    def latest_build(self, folder: Path) -> Build | None:
        """The build that runs for a project, or the last one."""
        identity = self._latest.get(folder)
        return self._builds.get(identity) if identity else None

    def remove(self, project: Path) -> bool:
        """Remove what was built for a folder; whether there was anything. The files stay.

        Raises `BusyError` while a kernel or command runs in it, or a build.
        """
        environment = self.store.of(project)
        if environment is None:
            return False
        remove(self.store, environment, self.kernels_dir, Path.home())
        self.touch(project)
        return True

    # Being told

    def listen(self, listener: Listener) -> None:
        """Call `listener` whenever a project may look different."""
        self._listeners.append(listener)

    def touch(self, folder: Path, build: Build | None = None) -> None:
        """Say that a project may look different."""
        self._versions[folder] = self._versions.get(folder, 0) + 1
        for listener in self._listeners:
            listener(folder, build)

    def version(self, folder: Path) -> int:
        return self._versions.get(folder, 0)

    @property
    def kernels_dir(self) -> Path:
        """Jupyter's folder for this person's kernelspecs."""
        return Path(jupyter_data_dir()) / "kernels"

    @property
    def policy(self) -> Policy:
        """What may be built here."""
        base = Policy.strict() if self.strict else Policy.own_machine()
        return replace(
            base,
            allowed_channels=tuple(self.allowed_channels),
            blocked_packages=tuple(self.blocked_packages),
        )

    def close(self) -> None:
        """End every build that runs."""
        self._deeper.close()
        for build in self._builds.values():
            build.cancel()

    def _look_deeper(self, project: Project) -> None:
        before = self.survey(project).drift.altered
        if self.survey(project, thorough=True).drift.altered != before:
            self.touch(project.folder)

    def _config(self) -> condarc.CondaConfig:
        return condarc.read_condarc(os.environ, Path.home())

    def _pip(self, spec: Path) -> pypi.PipSettings:
        policy = self.policy
        return pypi.PipSettings(
            cache=self.store.cache / "uv",
            folder=spec.parent,
            file=spec.name,
            index_url=self.index_url,
            allow_build_code=policy.allow_build_code,
            allow_vcs=policy.allow_vcs,
        )

    def _careful(self, survey: Survey) -> pypi.PipSettings:
        """For one solve that nobody agreed to build from: no code of packages runs."""
        settings = self._pip(survey.project.path)
        return replace(settings, allow_build_code=False, allow_vcs=False)

    def _chosen(self, folder: Path) -> str:
        environment = self.store.of(folder)
        return environment.record.file if environment and environment.record.chosen else ""

    def _project_at(self, folder: Path) -> Project | None:
        return projects.nearest(folder, folder, self._chosen) if folder.is_dir() else None

    def _buildable(self, project: Project, agree: bool | Literal["once"]) -> Survey:
        if os.name != "posix":
            raise UnsupportedError(
                "windows", "Building is not supported on Windows yet", "Use Linux, macOS or WSL"
            )
        survey = self.survey(project, thorough=self.unchanged(project))
        if survey.error is not None or survey.spec is None:
            raise survey.error or NotFoundError("no-file", "There is no environment file")
        refused = refused_of(survey, self.policy)
        if refused:
            raise refusal(refused, project.file)
        if not survey.trusted:
            if not agree:
                raise RefusedError(
                    "consent",
                    f"Nothing was built: `{project.file}` asks to fetch and install packages, "
                    "and you have not agreed to that yet",
                    "Look at what it declares, then agree",
                )
            if agree != "once":
                self._trust.give(self._surveyor.consent_key(survey), project.folder)
                return replace(survey, trusted=True)
        return survey

    def _prepared(self, survey: Survey, verb: wire.BuildVerb, replace_lock: bool) -> Build:
        self.store.open()
        environment = self._environment(survey.project)
        survey = replace(survey, environment=environment)
        settings = Settings(
            self.keep_generations,
            self._pip(survey.project.path) if survey.trusted else self._careful(survey),
            replace_lock,
            self.kernels_dir,
        )
        reviewed = self._locks.reviewed(survey)
        order = order_of(survey, verb, self._config(), settings, reviewed)
        agreed = self._surveyor.consent_key(survey, with_lock=False)
        return new_build(survey.project.folder, order, self._build_changed, agreed)

    def _environment(self, project: Project) -> Environment:
        self.store.open()
        found = self.store.of(project.folder) or self.store.make(project.folder, project.file)
        content = projects.read(project.path)
        digest = projects.digest(content)
        if (found.record.file, found.record.files_sha256) == (project.file, digest):
            return found
        return self.store.save(replace(found.record, file=project.file, files_sha256=digest))

    def _build_changed(self, build: Build) -> None:
        locked = build.lock is not None or build.outcome in ("built", "unchanged")
        if build.outcome is not None and locked and build.id not in self._once:
            self._trust_lock(build)
        self.touch(build.project, build)

    def _trust_lock(self, build: Build) -> None:
        """The lock that this person's own build wrote needs no second yes."""
        project = self._project_at(build.project)
        if project is None:
            return
        survey = self.survey(project)
        if build.agreed == self._surveyor.consent_key(survey, with_lock=False):
            self._trust.give(self._surveyor.consent_key(survey), project.folder)

    def _summary(
        self, environment: Environment, show: Callable[[Path], str | None]
    ) -> wire.EnvironmentSummary:
        record = environment.record
        folder = Path(record.project)
        project = self._project_at(folder)
        glance = self._surveyor.glance(project) if project else None
        generation = environment.generations.current()
        return wire.EnvironmentSummary(
            id=environment.id,
            project=show(folder),
            path=record.project,
            name=f"{folder.name} / {glance.name}" if glance else folder.name,
            state=state_of(glance) if glance else "none",
            orphan=project is None,
            generation=generation.number if generation else None,
            kernels=list(record.kernels),
        )
