"""`jupyter envs check`: reading, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .terminal import envs

GOOD = """\
name: demo
channels: [conda-forge]
dependencies:
  - python=3.11
  - ipykernel
  - numpy >=1.2
  - pip
  - pip:
      - requests >2
"""


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "environment.yml"
    path.write_text(GOOD)
    return str(path)


def test_every_line_is_answered_with_its_meaning_and_place(good: str) -> None:
    said = envs("check", good, "--json")
    assert said.code == 0
    (file,) = said.json["files"]
    assert (file["path"], file["ok"], file["problems"]) == (good, True, [])
    numpy = {"text": "numpy >=1.2", "canonical": "numpy >=1.2", "kind": "conda"}
    requests = {"text": "requests >2", "canonical": "requests>2", "kind": "pip"}
    assert {**numpy, "line": 6, "column": 5} in file["requirements"]
    assert {**requests, "line": 9, "column": 9} in file["requirements"]


def test_a_file_that_conda_refuses_is_not_ok(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "channels: [conda-forge]\ndependencies:\n  - python ===\n  - ipykernel\n  - numpy\n"
    )
    said = envs("check", "--json", str(bad))
    assert said.code == 1
    (file,) = said.json["files"]
    assert not file["ok"]
    assert {(p["severity"], p["line"]) for p in file["problems"]} == {("error", 3)}


def test_what_is_only_odd_is_a_warning(tmp_path: Path) -> None:
    odd = tmp_path / "odd.yml"
    odd.write_text("dependencies:\n  - python=3.11\n  - pip:\n    - requests=2\n")
    said = envs("check", "--json", str(odd))
    assert said.code == 0
    assert {p["severity"] for p in said.json["files"][0]["problems"]} == {"warning"}


def test_one_bad_file_does_not_hide_the_others(good: str, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.yml")
    said = envs("check", gone, good, "--json")
    assert said.code == 1
    assert [(f["path"], f["ok"]) for f in said.json["files"]] == [(gone, False), (good, True)]
    assert [p["code"] for p in said.json["files"][0]["problems"]] == ["no-file"]


def test_people_read_problems_as_compilers_write_them(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("channels: [conda-forge]\ndependencies:\n  - python ===\n  - ipykernel\n")
    said = envs("check", str(bad))
    assert said.code == 1
    first = said.out.splitlines()[0]
    assert first.startswith(f"{bad}:3:")
    assert ": error E130: " in first
    assert said.out.splitlines()[-1] == f"{bad}: cannot be read, 1 problem"


def test_a_password_is_never_printed(tmp_path: Path) -> None:
    file = tmp_path / "environment.yml"
    url = "https://me:hunter2@example.com/conda"
    file.write_text(f"channels: [{url}]\ndependencies: [python]\nodd: {url}\n")
    said = envs("check", "--json", str(file)), envs("check", str(file))
    assert "hunter2" not in "".join(s.out + s.err for s in said)


def test_reading_touches_neither_the_store_nor_the_home_folder(good: str, home: Path) -> None:
    assert envs("check", good).code == 0
    assert list(home.iterdir()) == []
    assert not Path(os.environ["JUPYTER_ENVS_STORE"]).exists()


def test_reading_does_not_load_the_engine(good: str) -> None:
    code = (
        "import sys; from jupyter_envs.cli import main; main(['check', sys.argv[1]]); "
        "print([m for m in sys.modules if m in "
        "('jupyter_envs.manager.environments', 'jupyter_envs.adapters.store', 'rich', 'tornado')])"
    )
    ran = subprocess.run([sys.executable, "-c", code, good], capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]", ran.stderr


@pytest.mark.skipif("ENVIRONMENT_CORPUS" not in os.environ, reason="ENVIRONMENT_CORPUS is not set")
def test_a_real_corpus_is_read_in_one_call() -> None:
    corpus = Path(os.environ["ENVIRONMENT_CORPUS"])
    files = [str(p) for p in sorted(corpus.rglob("*.yml"))[:200]]
    said = envs("check", "--json", *files)
    assert said.code in (0, 1)
    assert [f["path"] for f in said.json["files"]] == files
