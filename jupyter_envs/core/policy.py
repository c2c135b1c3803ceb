"""What may be built here, and why not. Pure.

Reading already says what is odd in a file and which permission each oddity needs
(`Problem.needs`); a policy is the set of permissions that a person or an administrator gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from .channel_lines import plain_channel
from .conda_lines import conda_line
from .contradictions import contradictions
from .findings import NEVER, error, in_order, quote
from .model import ChannelLine, Problem, Requirement, Spec, Variable
from .pip_lines import pip_line
from .project_names import normalized
from .selectors import channels_on, on_platform, selects

_RECOMPUTED = ("E132", "E137")
_SECRET = "E151"
_LOCAL_NAME = re.compile(r"(?:.*\.)?(?:localhost|local|internal|home|lan|corp)|[^.]*")
_NUMERIC = re.compile(r"(?:0x)?[0-9a-f]+(?:\.(?:0x)?[0-9a-f]+)*\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Permissions; without any it is as strict as it can be."""

    allow_lenience: bool = False
    """What conda accepts although it is likely a mistake or hard on others."""
    allow_reserved_name: bool = False
    """`name: base` and `name: root`."""
    allow_http: bool = False
    """Channels and packages over an unencrypted connection."""
    allow_file_channels: bool = False
    """Channels that are folders."""
    allow_private_hosts: bool = False
    """Addresses of this machine and of its network."""
    allow_build_code: bool = False
    """Packages that are built from source."""
    allow_vcs: bool = False
    """`git+https://…`."""
    allow_editable: bool = False
    """`-e .`."""
    allow_index_options: bool = False
    """Package indexes that the file names."""
    allow_outside_paths: bool = False
    """pip lines that point out of the project's folder."""
    allow_unhashed_urls: bool = False
    """Packages by URL, without a hash."""
    allow_search_paths: bool = False
    """Variables as `PYTHONPATH`."""
    allowed_channels: tuple[str, ...] = ()
    """Names or URLs; empty: all."""
    blocked_packages: tuple[str, ...] = ()
    """Names, conda's or pip's."""

    @classmethod
    def own_machine(cls) -> Policy:
        """What conda allows, on a machine whose owner has consented to the file."""
        return cls(
            allow_lenience=True,
            allow_reserved_name=True,
            allow_http=True,
            allow_file_channels=True,
            allow_private_hosts=True,
            allow_build_code=True,
            allow_vcs=True,
            allow_editable=True,
            allow_index_options=True,
            allow_outside_paths=True,
            allow_unhashed_urls=True,
            allow_search_paths=True,
        )

    @classmethod
    def strict(cls) -> Policy:
        """No permission at all: for shared machines and for files of strangers."""
        return cls()

    def allows(self, needs: str) -> bool:
        """Whether a problem that needs this permission may be built."""
        return not needs or (needs != NEVER and bool(getattr(self, f"allow_{needs}")))


def refusals(
    spec: Spec, policy: Policy, platform: str, found: tuple[Problem, ...] = ()
) -> tuple[Problem, ...]:
    """Everything for which `spec` may not be locked or built on `platform`, all at once.

    `found` are further problems of its lines, as the adapters see them. Lines of other platforms
    do not count; a secret always does. Each comes back as an error.
    """
    requirements = on_platform(spec, platform)
    problems = [
        problem
        for problem in (*spec.problems, *found)
        if problem.code not in _RECOMPUTED
        and not policy.allows(problem.needs)
        and (problem.code == _SECRET or problem.place.line not in _elsewhere(spec, platform))
    ]
    problems += contradictions(requirements)
    problems += _platform(spec, platform)
    problems += _channels(spec, policy, platform)
    problems += _blocked(requirements, policy)
    return in_order(replace(problem, severity="error") for problem in problems)


def _elsewhere(spec: Spec, platform: str) -> frozenset[int]:
    """Lines on which everything is for other platforms."""
    lines: tuple[Requirement | ChannelLine | Variable, ...]
    lines = (*spec.requirements, *spec.channels, *spec.variables)
    here = {line.place.line for line in lines if selects(line.selector, platform)}
    return frozenset({line.place.line for line in lines} - here)


def _platform(spec: Spec, platform: str) -> Iterator[Problem]:
    if spec.platforms and platform not in spec.platforms:
        named = ", ".join(map(quote, spec.platforms[:8]))
        message = f"The file is not for this platform, {quote(platform)}, but for {named}"
        hint = f"Add {quote('- ' + platform)} to `platforms`"
        yield error("E128", spec.platforms_place, message, hint)


def _channels(spec: Spec, policy: Policy, platform: str) -> Iterator[Problem]:
    requirements = on_platform(spec, platform)
    allowed = set(map(plain_channel, policy.allowed_channels))
    named = [(line.text, line.place) for line in channels_on(spec, platform)]
    named += [
        (line.channel, r.place)
        for r in requirements
        if r.kind == "conda" and (line := conda_line(r.text)).channel
    ]
    for text, place in named:
        if allowed and plain_channel(text) not in allowed:
            message = f"Channel {quote(text)} is not allowed here"
            hint = f"Use one of {', '.join(map(quote, policy.allowed_channels[:8]))}"
            yield error("E154", place, message, hint)
    if policy.allow_private_hosts:
        return
    named += [(pip_line(r.text).target, r.place) for r in requirements if r.kind == "pip"]
    for text, place in named:
        if "://" in text and is_private(text):
            message = f"The host of {quote(text)} is not allowed here"
            yield error("E154", place, message, "Use a public address")


def _blocked(requirements: tuple[Requirement, ...], policy: Policy) -> Iterator[Problem]:
    blocked = {normalized(name) for name in policy.blocked_packages}
    for requirement in requirements:
        if requirement.name and normalized(requirement.name) in blocked:
            message = f"Package {quote(requirement.name)} is not allowed here"
            yield error("E141", requirement.place, message, "Delete the line, or ask who decides")


def is_private(url: str) -> bool:
    """Whether a URL names this machine or its network, however its host is spelled.

    Only the spelling is judged: what a public name resolves to is for the proxy to judge.
    """
    try:
        host = (urlsplit(url.removeprefix("git+")).hostname or "").rstrip(".").lower()
    except ValueError:
        return True
    if not host:
        return not url.lower().startswith("file:")
    try:
        address = ip_address(host)
    except ValueError:
        return bool(_LOCAL_NAME.fullmatch(host) or _NUMERIC.fullmatch(host))
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return not (mapped or address).is_global
