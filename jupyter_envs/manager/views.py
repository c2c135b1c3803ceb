"""What was surveyed, in the shapes that faces show."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from jupyter_envs import wire
from jupyter_envs.adapters import launcher, projects
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.core.model import (
    Difference,
    Drift,
    Generation,
    Package,
    Plan,
    Problem,
    Requirement,
)
from jupyter_envs.core.secrets import redact
from jupyter_envs.core.selectors import on_platform

from .builds import Build
from .survey import Glance, LockFound, Survey

Show = Callable[[Path], str]
"""How a face names a path: a contents path for the server, a plain one in a terminal."""


def environment_view(
    survey: Survey, folder: Path, version: int, build: Build | None, show: Show
) -> wire.EnvironmentView:
    """Everything the panel shows of one project, but the list of its packages."""
    generation = survey.generation
    return wire.EnvironmentView(
        project=show(survey.project.folder),
        folder=show(folder),
        version=version,
        state=state_of(survey.glance),
        name=f"{survey.project.folder.name} / {survey.name}",
        file=_file(survey, show),
        choices=[
            show(survey.project.folder / name) for name in projects.choices(survey.project.folder)
        ],
        lock=_lock(survey, show),
        generation=_generation(survey.generation),
        kernels=kernel_views(survey.glance),
        requirements=_requirements(survey),
        added=list(generation.added) if generation else [],
        drift=survey.drift,
        build=build_view(build, show, 1 << 62) if build else None,
        trusted=survey.trusted,
        error=error_view(survey.error) if survey.error else None,
        terminal=_terminal(survey),
    )


def nothing_view(folder: Path, version: int, show: Show) -> wire.EnvironmentView:
    """A folder that belongs to no project."""
    return wire.EnvironmentView(
        project=None,
        folder=show(folder),
        version=version,
        state="none",
        name="",
        file=None,
        choices=[],
        lock=None,
        generation=None,
        kernels=[],
        requirements=[],
        added=[],
        drift=Drift(),
        build=None,
        trusted=False,
        error=None,
        terminal="",
    )


def state_of(seen: Glance) -> wire.State:
    """One word for where a project stands."""
    if seen.broken:
        return "broken"
    if seen.invalid:
        return "invalid"
    if seen.generation is None:
        return "unbuilt"
    return "ready" if seen.settled else "out-of-sync"


def kernel_views(seen: Glance) -> list[wire.KernelView]:
    """The kernelspecs of the current generation."""
    kernels = seen.generation.kernels if seen.generation and not seen.broken else ()
    return [wire.KernelView(k.name, k.language, k.display_name) for k in kernels]


def build_view(build: Build, show: Show, after: int) -> wire.BuildView:
    """A build with the log lines numbered above `after`."""
    return wire.BuildView(
        id=build.id,
        project=show(build.project),
        verb=build.order.verb,
        started=build.started.isoformat(timespec="seconds"),
        elapsed=round(build.elapsed, 1),
        step=build.progress.step,
        part=build.progress.part,
        fraction=build.progress.fraction,
        message=redact(build.progress.message),
        outcome=build.outcome,
        error=error_view(build.error) if build.error else None,
        plan=plan_view(build.plan) if build.plan else None,
        log=[wire.LogLine(line.number, line.text) for line in build.lines_after(after)],
    )


def plan_view(plan: Plan) -> wire.PlanView:
    """What a build would do."""
    return wire.PlanView(
        added=list(plan.added),
        changed=list(plan.changed),
        removed=list(plan.removed),
        kept=plan.kept,
        download_packages=plan.download_packages,
        download_bytes=plan.download_bytes,
        disk_bytes=plan.disk_bytes,
        kernel_packages=list(plan.kernel_packages),
        channels=[redact(url) for url in plan.lock.channels],
        notes=[problem_view(p) for p in plan.notes],
    )


def package_views(survey: Survey) -> list[wire.PackageView]:
    """Every package of the current generation, or of the lock where nothing is built."""
    lock = survey.lock.lock if survey.lock and survey.lock.usable else None
    locked = lock.on(survey.platform) if lock else ()
    packages = survey.generation.packages if survey.generation else locked
    asked = {(r.kind, r.name) for r in survey.asked(survey.platform)}
    return [
        wire.PackageView(
            p.name, p.kind, p.version, p.build, redact(p.channel), p.size, p.key in asked
        )
        for p in packages
    ]


def error_view(error: EnvsError) -> wire.ErrorView:
    """An error in the words that every face shows."""
    return wire.ErrorView(
        code=error.code,
        message=redact(error.message),
        hint=redact(error.hint),
        file=error.file,
        line=error.place.line if error.place else 0,
        column=error.place.column if error.place else 0,
        details=redact(error.details),
        problems=[problem_view(problem) for problem in error.problems],
    )


def problem_view(problem: Problem) -> wire.ProblemView:
    """A problem, its place flattened."""
    place = problem.place
    return wire.ProblemView(
        problem.code, problem.severity, place.line, place.column, problem.message, problem.hint
    )


def _generation(generation: Generation | None) -> wire.GenerationView | None:
    if generation is None:
        return None
    return wire.GenerationView(
        generation.number,
        generation.id,
        generation.created,
        len(generation.packages),
        generation.disk,
    )


def _file(survey: Survey, show: Show) -> wire.FileView | None:
    spec = survey.spec
    if spec is None:
        return None
    return wire.FileView(
        path=show(survey.project.path),
        channels=[redact(name) for name in survey.channels],
        channels_note=redact(channels_note(survey)),
        platforms=list(spec.platforms),
        variables=[variable.name for variable in spec.variables],
        problems=[problem_view(problem) for problem in spec.problems],
    )


def channels_note(survey: Survey) -> str:
    """What is to be known of the channels, and where a lock fetches from besides them."""
    lock = survey.lock.lock if survey.lock and survey.lock.usable else None
    packages = lock.on(survey.platform) if lock else ()
    known = tuple(f"{url.rstrip('/')}/" for url in survey.channel_urls)
    others = {p.channel for p in packages if p.channel and not f"{p.channel}/".startswith(known)}
    said = f"The lock fetches from {', '.join(sorted(others))}" if others else ""
    return "; ".join(filter(None, (survey.channels_note, said)))


def _lock(survey: Survey, show: Show) -> wire.LockView | None:
    found = survey.lock
    if found is None:
        return None
    stays = survey.beside is not None and survey.beside.stays
    return wire.LockView(
        path="" if found.in_store else show(found.path),
        in_store=found.in_store,
        foreign=stays or (found.foreign and not found.in_store),
        current=found.usable,
        note=_lock_note(survey, found),
        platforms=list(found.lock.platforms) if found.lock else [],
        packages=len(found.lock.on(survey.platform)) if found.lock else 0,
    )


def _lock_note(survey: Survey, found: LockFound) -> str:
    beside = survey.beside
    if beside is not None and beside.stays:
        maker = beside.lock.made_by if beside.lock and beside.lock.made_by else "another tool"
        kept = "; ours is kept in the store" if found.in_store else ""
        if beside.error is not None:
            return f"{beside.error.message}{kept}"
        return f"`{beside.path.name}` was made by {maker} and does not answer the file{kept}"
    if found.in_store:
        return "The lock is kept in the store, for it could not be written beside the file"
    return found.problems[0].message if found.problems else ""


def _requirements(survey: Survey) -> list[wire.RequirementView]:
    if survey.spec is None:
        return []
    here = set(on_platform(survey.spec, survey.platform))
    return [_requirement(survey, r, r in here) for r in survey.spec.requirements]


def _requirement(survey: Survey, requirement: Requirement, here: bool) -> wire.RequirementView:
    key = (requirement.kind, requirement.name)
    gap = _gap(survey, requirement) if here else None
    status: wire.RequirementStatus = "met" if survey.generation else "unbuilt"
    if not here:
        status = "elsewhere"
    elif gap is not None:
        status = "unmet" if gap in survey.drift.unmet else "altered"
    return wire.RequirementView(
        name=requirement.name or redact(requirement.text),
        kind=requirement.kind,
        asked=redact(requirement.text),
        locked=_text(_by_key(survey.generation.packages if survey.generation else (), key)),
        installed=_installed(survey, requirement),
        line=requirement.place.line,
        status=status,
        why=gap.why if gap else "",
    )


def _gap(survey: Survey, requirement: Requirement) -> Difference | None:
    drift = survey.drift
    for difference in (*drift.unmet, *drift.altered):
        if difference.kind == requirement.kind and difference.name == requirement.name:
            return difference
    return None


def _installed(survey: Survey, requirement: Requirement) -> str:
    if survey.installed is None:
        return ""
    if requirement.kind == "conda":
        found = [r.package for r in survey.installed.records if r.package.name == requirement.name]
    else:
        found = [
            d.package for d in survey.installed.distributions if d.package.name == requirement.name
        ]
    return _text(found[0]) if found else ""


def _by_key(packages: tuple[Package, ...], key: tuple[str, str]) -> Package | None:
    return next((package for package in packages if package.key == key), None)


def _text(package: Package | None) -> str:
    if package is None:
        return ""
    return f"{package.version} {package.build}".strip()


def _terminal(survey: Survey) -> str:
    """A command line that opens the person's shell with the whole activation."""
    if survey.environment is None or survey.generation is None or survey.broken:
        return ""
    argv = launcher.command(survey.environment.root, ())
    return f"{shlex.join(argv)} ${{SHELL:-sh}}"
