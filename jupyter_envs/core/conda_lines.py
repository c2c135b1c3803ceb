"""A conda line cut into its parts, tolerantly: enough to name it and to see what is odd. Pure.

What a line means is for the matcher to say (`adapters.conda.matchspec`); nothing here decides it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"[^\s=<>!~\[\],;#@|]*")
_PACKAGE_FILE = (".conda", ".tar.bz2")


@dataclass(frozen=True, slots=True)
class CondaLine:
    """`channel/subdir::name version build[key=value]`, whatever of it is there."""

    name: str
    """Lower case; empty for a file or URL."""
    constraint: str
    """What stands behind the name, brackets included."""
    channel: str = ""
    subdir: str = ""
    is_file: bool = False
    """It names an artefact by URL or path."""


def conda_line(text: str) -> CondaLine:
    """The parts of `text`; the channel ends at the last `::` in front of any bracket."""
    text = text.strip()
    if is_package_file(text):
        return CondaLine("", "", is_file=True)
    head, bracket, tail = text.partition("[")
    prefix, separator, rest = head.rpartition("::")
    name = _NAME.match(rest.strip())
    found = name[0] if name else ""
    named = found.rpartition(":")[2]
    channel, subdir = _channel(prefix) if separator else ("", "")
    return CondaLine(named.lower(), rest.strip()[len(found) :].strip() + bracket + tail, channel,
                     subdir)  # fmt: skip


def is_package_file(text: str) -> bool:
    """Whether a conda line is an artefact's URL or path instead of a name."""
    first = text.split("#", 1)[0].strip()
    if "::" in first:
        return False
    return first.endswith(_PACKAGE_FILE) or "://" in first


def _channel(prefix: str) -> tuple[str, str]:
    channel, slash, subdir = prefix.strip().rpartition("/")
    if slash and re.fullmatch(r"noarch|(?:linux|osx|win|emscripten|wasi|zos)-\w+", subdir):
        return channel, subdir
    return prefix.strip(), ""
