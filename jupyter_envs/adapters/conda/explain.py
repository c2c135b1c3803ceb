"""Why a solve failed, in terms of the lines a person wrote."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from rattler import Gateway, RepoDataRecord, Subdir
from rattler.exceptions import GatewayError

from jupyter_envs.core.conda_lines import conda_line
from jupyter_envs.core.errors import UnsolvableError
from jupyter_envs.core.model import Place, Problem, Requirement
from jupyter_envs.core.secrets import redact

from .engine import current_platform, virtual_packages
from .request import SolveRequest, match_spec

MOST_DETAILS = 20_000
PLATFORMS = ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64")
_TOP = re.compile(r"^(?:[├└]─ )?([a-z0-9_][a-z0-9_.-]*)\b", re.MULTILINE)
_MISSING = re.compile(r"([\w.-]+)((?: [^,\n]+)?), for which no candidates were found")
_NEEDS = re.compile(r"([\w.-]+) [^\n]*would require$")


async def explain(reason: str, request: SolveRequest, gateway: Gateway) -> UnsolvableError:
    """The most telling error first: a name nobody has, a version nobody has, then a conflict."""
    details = redact(reason)[:MOST_DETAILS]
    if re.search(r"time ?out|timed out|cancel", reason, re.IGNORECASE):
        hint = "Pin `python` and the packages that matter most to narrow the search"
        said = f"The solver found no answer in {request.seconds:.0f} s"
        return UnsolvableError("E205", said, hint, details=details)
    lines = _Lines(request, gateway)
    alone = [await lines.alone(r) for r in request.requirements if r.name]
    problems = tuple(problem for problem in alone if problem) or (together(reason, request),)
    first = problems[0]
    return UnsolvableError(
        first.code,
        first.message,
        first.hint,
        place=first.place,
        details=details,
        problems=problems,
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """Each line judged on its own, by what the channels have."""

    request: SolveRequest
    gateway: Gateway

    async def alone(self, requirement: Requirement) -> Problem | None:
        """What is wrong with a line on its own, if anything."""
        records = await self._records(requirement, self.request.platform)
        if not records:
            return await self._nobody_has(requirement)
        spec = match_spec(requirement, self.request.prefixes)
        right = [record for record in records if spec.matches(record)]
        if not right:
            newest = max(records, key=lambda record: record.version)
            message = f"No build of `{requirement.name}` matches `{redact(requirement.text)}`"
            hint = f"The newest here is `{requirement.name}={newest.version}`"
            return _problem("E202", requirement, message, hint)
        return self._hidden(requirement, records, right)

    def _hidden(
        self, requirement: Requirement, records: list[RepoDataRecord], right: list[RepoDataRecord]
    ) -> Problem | None:
        """By strict priority the first channel that has a name hides it in all others."""
        channels = [url.rstrip("/") for url in self._channels(requirement)]
        rank = {url: number for number, url in enumerate(channels)}
        first = min((rank.get(_channel(r), len(rank)) for r in records), default=0)
        best = min(right, key=lambda r: rank.get(_channel(r), len(rank)))
        if self.request.priority != "strict" or rank.get(_channel(best), first) == first:
            return None
        hiding, having = _short(channels[first]), _short(_channel(best))
        message = (
            f"`{redact(requirement.text)}` is only in {having}, behind {hiding}, "
            f"which has other versions of it"
        )
        hint = f"Write `{having.strip('`')}::{requirement.text}`, or move {having} up in `channels`"
        return _problem("E202", requirement, message, hint)

    async def _nobody_has(self, requirement: Requirement) -> Problem:
        name, platform = requirement.name, self.request.platform
        having = [p for p in PLATFORMS if await self._records(requirement, p)]
        if having:
            message = f"`{name}` exists, but not for {platform}"
            hint = f"Guard the line with a selector: `- {redact(requirement.text)}"
            return _problem(
                "E204", requirement, message, f"{hint}  # [{_guard(platform, having)}]`"
            )
        near = difflib.get_close_matches(name, await self._names(requirement), n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "Check the name, or add its channel"
        searched = ", ".join(_short(url) for url in self._channels(requirement))
        return _problem("E201", requirement, f"`{name}` was not found in {searched}", hint)

    def _channels(self, requirement: Requirement) -> tuple[str, ...]:
        """Those in which the line is looked for."""
        named = conda_line(requirement.text).channel
        return self.request.prefixes.get(named, ()) or self.request.channels

    async def _records(self, requirement: Requirement, platform: str) -> list[RepoDataRecord]:
        channels, name = list(self._channels(requirement)), [requirement.name]
        subdirs = [Subdir(platform), Subdir("noarch")]
        try:
            found = await self.gateway.query(channels, subdirs, name, recursive=False)
        except GatewayError:
            return []
        return [record for records in found for record in records]

    async def _names(self, requirement: Requirement) -> list[str]:
        subdirs = [Subdir(self.request.platform), Subdir("noarch")]
        try:
            names = await self.gateway.names(list(self._channels(requirement)), subdirs)
        except GatewayError:
            return []
        return [name.normalized for name in names]


def together(reason: str, request: SolveRequest) -> Problem:
    """What is wrong with lines that are right alone, by the solver's own words."""
    missing = _MISSING.search(reason)
    if missing:
        return _missing(missing, reason, request)
    named = set(_TOP.findall(reason))
    clash = [r for r in request.requirements if r.name in named] or list(request.requirements[:1])
    said = " and ".join(f"`{redact(r.text)}`{_line(r)}" for r in clash[:4])
    place = next((r.place for r in clash if r.place.line > 0), Place())
    message = f"These lines cannot hold together: {said}"
    return Problem("E203", "error", place, message, "Loosen or remove one of them")


def _missing(missing: re.Match[str], reason: str, request: SolveRequest) -> Problem:
    """A dependency that no channel and no machine has."""
    name, constraint = missing[1], missing[2].removesuffix(" *")
    above = _NEEDS.findall(reason[: missing.start()].rstrip(" │├└─\n"))
    owner = above[-1] if above else ""
    line = next((r for r in request.requirements if r.name in _TOP.findall(reason)), None)
    line = line or request.requirements[0]
    who = f"`{owner or redact(line.text)}`"
    if not name.startswith("__"):
        message = f"{who} needs `{name}{constraint}`, which no channel has"
        hint = "Add the channel that has it, or remove the line"
        return _problem("E203", line, message, hint)
    here = next((v for v in _virtual(request.platform) if v[0] == name), None)
    has = f"has `{name} {here[1]}`" if here else f"has no `{name}`"
    which = "this machine" if request.platform == current_platform() else request.platform
    message = f"{who} needs `{name}{constraint}`; {which} {has}"
    return _problem("E206", line, message, "Choose another version, or another machine")


def _virtual(platform: str) -> list[tuple[str, str]]:
    """Names and versions of what a system brings."""
    found = []
    for package in virtual_packages(platform):
        if isinstance(package, tuple):
            found.append((package[0], package[1]))
        else:
            generic = package.into_generic()
            found.append((generic.name.normalized, str(generic.version)))
    return found


def _guard(platform: str, having: list[str]) -> str:
    """A selector (CEP 24) that leaves out `platform` and keeps those that have the package."""
    system, _, machine = platform.partition("-")
    if all(not other.startswith(f"{system}-") for other in having):
        return f"not {system}"
    return f"not {system}64" if machine == "64" else f"not ({system} and {machine})"


def _channel(record: RepoDataRecord) -> str:
    return (record.channel or "").rstrip("/")


def _short(url: str) -> str:
    return f"`{redact(url).rstrip('/').rsplit('/', 1)[-1]}`"


def _line(requirement: Requirement) -> str:
    return f" (line {requirement.place.line})" if requirement.place.line else ""


def _problem(code: str, requirement: Requirement, message: str, hint: str) -> Problem:
    return Problem(code, "error", requirement.place, message, hint)
