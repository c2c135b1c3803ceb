"""The variables of a prefix lie where conda looks for them."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_envs.adapters.activation import activation_variables, write_state

from .prefixes import add_file


def test_the_state_is_the_one_that_conda_writes(tmp_path: Path) -> None:
    write_state(tmp_path, {"Name": "café", "EMPTY": ""})
    state = (tmp_path / "conda-meta/state").read_text(encoding="utf-8")
    assert state == '{"env_vars": {"Name": "café", "EMPTY": ""}}'


def test_without_variables_there_is_no_state(tmp_path: Path) -> None:
    write_state(tmp_path, {})
    assert not (tmp_path / "conda-meta").exists()
    assert activation_variables(tmp_path) == {}


def test_the_spec_wins_over_packages_and_later_packages_over_earlier(tmp_path: Path) -> None:
    add_file(tmp_path, "etc/conda/env_vars.d/b.json", json.dumps({"X": "b", "Y": "b", "Z": "b"}))
    add_file(tmp_path, "etc/conda/env_vars.d/a.json", json.dumps({"X": "a", "W": "a"}))
    write_state(tmp_path, {"Z": "spec", "Y": "***unset***"})
    assert activation_variables(tmp_path) == {"X": "b", "W": "a", "Z": "spec"}


def test_what_is_no_variable_is_passed_over(tmp_path: Path) -> None:
    add_file(tmp_path, "etc/conda/env_vars.d/a.json", "no json")
    add_file(tmp_path, "etc/conda/env_vars.d/b.json", "[1]")
    add_file(
        tmp_path,
        "etc/conda/env_vars.d/c.json",
        json.dumps({"N": 1, "L": [1], "NUL": "\0", "NONE": None, "F": 1.5}),
    )
    add_file(tmp_path, "conda-meta/state", '{"env_vars": "x"}')
    assert activation_variables(tmp_path) == {"N": "1", "F": "1.5"}
