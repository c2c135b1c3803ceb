"""A survey and the configuration, made into an order for the worker."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from jupyter_envs import wire
from jupyter_envs.adapters import condarc, projects, pypi
from jupyter_envs.builder import Order, Wish
from jupyter_envs.core.conda_lines import conda_line
from jupyter_envs.core.logins import without_login
from jupyter_envs.core.model import Lock
from jupyter_envs.core.secrets import redact
from jupyter_envs.core.selectors import variables_on
from jupyter_envs.worker.orders import Channels, Indexes, Places, WorkerOrder

from .survey import Survey


@dataclass(frozen=True, slots=True)
class Settings:
    """What the manager's configuration gives an order."""

    keep_generations: int
    pip: pypi.PipSettings
    replace_lock: bool
    """A person's yes to overwrite a lock of another tool."""
    kernels_dir: Path


def order_of(
    survey: Survey,
    verb: wire.BuildVerb,
    config: condarc.CondaConfig,
    settings: Settings,
    reviewed: Lock | None,
) -> WorkerOrder:
    """Everything a worker needs; the lock beside the file first, then the one last reviewed."""
    assert survey.spec is not None
    usable = survey.lock.lock if survey.lock and survey.lock.usable else None
    base = survey.project.path.parent
    return WorkerOrder(
        verb=verb,
        order=Order(
            wishes=tuple(_wish(survey, platform) for platform in survey.platforms),
            platform=survey.platform,
            name=survey.name,
            spec_sha256=survey.spec.sha256,
            channels=_public(condarc.channel_urls(survey.channels, config, base)),
            declared_channels=survey.declared_channels(survey.platform),
            lock=None if verb == "lock" else usable or reviewed,
            previous=None if usable or survey.lock is None else survey.lock.lock,
            afresh=bool(survey.drift.altered) or bool(survey.broken),
        ),
        places=_places(survey, settings),
        channels=_channels(survey, config, base),
        indexes=Indexes(
            index_url=settings.pip.index_url,
            allow_build_code=settings.pip.allow_build_code,
            allow_vcs=settings.pip.allow_vcs,
        ),
        lock_in_place=usable is not None and verb != "lock",
        lock_seen=projects.digest(_seen(survey.project.lock)),
        keep=settings.keep_generations,
    )


def _places(survey: Survey, settings: Settings) -> Places:
    assert survey.environment is not None
    return Places(
        store=str(survey.environment.root.parent.parent),
        environment=survey.environment.id,
        project=str(survey.project.folder),
        file=survey.project.file,
        lock=str(_lock_target(survey, settings.replace_lock)),
        kernels=str(settings.kernels_dir),
        home=str(Path.home()),
    )


def _seen(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _wish(survey: Survey, platform: str) -> Wish:
    assert survey.spec is not None
    return Wish(
        platform=platform,
        requirements=survey.asked(platform),
        pip_section=tuple(r for r in survey.lines(platform) if r.kind == "pip"),
        variables=variables_on(survey.spec, platform),
    )


def _lock_target(survey: Survey, replace_lock: bool) -> Path:
    """Beside the file, unless another tool's lock stands there and nobody said to replace it."""
    assert survey.environment is not None
    if survey.beside is not None and survey.beside.stays and not replace_lock:
        return survey.environment.root / projects.LOCKS
    return survey.project.lock


def _channels(survey: Survey, config: condarc.CondaConfig, base: Path) -> Channels:
    assert survey.spec is not None
    named = {conda_line(r.text).channel for r in survey.spec.requirements if r.kind == "conda"}
    names = sorted({*named, *survey.channels} - {""})
    urls = {name: condarc.channel_urls((name,), config, base) for name in names}
    found = dict.fromkeys(url for members in urls.values() for url in members)
    locked = survey.lock.lock.channels if survey.lock and survey.lock.lock else ()
    logins = [without_login(url)[1] for url in found]
    return Channels(
        prefixes={name: _public(members) for name, members in urls.items()},
        names={
            without_login(url)[0]: redact(condarc.channel_name(url, config))
            for url in (*locked, *found)
        },
        logins=tuple(dict.fromkeys(login for login in logins if login)),
        priority=config.channel_priority,
        lower_caches=config.pkgs_dirs,
        tls_verify=config.ssl_verify is not False,
        network=condarc.environment_of_network(config, os.environ),
    )


def _public(urls: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(without_login(url)[0] for url in urls))
