"""Whether a lock still answers a spec, told without a solve and without the network. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from posixpath import normpath

from .model import Lock, Package, Place, Problem, Requirement
from .pip_lines import PipLine, pip_line
from .project_names import name_at_pypi, normalized
from .secrets import redact

Answers = Callable[[Requirement, Package], bool]
"""Whether a package is what a requirement asks for, by the rules of the requirement's kind."""

Answered = list[tuple[Requirement, tuple[Package, ...]]]
"""Each requirement with what answers it."""

OURS = "jupyter_envs"
"""Who made a lock that records the channels as they were written."""

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_EXTRAS = re.compile(r"\[[^\]/]*\]$")
_NAME = re.compile(r"(?:[^\s:]+::)?([A-Za-z0-9_][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a spec asks for on one platform."""

    platform: str
    requirements: tuple[Requirement, ...]
    """Those that apply there; lines of the pip section that only set options left out."""
    channels: tuple[str, ...] = ()
    """As the spec writes them, in its order."""
    added: tuple[str, ...] = ()
    """conda packages that are wanted besides, as those of the kernel and `pip`."""


def unsatisfied(lock: Lock, wanted: Wanted, answers: Answers) -> tuple[Problem, ...]:
    """Why `lock` is not what the spec asks for on its platform; empty where it is.

    A lock of another tool records no channels, so they are not compared.
    """
    if wanted.platform not in lock.platforms:
        return (_absent(lock, wanted.platform),)
    locked = _Locked(lock.on(wanted.platform))
    answered = [(r, _answering(r, locked, answers)) for r in wanted.requirements]
    roots = [package for _, packages in answered for package in packages]
    roots += [package for name in wanted.added if (package := locked.conda(name))]
    return (
        *_other_channels(lock, wanted.channels),
        *_unanswered(locked, answered),
        *_incomplete(locked),
        # With a line unanswered, what it led to would be named too.
        *(_unasked(locked, roots) if all(packages for _, packages in answered) else ()),
    )


def depended_name(depend: str) -> str:
    """The name that starts a match spec or a PEP 508 requirement; empty where there is none."""
    found = _NAME.match(depend.strip())
    return found[1] if found else ""


class _Locked:
    """The packages of one platform, found by what others call them."""

    def __init__(self, packages: tuple[Package, ...]) -> None:
        self.packages = packages
        self._conda = {p.name.lower(): p for p in packages if p.kind == "conda"}
        self._python = {name_at_pypi(p.name): p for p in packages if p.kind == "conda"}
        self._python.pop("", None)
        self._pip = {normalized(p.name): p for p in packages if p.kind == "pip"}

    def conda(self, name: str) -> Package | None:
        return self._conda.get(name.lower())

    def pip(self, name: str) -> Package | None:
        """A distribution may be there because conda brought it."""
        name = normalized(name)
        return self._pip.get(name) or self._python.get(name)

    def candidates(self, requirement: Requirement) -> tuple[Package, ...]:
        """Those that may answer; all of its kind where the line gives only a URL or a path."""
        if not requirement.name:
            return tuple(p for p in self.packages if p.kind == requirement.kind)
        find = self.conda if requirement.kind == "conda" else self.pip
        found = find(requirement.name)
        return (found,) if found else ()

    def needs(self, package: Package) -> Iterator[tuple[str, Package | None]]:
        """The names that a package depends on, and what stands in the lock for them."""
        find = self.conda if package.kind == "conda" else self.pip
        for depend in package.depends:
            name = depended_name(depend)
            if name and not name.startswith("__"):
                yield name, find(name)


def _answering(requirement: Requirement, locked: _Locked, answers: Answers) -> tuple[Package, ...]:
    """A line that points at a place is answered by what was locked from that place."""
    line = pip_line(requirement.text) if requirement.kind == "pip" else None
    candidates = locked.candidates(requirement)
    if line is None or line.form == "requirement":
        return tuple(package for package in candidates if answers(requirement, package))
    return tuple(package for package in candidates if _locked_from(line, package))


def _locked_from(line: PipLine, package: Package) -> bool:
    if line.form == "vcs":
        (url, asked), (locked, commit) = _repository(line.target), _repository(package.url)
        return url == locked and (not _COMMIT.fullmatch(asked) or commit.startswith(asked))
    place, _, kind = package.url.partition("#")
    target = _EXTRAS.sub("", line.target.partition("#")[0])
    if line.form == "path":
        place, target = normpath(place), normpath(target)
    return place == target and (kind == "editable") == line.editable


def _repository(url: str) -> tuple[str, str]:
    """The address without password, and branch, tag or commit."""
    address, _, path = url.partition("#")[0].partition("://")
    host, slash, path = path.partition("/")
    path, _, reference = path.partition("@")
    return f"{address}://{host.rpartition('@')[2]}{slash}{path}", reference


def _absent(lock: Lock, platform: str) -> Problem:
    there = ", ".join(f"`{name}`" for name in lock.platforms) or "no platform"
    return _problem(f"The lock has nothing for `{platform}`, only for {there}", code="E128")


def _other_channels(lock: Lock, channels: tuple[str, ...]) -> Iterator[Problem]:
    if lock.made_by == OURS and lock.declared_channels != channels:
        before, now = (_listed(lock.declared_channels), _listed(channels))
        yield _problem(f"The lock was made from the channels {before}; the file now names {now}")


def _listed(channels: tuple[str, ...]) -> str:
    return ", ".join(f"`{redact(channel)}`" for channel in channels) or "none"


def _unanswered(locked: _Locked, answered: Answered) -> Iterator[Problem]:
    for requirement, packages in answered:
        if not packages:
            yield _problem(_why_not(locked, requirement), requirement.place)


def _why_not(locked: _Locked, requirement: Requirement) -> str:
    text = redact(requirement.text)
    candidates = locked.candidates(requirement) if requirement.name else ()
    if not candidates:
        return f"`{text}` is not in the lock"
    return f"`{text}` is asked for, and the lock has `{candidates[0].name}` {candidates[0].version}"


def _incomplete(locked: _Locked) -> Iterator[Problem]:
    """Only for conda: what a distribution needs may lie in a conda package of another name."""
    for package in locked.packages:
        for name, found in locked.needs(package) if package.kind == "conda" else ():
            if found is None:
                yield _problem(f"`{package.name}` needs `{name}`, which is not in the lock")


def _unasked(locked: _Locked, roots: list[Package]) -> Iterator[Problem]:
    reached = _reached(locked, roots)
    for package in locked.packages:
        if package.key not in reached:
            yield _problem(f"`{package.name}` is in the lock, and nothing asks for it any more")


def _reached(locked: _Locked, roots: list[Package]) -> set[tuple[str, str]]:
    """Keys of all that the roots lead to, the roots included."""
    waiting = list(roots)
    reached: set[tuple[str, str]] = set()
    while waiting:
        package = waiting.pop()
        if package.key not in reached:
            reached.add(package.key)
            waiting += [found for _, found in locked.needs(package) if found]
    return reached


def _problem(message: str, place: Place | None = None, code: str = "E185") -> Problem:
    return Problem(code, "error", place or Place(), message, "Build again: the lock is made anew")
