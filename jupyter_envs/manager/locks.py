"""The locks of a project: where they lie, and whether they answer its file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from jupyter_envs.adapters import lockfile, projects, requirements
from jupyter_envs.adapters.conda import matchspec
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.core.kernel_packages import BY_LANGUAGE
from jupyter_envs.core.lock import Wanted, unsatisfied
from jupyter_envs.core.model import Lock, Package, Problem, Requirement

from .survey import LockFound, Survey

Stamp = tuple[int, int, int]


class Locks:
    """Reads each lock once as long as it stays the same."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[Stamp, Lock | EnvsError]] = {}

    def beside(self, survey: Survey) -> LockFound | None:
        """The lock that lies beside the file."""
        return self._at(survey, survey.project.lock, in_store=False)

    def find(self, survey: Survey) -> LockFound | None:
        """The lock beside the file if it answers it, else the one in the store."""
        beside = survey.beside
        if beside is not None and (beside.usable or survey.environment is None):
            return beside
        if survey.environment is not None:
            kept = self._at(survey, survey.environment.root / projects.LOCKS, in_store=True)
            if kept is not None and kept.usable:
                return kept
        return beside

    def reviewed(self, survey: Survey) -> Lock | None:
        """The lock that the last review showed, where it still answers the file."""
        if survey.environment is None:
            return None
        try:
            content = (survey.environment.root / "reviewed.json").read_bytes()
            lock = msgspec.json.decode(content, type=Lock)
        except (OSError, msgspec.DecodeError):
            return None
        return None if self.problems(survey, lock) else lock

    def problems(self, survey: Survey, lock: Lock) -> tuple[Problem, ...]:
        """Why a lock does not answer the file on each of its platforms."""
        found: list[Problem] = []
        for platform in survey.platforms:
            names = {p.name: p.version for p in lock.on(platform) if p.kind == "conda"}
            wanted = Wanted(
                platform=platform,
                requirements=survey.locked_for(platform, names.get("python", "")),
                channels=survey.declared_channels(platform),
                added=tuple(n for n in (*BY_LANGUAGE.values(), "pip", "python") if n in names),
            )
            found += unsatisfied(lock, wanted, answers)
        return tuple(found)

    def _at(self, survey: Survey, path: Path, in_store: bool) -> LockFound | None:
        try:
            status = path.stat()
        except OSError:
            return None
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            known = (stamp, _load(path))
            self._read[path] = known
        if isinstance(known[1], EnvsError):
            return LockFound(path=path, in_store=in_store, lock=None, problems=(), error=known[1])
        problems = self.problems(survey, known[1])
        return LockFound(path=path, in_store=in_store, lock=known[1], problems=problems)


def answers(requirement: Requirement, package: Package) -> bool:
    """By conda's rules for conda's lines, by PEP 440 for those of pip; never raises."""
    try:
        if requirement.kind == "conda":
            return package.kind == "conda" and matchspec.matches(requirement.text, package)
        return requirements.satisfied(requirement.text, package.version)
    except EnvsError:
        return False


def _load(path: Path) -> Lock | EnvsError:
    try:
        return lockfile.load(path)
    except EnvsError as error:
        return error
