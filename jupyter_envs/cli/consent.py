"""The question before a build, and before something is removed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from jupyter_envs.core.findings import quote
from jupyter_envs.manager.survey import Survey
from jupyter_envs.manager.views import channels_note

from .words import printable


def can_ask() -> bool:
    """Whether a person sits there."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def yes(question: str) -> bool:
    """Ask on standard error; anything but a yes is a no."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def declared_lines(survey: Survey) -> Iterator[str]:
    """What a build would fetch and install, as the file says it."""
    yield f"`{printable(str(survey.project.path))}` asks to fetch and install"
    for kind in ("conda", "pip"):
        lines = [quote(r.text) for r in survey.asked(survey.platform) if r.kind == kind]
        if lines:
            yield f"  {kind:<9} {', '.join(lines)}"
    yield f"  channels  {', '.join(quote(name) for name in survey.channels)}"
    if note := channels_note(survey):
        yield f"  {note}"
    yield "Packages run code of their authors on this machine."
