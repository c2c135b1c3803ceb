"""What is to be solved, and how rattler is asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rattler import MatchSpec, MultiSource, Subdir
from rattler.exceptions import InvalidMatchSpecError

from jupyter_envs.core.conda_lines import conda_line
from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.model import Package, Requirement
from jupyter_envs.core.secrets import redact

SOLVE_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveRequest:
    """What to solve, for one platform."""

    requirements: tuple[Requirement, ...]
    platform: str
    channels: tuple[str, ...]
    """Base URLs, first wins."""
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """URLs that the name of a channel means; several for a multichannel as `defaults`."""
    priority: str = "strict"
    preferred: tuple[Package, ...] = ()
    """Packages to keep where nothing speaks against them."""
    seconds: float = SOLVE_SECONDS
    """After which there is no answer."""

    @property
    def subdirs(self) -> list[Subdir]:
        return [Subdir(self.platform), Subdir("noarch")]


def sources(request: SolveRequest) -> list[str | MultiSource]:
    """The channels in order, then those that only a `channel::` prefix names, as conda adds them.

    The members of a multichannel share one priority.
    """
    urls = dict.fromkeys(request.channels)
    for requirement in request.requirements:
        named = conda_line(requirement.text).channel
        urls.update(dict.fromkeys(request.prefixes.get(named, ())))
    groups = {members[0]: name for name, members in request.prefixes.items() if members[1:]}
    found: list[str | MultiSource] = []
    grouped: set[str] = set()
    for url in urls:
        members = request.prefixes[groups[url]] if url in groups else ()
        if members and urls.keys() >= set(members):
            found.append(MultiSource(groups[url], list(members)))
            grouped.update(members)
        elif url not in grouped:
            found.append(url)
    return found


def specs(request: SolveRequest, strict: bool) -> list[MatchSpec]:
    """The lines as rattler reads them.

    rattler applies strict priority to the builds that it has read, and reads only those that a
    line matches; with the bare name it reads them all, so that a name in the first channel hides
    those of the others, as in conda.
    """
    found = [match_spec(requirement, request.prefixes) for requirement in request.requirements]
    parts = [conda_line(r.text) for r in request.requirements]
    bare = {part.name for part in parts if part.name and not part.channel and part.constraint}
    return [*found, *(MatchSpec(name) for name in sorted(bare) if strict)]


def match_spec(requirement: Requirement, prefixes: Mapping[str, tuple[str, ...]]) -> MatchSpec:
    """The requirement as rattler reads it, a `channel::` prefix replaced by that channel's URL."""
    text = _located(requirement.text, prefixes)
    try:
        return MatchSpec(text, strict=False)
    except InvalidMatchSpecError as error:
        raise SpecError(
            "E130",
            f"`{redact(requirement.text)}` is not a package that conda understands",
            "Write it as `name`, `name=1.2` or `name>=1.2,<2`",
            place=requirement.place,
            details=redact(str(error)),
        ) from error


def _located(text: str, prefixes: Mapping[str, tuple[str, ...]]) -> str:
    line = conda_line(text)
    urls = prefixes.get(line.channel, ())
    if len(urls) != 1:
        return text
    subdir = f"/{line.subdir}" if line.subdir else ""
    head, bracket, tail = text.partition("[")
    return f"{urls[0]}{subdir}::{head.rsplit('::', 1)[-1].strip()}{bracket}{tail}"
