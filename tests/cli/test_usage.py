"""Wrong usage is one line and exit code 2; help is short."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_envs.cli.app import VERBS
from jupyter_envs.cli.schemas import files

from .terminal import REFERENCE, envs


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "jupyter envs: say what to do: check, lock, build, status, list, run, remove"),
        (("biuld",), "jupyter envs: there is no `biuld`, did you mean `build`?"),
        (("check",), "jupyter envs check: name a file"),
        (("check", "--jsno", "x"), "jupyter envs check: there is no option `--jsno`"),
        (("build", "-x"), "jupyter envs build: there is no option `-x`"),
        (("build", "--strict=no"), "jupyter envs build: there is no option `--strict`"),
        (("status", "a", "b"), "jupyter envs status: give one folder, not 2"),
        (("list", "a"), "jupyter envs list: it takes no folder"),
        (("run", "python"), "jupyter envs run: write the command behind `--`"),
        (
            ("list", "--EnvironmentManager.colour=red"),
            "jupyter envs list: there is no option `--EnvironmentManager.colour`",
        ),
    ],
)
def test_wrong_usage_is_said_in_one_line(home: Path, words: tuple[str, ...], line: str) -> None:
    said = envs(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [f"{line}; see `{line.split(':', 1)[0]} --help`"]


def test_a_setting_of_the_wrong_type_is_wrong_usage(home: Path) -> None:
    said = envs("list", "--EnvironmentManager.keep_generations=many")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "keep_generations" in said.err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    said = envs(verb, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"usage: jupyter envs {verb} ")
    assert "--json" in said.out


def test_help_lists_every_verb() -> None:
    said = envs("--help")
    assert said.code == 0
    assert all(f"  {verb} " in said.out for verb in VERBS)


def test_the_schemas_of_the_reference_are_current() -> None:
    written = {path.name: path.read_text() for path in REFERENCE.glob("cli-*.schema.json")}
    assert written == files(), "run python -m jupyter_envs.cli.schemas docs/reference"


def test_the_store_is_where_a_configuration_file_says(home: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"EnvironmentManager": {"store_path": "/proc/no-store"}}))
    project = tmp_path / "project"
    project.mkdir()
    (project / "environment.yml").write_text("dependencies: [versions-demo]\n")
    said = envs("build", str(project), "--yes", "--json", f"--config={settings}")
    assert said.code == 1
    assert "/proc/no-store" in said.json["error"]["message"]
