"""Looks at one project: its file, its lock, what is installed, and where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_envs.adapters import condarc, leases, projects, pypi
from jupyter_envs.adapters.prefix import (
    RecordCache,
    changed_since,
    deep_check,
    fingerprint,
    read_installed,
)
from jupyter_envs.adapters.projects import Project
from jupyter_envs.adapters.store import Environment, Store
from jupyter_envs.adapters.trust import Trust, consent_key
from jupyter_envs.core import drift as drifts
from jupyter_envs.core.altered import damaged
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.core.findings import in_order
from jupyter_envs.core.installed import Damage, Installed, Running
from jupyter_envs.core.model import Difference, Generation
from jupyter_envs.core.selectors import channels_on, variables_on
from jupyter_envs.core.spec import read_spec
from jupyter_envs.core.unmet import Asked

from .checks import problem_of, refuse_errors
from .locks import Locks, answers
from .survey import Glance, Survey


@dataclass(frozen=True, slots=True)
class Sources:
    """What a look depends on besides the project's own files."""

    platform: str
    config: Callable[[], condarc.CondaConfig]
    """conda's configuration."""
    pip: Callable[[Path], pypi.PipSettings]
    """How the pip section of a spec is read."""
    kernels: Path
    """Jupyter's folder for this person's kernelspecs."""


class Surveyor:
    """Looks at projects; keeps what it read as long as the files stay the same."""

    def __init__(self, store: Store, trust: Trust, locks: Locks, sources: Sources) -> None:
        self._store = store
        self._trust = trust
        self._platform = sources.platform
        self._config = sources.config
        self._pip = sources.pip
        self._kernels = sources.kernels
        self._locks = locks
        self._records = RecordCache()
        self._prefixes: dict[str, str] = {}
        self._damages: dict[str, tuple[Damage, ...]] = {}

    def look(
        self, project: Project, titles: Mapping[str, str], *, thorough: bool = False
    ) -> Survey:
        """`titles` gives kernels that run the names of their notebooks.

        With `thorough`, files that were changed by hand are looked for too (0.1 s and more).
        """
        survey = self._read(Survey(project=project, platform=self._platform))
        environment = self._environment(project, survey)
        generation = environment.generations.current() if environment else None
        survey = replace(survey, environment=environment, generation=generation)
        survey = replace(survey, broken=self._broken(survey))
        if survey.spec is None:
            return survey
        survey = replace(survey, beside=self._locks.beside(survey))
        survey = replace(survey, lock=self._locks.find(survey))
        survey = replace(survey, trusted=self._trusted(survey))
        return self._compared(survey, titles, thorough)

    def glance(self, project: Project) -> Glance:
        """What a list shows; the prefix is read only where something may have changed."""
        environment = self._store.of(project.folder)
        generation = environment.generations.current() if environment else None
        if environment is None or generation is None or not self._as_built(generation):
            return self.look(project, {}).glance
        content = projects.read(project.path)
        settled = projects.digest(content) == generation.spec_sha256
        behind = any(
            session.kernel_id and session.generation_id != generation.id
            for session in leases.running(environment.root)
        )
        if not settled or behind:
            return self.look(project, {}).glance
        return Glance(generation.environment, generation, settled=True, broken=False, invalid=False)

    def _as_built(self, generation: Generation) -> bool:
        now = fingerprint(generation.prefix)
        untouched = bool(now) and generation.fingerprint == now
        return untouched and not self._damages.get(generation.prefix)

    def consent_key(self, survey: Survey, *, with_lock: bool = True) -> str:
        """What a person agrees to by building this."""
        files = [(survey.project.file, survey.content)]
        base = survey.project.path.parent
        names = {name for section in survey.sections.values() for name in section.files}
        files += [(name, _bytes(base / name)) for name in sorted(names)]
        if with_lock and survey.lock and survey.lock.usable and not survey.lock.in_store:
            files.append((survey.lock.path.name, _bytes(survey.lock.path)))
        return consent_key(survey.project.folder, files)

    def _read(self, survey: Survey) -> Survey:
        try:
            content = projects.read(survey.project.path)
            spec = read_spec(content, survey.project.file)
        except EnvsError as error:
            return replace(survey, error=error)
        lines = tuple(line.text for line in channels_on(spec, self._platform))
        found = tuple(p for r in spec.requirements if (p := problem_of(r)))
        spec = replace(spec, problems=tuple(in_order((*spec.problems, *found))))
        survey = replace(survey, content=content, spec=spec)
        try:
            refuse_errors(found, survey.project.file)
            sections = {p: self._section(survey, p) for p in {*survey.platforms, self._platform}}
        except EnvsError as error:
            return replace(survey, error=error)
        config = self._config()
        names, note = condarc.effective_channels(lines, spec.nodefaults, config)
        urls = condarc.channel_urls(names, config, survey.project.path.parent)
        said = "; ".join((*filter(None, (note,)), *config.unreadable))
        survey = replace(survey, channels=names, channels_note=said, channel_urls=urls)
        return replace(survey, sections=sections)

    def _section(self, survey: Survey, platform: str) -> pypi.PipSection:
        lines = tuple(r for r in survey.lines(platform) if r.kind == "pip")
        return pypi.read_section(lines, self._pip(survey.project.path))

    def _environment(self, project: Project, survey: Survey) -> Environment | None:
        found = self._store.of(project.folder)
        if found is None and survey.spec is not None:
            found = self._store.moved(project.folder, survey.spec.sha256)
        return found

    def _broken(self, survey: Survey) -> str:
        if survey.generation is None:
            environment = survey.environment
            dangling = environment is not None and environment.generations.pointer.is_symlink()
            return "What was built is gone from the store" if dangling else ""
        if not (Path(survey.generation.prefix) / "conda-meta").is_dir():
            return "What was built is gone from the store"
        return ""

    def _trusted(self, survey: Survey) -> bool:
        return self._trust.given(self.consent_key(survey))

    def _damaged(self, survey: Survey, thorough: bool) -> tuple[Damage, ...]:
        """What the last thorough look at this generation found."""
        generation, environment = survey.generation, survey.environment
        assert generation is not None
        assert environment is not None
        if thorough:
            manifest = environment.generations.manifest(generation.id)
            self._damages[generation.prefix] = _damages(generation.prefix, manifest)
        return self._damages.get(generation.prefix, ())

    def _unregistered(self, generation: Generation) -> Iterator[Difference]:
        """Kernels of a generation that Jupyter no longer finds."""
        for kernel in generation.kernels:
            if not (self._kernels / kernel.name / "kernel.json").is_file():
                why = "its kernelspec was removed, so notebooks cannot start it"
                yield Difference(name=kernel.name, kind="kernel", locked=kernel.name, why=why)

    def _installed(self, environment: str, prefix: str) -> Installed:
        """What is in a prefix; that of the generation before is remembered no longer."""
        before = self._prefixes.get(environment, prefix)
        if before != prefix:
            self._records.forget(before)
            self._damages.pop(before, None)
        self._prefixes[environment] = prefix
        return read_installed(prefix, self._records)

    def _compared(self, survey: Survey, titles: Mapping[str, str], thorough: bool) -> Survey:
        generation, spec = survey.generation, survey.spec
        if generation is None or spec is None or survey.broken or survey.environment is None:
            return survey
        installed = self._installed(survey.environment.id, generation.prefix)
        sessions = leases.running(survey.environment.root)
        asked = Asked(
            requirements=survey.asked(self._platform),
            variables=variables_on(spec, self._platform),
            folder=str(survey.project.path.parent),
        )
        running = tuple(
            Running(s.kernel_id, _number(s.generation_id), titles.get(s.kernel_id, ""))
            for s in sessions
            if s.kernel_id
        )
        drift = drifts.compare(asked, generation, installed, running, answers)
        known = {(d.kind, d.name) for d in drift.altered}
        found = (*damaged(self._damaged(survey, thorough)), *self._unregistered(generation))
        more = tuple(d for d in found if (d.kind, d.name) not in known)
        drift = replace(drift, altered=(*drift.altered, *more))
        return replace(survey, installed=installed, drift=drift, sessions=sessions)


def _bytes(path: Path) -> bytes:
    """Nothing where the file is gone since it was read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _damages(prefix: str, manifest: bytes) -> tuple[Damage, ...]:
    """Files are read only where their size, time or inode is another than when they were built."""
    try:
        suspects = changed_since(prefix, manifest) if manifest else ()
    except EnvsError:
        return deep_check(prefix)
    return deep_check(prefix) if suspects or not manifest else ()


def _number(identity: str) -> int:
    return int(identity.split("-", 1)[0])
