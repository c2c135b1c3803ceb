"""Why a project may not be built here: its lines, what they include, its channels, its lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jupyter_envs.core.errors import RefusedError
from jupyter_envs.core.model import ChannelLine, Place, Problem, Requirement
from jupyter_envs.core.policy import Policy, refusals

from .checks import problem_of
from .survey import Survey


def refused_of(survey: Survey, policy: Policy) -> tuple[Problem, ...]:
    """Everything that the policy does not allow, for each platform that is locked."""
    assert survey.spec is not None
    written = {line.text for line in survey.spec.channels}
    added = tuple(ChannelLine(name) for name in survey.channels if name not in written)
    included = tuple(_included(survey))
    spec = replace(
        survey.spec,
        channels=(*survey.spec.channels, *added),
        requirements=(*survey.spec.requirements, *included),
    )
    found = tuple(problem for r in included if (problem := problem_of(r)))
    asked = dict.fromkeys(
        problem
        for platform in dict.fromkeys((survey.platform, *survey.platforms))
        for problem in refusals(spec, policy, platform, found)
        if platform == survey.platform or problem.code != "E128"
    )
    return (*asked, *_blocked(survey, policy))


def _included(survey: Survey) -> Iterator[Requirement]:
    """The lines of included files; those of the file itself are judged with it."""
    own = {(r.kind, r.text) for r in survey.spec.requirements} if survey.spec else set()
    lines = (line.requirement for section in survey.sections.values() for line in section.asked)
    yield from dict.fromkeys(r for r in lines if (r.kind, r.text) not in own)


def _blocked(survey: Survey, policy: Policy) -> Iterator[Problem]:
    """Packages of the lock that are blocked, asked for or not."""
    lock = survey.lock.lock if survey.lock and survey.lock.usable else None
    blocked = {name.lower() for name in policy.blocked_packages}
    for package in lock.packages if lock else ():
        if package.name.lower() in blocked:
            message = f"`{package.name}` is in the lock, and may not be built here"
            yield Problem("E141", "error", Place(), message, "Ask whoever runs this server")


def refusal(problems: tuple[Problem, ...], file: str) -> RefusedError:
    """The error that lists every problem, the first in its words."""
    first = problems[0]
    return RefusedError(
        first.code, first.message, first.hint, file=file, place=first.place, problems=problems
    )
