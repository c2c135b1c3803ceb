"""A build as it goes: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from jupyter_envs.core.model import Part, Progress, Step
from jupyter_envs.manager.builds import Build

PERIOD = 0.1
"""Seconds between two looks at a build."""
PATIENCE = 10.0
"""Seconds that a cancelled build may take to end."""

LABELS: dict[Step | Part, str] = {
    "solve": "Solve",
    "install": "Install",
    "fetch": "Fetch packages",
    "link": "Link them",
    "pip": "Install pip packages",
    "verify": "Verify",
    "register": "Register kernels",
}


class Display(Protocol):
    """What is told of a build while it runs."""

    def show(self, build: Build) -> None: ...


class Silent:
    """For `--json`."""

    def show(self, build: Build) -> None:
        """Tell nothing."""


class PlainLines:
    """One line when a build first enters a step; its log too where that is wanted."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose
        self._told: set[str] = set()
        self._logged = 0

    def show(self, build: Build) -> None:
        """Tell what has changed since the last time."""
        label = label_of(build.progress)
        if label not in self._told:  # packages are fetched and linked by turns
            self._told.add(label)
            sys.stderr.write(f"[{build.elapsed:6.1f} s] {label}\n")
        if self._verbose:
            for line in build.lines_after(self._logged):
                self._logged = line.number
                sys.stderr.write(f"             {line.text}\n")
        sys.stderr.flush()


class LiveDisplay:
    """Step, bar, time and the latest message, in place."""

    def __init__(self, verbose: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self._verbose = verbose
        self._logged = 0
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[message]}", markup=False, style="dim"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bars.add_task("Solve", total=1.0, message="")

    def __enter__(self) -> LiveDisplay:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, build: Build) -> None:
        """Draw where the build stands; the log scrolls by above it."""
        progress = build.progress
        self._bars.update(
            self._task,
            completed=progress.fraction,
            description=label_of(progress),
            message=progress.message[:60],
        )
        if self._verbose:
            for line in build.lines_after(self._logged):
                self._logged = line.number
                self._bars.console.print(line.text, markup=False, highlight=False)


def label_of(progress: Progress) -> str:
    """The step, or the part of the install."""
    return LABELS[progress.part or progress.step]


def display(json: bool, verbose: bool) -> AbstractContextManager[Display]:
    """The one that fits where standard error goes."""
    if json:
        return nullcontext(Silent())
    if sys.stderr.isatty():
        return LiveDisplay(verbose)
    return nullcontext(PlainLines(verbose))


def follow(build: Build, shown: AbstractContextManager[Display]) -> None:
    """Show a build until it ends; a signal cancels it, and is passed on when it has ended."""
    with shown as target:
        try:
            while not build.ended.wait(PERIOD):
                target.show(build)
            target.show(build)
        except KeyboardInterrupt:
            build.cancel()
            build.ended.wait(PATIENCE)
            raise
