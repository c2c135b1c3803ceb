"""Why a solve failed, in terms of the lines a person wrote."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from rattler import Gateway, MatchSpec, Subdir
from rattler.exceptions import GatewayError

from jupyter_envs.core.errors import UnsolvableError
from jupyter_envs.core.model import Problem, Requirement
from jupyter_envs.core.secrets import redact

if TYPE_CHECKING:
    from .solve import SolveRequest

MOST_DETAILS = 20_000


async def explain(reason: str, request: SolveRequest, gateway: Gateway) -> UnsolvableError:
    """The most telling error first: a name nobody has, a version nobody has, then a conflict."""
    details = redact(reason)[:MOST_DETAILS]
    if re.search(r"time ?out|timed out|cancel", reason, re.IGNORECASE):
        hint = "Pin `python` and the packages that matter most to narrow the search"
        return UnsolvableError("E205", "The solver found no answer in time", hint, details=details)
    problems: list[Problem] = []
    for requirement in request.requirements:
        problem = await _alone(requirement, request, gateway)
        if problem:
            problems.append(problem)
    first = problems[0] if problems else _conflict(reason, request.requirements)
    return UnsolvableError(
        first.code,
        first.message,
        first.hint,
        place=first.place,
        details=details,
        problems=tuple(problems),
    )


async def _alone(
    requirement: Requirement, request: SolveRequest, gateway: Gateway
) -> Problem | None:
    """What is wrong with a line on its own, if anything."""
    here = [Subdir(request.platform), Subdir("noarch")]
    try:
        results = await gateway.query(request.channels, here, [requirement.name], recursive=False)
    except GatewayError:
        return None
    records = [record for result in results for record in result]
    if not records:
        return await _nobody_has(requirement, request, gateway)
    spec = MatchSpec(requirement.text.rsplit("::", 1)[-1], strict=False)
    if any(spec.matches(record) for record in records):
        return None
    newest = max(records, key=lambda record: record.version)
    return Problem(
        "E202",
        "error",
        requirement.place,
        f"No build of `{requirement.name}` matches `{redact(requirement.text)}`",
        f"The newest here is `{requirement.name}={newest.version}`",
    )


async def _nobody_has(requirement: Requirement, request: SolveRequest, gateway: Gateway) -> Problem:
    elsewhere = [Subdir(p) for p in ("linux-64", "osx-64", "osx-arm64", "win-64")]
    others = await _names(request, elsewhere, gateway)
    searched = ", ".join(redact(url).rsplit("/", 1)[-1] for url in request.channels)
    if requirement.name in others:
        return Problem(
            "E204",
            "error",
            requirement.place,
            f"`{requirement.name}` exists, but not for {request.platform}",
            f"Guard the line with a selector, as `- {requirement.name}  # [{_family(elsewhere)}]`",
        )
    near = difflib.get_close_matches(requirement.name, others, n=1)
    hint = (
        f"Did you mean `{near[0]}`?" if near else "Check the name, or add the channel that has it"
    )
    return Problem(
        "E201",
        "error",
        requirement.place,
        f"`{requirement.name}` was not found in {searched}",
        hint,
    )


def _family(platforms: list[Subdir]) -> str:
    return "not " + str(Subdir.current()).split("-", 1)[0] if platforms else ""


async def _names(request: SolveRequest, platforms: list[Subdir], gateway: Gateway) -> set[str]:
    """Every name of the channels; a platform that a channel lacks counts as empty."""
    found: set[str] = set()
    for platform in [*platforms, Subdir("noarch")]:
        try:
            names = await gateway.names(request.channels, [platform])
        except GatewayError:
            continue
        found.update(name.normalized for name in names)
    return found


def _conflict(reason: str, requirements: tuple[Requirement, ...]) -> Problem:
    """The lines whose names the solver's own words mention."""
    words = set(re.findall(r"[a-z0-9_.-]+", reason.lower()))
    if "__cuda" in words or "__glibc" in words or "__osx" in words:
        return _system(reason, requirements)
    clash = [r for r in requirements if r.name in words] or list(requirements[:1])
    said = " and ".join(f"`{redact(r.text)}` (line {r.place.line})" for r in clash[:4])
    place = clash[0].place if clash else requirements[0].place
    return Problem(
        "E203",
        "error",
        place,
        f"These lines cannot hold together: {said}",
        "Loosen or remove one of them",
    )


def _system(reason: str, requirements: tuple[Requirement, ...]) -> Problem:
    named = re.search(r"__(?:cuda|glibc|osx)[^,\n]{0,40}", reason)
    clash = next((r for r in requirements if r.name in reason.lower()), requirements[0])
    return Problem(
        "E206",
        "error",
        clash.place,
        f"`{redact(clash.text)}` needs `{named.group(0).strip() if named else 'a newer system'}`,"
        " which this machine lacks",
        "Choose a build or version for this machine",
    )
