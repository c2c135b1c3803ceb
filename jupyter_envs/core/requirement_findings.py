"""What is odd about the requirements of a spec, each for itself and all together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .channel_lines import plain_channel
from .conda_lines import conda_line
from .contradictions import contradictions
from .findings import note, quote, warning
from .kernel_packages import OWN_KERNEL
from .model import ChannelLine, Place, Problem, Requirement
from .pip_findings import pip_findings
from .project_names import name_at_pypi
from .selectors import selects

LONGEST_LINE = 256
LONGEST_NAME = 64
BRING_IPYKERNEL = frozenset({"ipykernel", "jupyter", "jupyterlab", "notebook", "spyder-kernels"})

_NAME = re.compile(r"_{0,2}[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_PROBED = ("linux-64", "osx-arm64", "osx-64", "win-64", "linux-aarch64")


def requirement_findings(
    requirements: tuple[Requirement, ...], channels: tuple[ChannelLine, ...]
) -> tuple[Problem, ...]:
    """Warnings and notes about `requirements`; contradictions are those of any usual platform."""
    found: list[Problem] = []
    listed = {plain_channel(channel.text) for channel in channels}
    for requirement in requirements:
        if requirement.kind == "pip":
            found += pip_findings(requirement)
        else:
            found += conda_findings(requirement)
            found += _unlisted_channel(requirement, listed)
    found += _both_parts(requirements)
    found += _added(requirements)
    at_odds = [
        problem
        for platform in (_PROBED if any(r.selector for r in requirements) else _PROBED[:1])
        for problem in contradictions(r for r in requirements if selects(r.selector, platform))
    ]
    return (*found, *dict.fromkeys(at_odds))


def conda_findings(requirement: Requirement) -> Iterator[Problem]:
    """E130, E134 and E135 of a conda line, as far as they need no matcher."""
    line, text, place = conda_line(requirement.text), requirement.text, requirement.place
    if len(text) > LONGEST_LINE:
        message = f"A package line of {len(text):,} characters, the limit is {LONGEST_LINE}"
        yield warning("E134", place, message, "Write a name and a version", "never")
        return
    if line.is_file or re.search(r"\[(?:.*[,\s])?url\s*=", text):
        message = f"{quote(text)}: direct files and URLs are not allowed"
        hint = "Name the package, and add its channel to `channels`"
        yield warning("E135", place, message, hint, "never")
        return
    if found := re.search(r"(?<=\S)#", text):
        column = place.column + found.start()
        message = f"`#` in {quote(text)} needs a space before it to start a comment"
        hint = f"Write {quote(text[: found.start()] + '  ' + text[found.start() :])}"
        yield warning("E130", Place(place.line, column), message, hint)
    start = text.partition("[")[0].rfind("::") + 1
    if (colon := text.partition("[")[0].find(":", start + 1 if start else 0)) >= 0:
        message = f"`:` in {quote(text)} names no channel"
        hint = f"Write {quote(text[:colon] + ':' + text[colon:])}"
        yield warning("E134", Place(place.line, place.column + colon), message, hint)
    if line.name and not _is_name(line.name):
        message = f"{quote(line.name)} is not a usual name of a package"
        yield warning("E134", place, message, "Check its spelling on the channel's page")


def _is_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def _unlisted_channel(requirement: Requirement, listed: set[str]) -> Iterator[Problem]:
    channel = conda_line(requirement.text).channel
    if not channel or plain_channel(channel) in listed:
        return
    message = f"Channel {quote(channel)} is not in `channels`"
    yield warning("E136", requirement.place, message, f"Add {quote('- ' + channel)} there")


def _both_parts(requirements: tuple[Requirement, ...]) -> Iterator[Problem]:
    conda = {name_at_pypi(r.name): r for r in requirements if r.kind == "conda" and r.name}
    for requirement in requirements:
        other = conda.get(requirement.name) if requirement.kind == "pip" else None
        if other and requirement.name not in ("pip", "setuptools", "wheel"):
            lines = f"at line {other.place.line} for conda and at line {requirement.place.line}"
            message = f"{quote(requirement.name)} is asked for twice, {lines} for pip"
            yield warning("W227", requirement.place, message, "Keep the conda line", "")


def _added(requirements: tuple[Requirement, ...]) -> Iterator[Problem]:
    """What is going to be installed although no line asks for it."""
    conda = {r.name: r for r in requirements if r.kind == "conda"}
    pip = [r for r in requirements if r.kind == "pip"]
    if pip and "python" not in conda:
        message = "`python` is missing in front of `pip:`, so any version may come"
        yield note("E138", pip[0].place, message, "Add `- python=3.12` to `dependencies`")
    if pip and "pip" not in conda:
        message = "`pip` is missing in `dependencies`; it is added for you"
        yield note("N139", pip[0].place, message, "Add `- pip`")
    names = {*conda, *(r.name for r in pip)}
    if "python" in conda and names.isdisjoint(BRING_IPYKERNEL | OWN_KERNEL):
        message = "`ipykernel` is missing; it is added for the kernel"
        yield note("N140", conda["python"].place, message, "Add `- ipykernel`")
