"""Where a spec asks for what the prefix does not hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .holdings import Holdings
from .installed import Distribution
from .model import Difference, Generation, Package, Requirement, Variable
from .origins import Source, source_of
from .pip_lines import pip_line
from .secrets import redact

Answers = Callable[[Requirement, Package], bool]
"""Whether a package answers a requirement: conda's rules for conda's, PEP 440 for pip's."""

_NAME = re.compile(r"[\w.-]+")
_EXTRAS = re.compile(r"[\w.-]+\s*\[([^\]]*)\]")
_BUILD = re.compile(r"=[^=<>!~,|\s]+=|\s[^\s=<>!~]\S*\s+\S+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a spec asks on the platform at hand, and where relative paths in it start."""

    requirements: tuple[Requirement, ...] = ()
    variables: tuple[Variable, ...] = ()
    folder: str = ""
    """Absolute path of the file's folder."""


def unmet(
    asked: Asked, generation: Generation, held: Holdings, answers: Answers
) -> tuple[Difference, ...]:
    """In the order of the file's lines; what the file no longer asks for comes last."""
    present = [
        _asked_conda(requirement, held, answers)
        if requirement.kind == "conda"
        else _asked_pip(requirement, asked.folder, generation, held, answers)
        for requirement in asked.requirements
    ]
    found = [d for d in present if d] + list(_variables(asked, generation))
    found.sort(key=lambda difference: difference.line or 1 << 30)
    return (*found, *_dropped(asked, generation, held))


def _asked_conda(requirement: Requirement, held: Holdings, answers: Answers) -> Difference | None:
    if not requirement.name:
        return _asked_artefact(requirement, held)
    package = held.conda(requirement.name)
    if package is not None:
        if answers(requirement, package):
            return None
        return _difference(requirement, held, shown(requirement, package))
    record, twin = held.records.get(requirement.name), held.twin(requirement.name)
    if twin is not None:
        installed = f"{twin.package.version} from pip"
        why = f"the file asks conda for it, pip's `{twin.package.name}` is installed"
    elif record is not None:
        installed, why = "", "the file asks for it, pip has removed it"
    else:
        installed, why = "", "the file asks for it, it is not installed"
    return _difference(requirement, held, installed, why)


def _asked_artefact(requirement: Requirement, held: Holdings) -> Difference | None:
    """A line that is the URL or path of one conda package, its hash behind `#`."""
    wanted = requirement.text.partition("#")[0].rpartition("/")[2]
    if any(record.package.file_name == wanted for record in held.records.values()):
        return None
    return _difference(requirement, held, "", "the file asks for it, it is not installed")


def _asked_pip(
    requirement: Requirement,
    folder: str,
    generation: Generation,
    held: Holdings,
    answers: Answers,
) -> Difference | None:
    if pip_line(requirement.text).form in ("option", "include"):
        return _option(requirement, generation, held)
    source = source_of(requirement.text, folder)
    if source and _same_line(requirement, generation):
        # The build resolved the branch to the commit that was locked: `altered` watches that.
        source = replace(source, reference="")
    found = _distribution(requirement, source, held)
    if found is None:
        if _did_not_apply(requirement, generation, held):
            return None
        return _difference(requirement, held, "", "the file asks for it, it is not installed")
    if source is not None:
        return _from_source(requirement, source, found, held)
    if not answers(requirement, found.package):
        return _difference(requirement, held, found.package.version)
    extras = _extras(requirement) - _built_extras(requirement.name, generation)
    if extras and not _same_line(requirement, generation):
        names = ", ".join(f"`{extra}`" for extra in sorted(extras))
        return _difference(
            requirement, held, found.package.version, f"the file asks for {names} of it as well"
        )
    return None


def _distribution(
    requirement: Requirement, source: Source | None, held: Holdings
) -> Distribution | None:
    if requirement.name:
        return held.distributions.get(requirement.name)
    with_origin = (d for d in held.distributions.values() if d.origin)
    return next((d for d in with_origin if source and d.origin and source.is_of(d.origin)), None)


def _from_source(
    requirement: Requirement, source: Source, found: Distribution, held: Holdings
) -> Difference | None:
    if found.origin and source.gave(found.origin):
        return None
    locked = held.locked.get(("pip", found.package.name))
    if found.origin is None and locked and locked.url and _gave(source, locked):
        return None
    came_from = f"`{redact(found.origin.text)}`" if found.origin else "an index"
    why = f"the file asks for it from `{_place(requirement)}`, it came from {came_from}"
    return _difference(requirement, held, found.package.version, why)


def _gave(source: Source, locked: Package) -> bool:
    """An archive that was locked by its URL leaves no origin when a local copy was installed."""
    there = source_of(locked.url)
    return there is not None and (there.url, there.vcs) == (source.url, source.vcs)


def _option(requirement: Requirement, generation: Generation, held: Holdings) -> Difference | None:
    """A line such as `-r more.txt` is met when the generation was built with it."""
    if _same_line(requirement, generation):
        return None
    return _difference(requirement, held, "", "the line is new since the build")


def _did_not_apply(requirement: Requirement, generation: Generation, held: Holdings) -> bool:
    """A PEP 508 marker left it out of the build: the line was there, no package was locked."""
    names = {name for _, name in held.locked}
    return (
        ";" in requirement.text
        and requirement.name not in names
        and _same_line(requirement, generation)
    )


def _variables(asked: Asked, generation: Generation) -> Iterator[Difference]:
    """Values stay unsaid: they may be secrets."""
    built = {variable.name: variable.value for variable in generation.variables}
    for variable in asked.variables:
        if variable.name not in built:
            why = "the file sets it, the environment does not"
        elif variable.value != built[variable.name]:
            why = "its value has changed in the file"
        else:
            continue
        yield Difference(name=variable.name, kind="variable", why=why, line=variable.place.line)
    names = {variable.name for variable in asked.variables}
    for name in sorted(built.keys() - names):
        yield Difference(name=name, kind="variable", why="the file no longer sets it")


def _dropped(asked: Asked, generation: Generation, held: Holdings) -> Iterator[Difference]:
    """A line that only changed is judged by what it asks now, not by what it asked."""
    still = {_identity(requirement, asked.folder) for requirement in asked.requirements}
    seen = set(still)
    for requirement in generation.requirements:
        identity = _identity(requirement, asked.folder)
        if identity in seen or requirement.name in generation.added:
            continue
        seen.add(identity)
        installed = _version_held(requirement, held)
        if installed or not requirement.name:
            yield Difference(
                name=requirement.name or _place(requirement),
                kind=requirement.kind,
                locked=_locked(requirement, held),
                installed=installed,
                why="the file no longer asks for it",
            )


def _identity(requirement: Requirement, folder: str) -> tuple[str, str]:
    """What a line is about: a name, or the place that it points at."""
    if requirement.name:
        return (requirement.kind, requirement.name)
    source = source_of(requirement.text, folder) if requirement.kind == "pip" else None
    return (requirement.kind, source.url if source else _squeezed(requirement))


def _squeezed(requirement: Requirement) -> str:
    return "".join(requirement.text.split())


def _same_line(requirement: Requirement, generation: Generation) -> bool:
    """The generation was built with this line, blanks apart."""
    line = (requirement.kind, _squeezed(requirement))
    return any((r.kind, _squeezed(r)) == line for r in generation.requirements)


def _extras(requirement: Requirement) -> frozenset[str]:
    found = _EXTRAS.match(requirement.text)
    names = found[1].split(",") if found else []
    return frozenset(name.strip().lower() for name in names if name.strip())


def _built_extras(name: str, generation: Generation) -> frozenset[str]:
    lines = (r for r in generation.requirements if r.kind == "pip" and r.name == name)
    return frozenset().union(*(_extras(r) for r in lines))


def _version_held(requirement: Requirement, held: Holdings) -> str:
    if requirement.kind == "conda":
        package = held.conda(requirement.name)
        return package.version if package else ""
    found = held.distributions.get(requirement.name)
    return found.package.version if found and found.foreign else ""


def _locked(requirement: Requirement, held: Holdings) -> str:
    package = held.locked.get((requirement.kind, requirement.name))
    return package.version if package else ""


def shown(requirement: Requirement, package: Package) -> str:
    """The installed side of a sentence: as much of the package as the requirement speaks of."""
    text = package.version
    if "[" in requirement.text or _BUILD.search(requirement.text):
        text = f"{text} {package.build}".strip()
    if "::" in requirement.text and package.channel:
        text = f"{text} from {redact(package.channel.rstrip('/').rpartition('/')[2])}"
    return text


def _difference(
    requirement: Requirement, held: Holdings, installed: str, why: str = ""
) -> Difference:
    place = _place(requirement)
    return Difference(
        name=requirement.name or place,
        kind=requirement.kind,
        asked=redact(requirement.text),
        locked=_locked(requirement, held),
        installed=installed,
        why=why or f"the file asks for `{place}`, {installed} is installed",
        line=requirement.place.line,
    )


def _place(requirement: Requirement) -> str:
    """What a line asks beyond the name: its constraint, URL or path, without secrets."""
    text = redact(requirement.text)
    name = _NAME.match(text)
    if not requirement.name or not name or "::" in text:
        return text
    rest = text[name.end() :].strip().removeprefix("@").strip()
    return rest or text
