"""Reading and judging a file with the real adapters, as the faces do."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_envs.adapters import requirements
from jupyter_envs.adapters.conda import matchspec
from jupyter_envs.core.checking import FileCheck, check
from jupyter_envs.core.model import Problem, Requirement
from jupyter_envs.core.policy import Policy, refusals
from jupyter_envs.core.spec import read_spec


def canonical_of(requirement: Requirement) -> str:
    module = matchspec if requirement.kind == "conda" else requirements
    return module.canonical(requirement.text)


def problem_of(requirement: Requirement) -> Problem | None:
    module = matchspec if requirement.kind == "conda" else requirements
    return module.problem_of(requirement)


def checked(content: bytes) -> FileCheck:
    return check("environment.yml", content, canonical_of, problem_of)


@dataclass(frozen=True)
class Verdict:
    """Every problem of a file with where it stops it: `reading`, `always`, `strict` or never."""

    problems: tuple[Problem, ...]
    stops: dict[Problem, str]


def judge(content: bytes, platform: str = "linux-64") -> Verdict:
    outcome = checked(content)
    if not outcome.ok:
        return Verdict(outcome.problems, {p: "reading" for p in outcome.problems if is_error(p)})
    spec = read_spec(content)
    found = tuple(p for r in spec.requirements if (p := problem_of(r)))
    own = refusals(spec, Policy.own_machine(), platform, found)
    strict = refusals(spec, Policy.strict(), platform, found)
    problems = {place_and_code(p): p for p in (*strict, *own, *outcome.problems)}
    stops = {place_and_code(p): "strict" for p in strict}
    stops |= {place_and_code(p): "always" for p in own}
    return Verdict(tuple(problems.values()), {problems[key]: how for key, how in stops.items()})


def is_error(problem: Problem) -> bool:
    return problem.severity == "error"


def place_and_code(problem: Problem) -> tuple[str, int, int, str]:
    return (problem.code, problem.place.line, problem.place.column, problem.message)
