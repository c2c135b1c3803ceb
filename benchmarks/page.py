"""What the extension adds to JupyterLab's page: scripts, and time until it can be used."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import jupyter_envs
from examples.stage import Stage

from .figure import Figure, seconds
from .server import running

PROGRAM = Path(__file__).with_name("page.mjs")
BROWSER = PROGRAM.parent.parent / "ui-tests" / "node_modules" / "@playwright"
STATIC = Path(jupyter_envs.__file__).parent / "labextension" / "static"
KILOBYTE = 1_000


def measure(here: Stage, rounds: int) -> Iterator[Figure]:
    """Page by page, with the extension and without it."""
    scripts = list(STATIC.glob("*.js"))
    if not scripts:
        yield Figure(name="page of JupyterLab", measured="the frontend is not built, not measured")
        return
    size = sum(path.stat().st_size for path in scripts) / KILOBYTE
    yield Figure(name="scripts of the extension", measured=f"{len(scripts)}, {size:.0f} kB")
    node = shutil.which("node")
    if node is None or not BROWSER.is_dir():
        yield Figure(name="page of JupyterLab", measured="no browser is set up, not measured")
        return
    one, other = _opened(here, node, rounds)
    yield Figure(
        name="page of JupyterLab until its launcher is there",
        measured=seconds(one),
        beside=f"without the extension {seconds(other)}",
        ratio=median(one) / median(other),
        asked="nothing that can be seen",
        notes=(
            f"{(median(one) - median(other)) * 1000:+.0f} ms between the medians, "
            f"{(min(one) - min(other)) * 1000:+.0f} ms between the fastest",
        ),
    )


def _opened(here: Stage, node: str, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds with the extension, and without."""
    empty = f"--LabApp.labextensions_path={here.folder / 'no-extensions'}"
    with running(here) as server, running(here, empty) as without:
        urls = (server.page, without.page)
        words = (node, str(PROGRAM), str(rounds), *urls)
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    one, other = json.loads(done.stdout)
    return one, other
