"""The examples are what people read first: they must be clean, and the demonstration must run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_envs.core.spec import read_spec
from jupyter_envs.manager.checks import check_file

ROOT = Path(__file__).parents[1]
PROJECTS = sorted(path.parent for path in ROOT.glob("examples/*/environment.yml"))
NOTEBOOKS = sorted(ROOT.glob("examples/*/*.ipynb"))


def name_of(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("project", PROJECTS, ids=name_of)
def test_the_file_of_an_example_reads_without_problems(project: Path) -> None:
    file = project / "environment.yml"
    assert check_file(file.name, file).ok
    problems = read_spec(file.read_bytes(), file.name).problems
    assert [problem.message for problem in problems if problem.severity != "note"] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name_of)
def test_the_notebook_of_an_example_is_stored_without_outputs(notebook: Path) -> None:
    content: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"]] == []


def test_every_example_has_one_file_and_one_notebook() -> None:
    assert len(PROJECTS) == len(NOTEBOOKS) == 3
    assert [notebook.parent for notebook in NOTEBOOKS] == PROJECTS


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """The first line of a script holds only so many characters."""
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        yield Path(folder)


@pytest.mark.slow
def test_the_demonstration_shows_a_drift_and_ends_in_sync(short_folder: Path) -> None:
    place = short_folder / "demo"
    done = run("examples.demo", str(place))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert "pip cowsay: pip installed it, it is not in the lock" in lines
    assert lines.count("in sync") == len(PROJECTS) + 1
    assert lines[-1] == "The same in JupyterLab: make lab"
    assert sum("ran to its end in the kernel" in line for line in lines) == len(NOTEBOOKS)


@pytest.mark.slow
def test_a_benchmark_prints_what_it_measured_beside_what_is_asked(short_folder: Path) -> None:
    done = run("benchmarks", "unchanged", "--rounds", "1", "--at", str(short_folder))
    assert done.returncode == 0, done.stdout + done.stderr
    row = [line for line in done.stdout.splitlines() if "build that changes" in line][-1]
    assert "ms (" in row
    assert "under 150 ms" in row
    assert list(short_folder.iterdir()) == []


def run(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A program of the repository, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
    )
