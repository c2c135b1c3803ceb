"""A folder is a case: `environment.yml`, what was locked, what is installed, the drift as printed.

`built.yml` is the file as it was at the build, where that is another; `lock.json` tells of the
generation, and a package is one text: kind, name, version, build and channel, or for pip the URL.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_envs.core.altered import damaged
from jupyter_envs.core.drift import compare, describe
from jupyter_envs.core.installed import Damage, Installed, Running
from jupyter_envs.core.model import Drift, Generation, Package
from jupyter_envs.core.selectors import on_platform, variables_on
from jupyter_envs.core.spec import read_spec
from jupyter_envs.core.unmet import Asked
from tests.answers import answers

CASES = sorted((Path(__file__).parent / "cases").iterdir())
CHANNELS = "https://conda.anaconda.org"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_drift_of_a_case_is_as_expected(case: Path) -> None:
    assert "\n".join(describe(drift_of(case))) + "\n" == (case / "expected.txt").read_text()


def drift_of(case: Path) -> Drift:
    installed = _with_packages(json.loads((case / "installed.json").read_text()))
    running = msgspec.convert(installed.pop("running", []), tuple[Running, ...])
    return compare(
        asked_by(case / "environment.yml"),
        generation_of(case),
        msgspec.convert(installed, Installed),
        running,
        answers,
    )


def asked_by(path: Path) -> Asked:
    spec = read_spec(path.read_bytes(), path.name)
    return Asked(
        requirements=on_platform(spec, "linux-64"),
        variables=variables_on(spec, "linux-64"),
        folder="/home/ada/study",
    )


def generation_of(case: Path) -> Generation:
    built = case / "built.yml"
    asked = asked_by(built if built.exists() else case / "environment.yml")
    lock = json.loads((case / "lock.json").read_text())
    number = lock.get("number", 1)
    return Generation(
        number=number,
        id=f"{number}-0123456789ab",
        prefix="/store/study",
        created="2026-01-01T00:00:00Z",
        spec_sha256="",
        requirements=asked.requirements,
        variables=asked.variables,
        packages=tuple(_package(text) for text in lock["packages"]),
        added=tuple(lock.get("added", ())),
    )


def _with_packages(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_packages(item) for item in value]
    if isinstance(value, dict):
        return {
            key: _package(item) if key == "package" else _with_packages(item)
            for key, item in value.items()
        }
    return value


def _package(text: str) -> Package:
    kind, name, version, *rest = text.split()
    if kind == "pip":
        return Package(kind="pip", name=name, version=version, url="".join(rest))
    build, channel = rest
    base = f"{CHANNELS}/{channel}"
    url = f"{base}/linux-64/{name}-{version}-{build}.conda"
    return Package(
        kind="conda", name=name, version=version, build=build, channel=base, url=url,
        subdir="linux-64",
    )  # fmt: skip


def test_files_that_a_deep_check_finds_are_told_once_for_each_package() -> None:
    numpy = _package("conda numpy 1.26.4 py311h64a7726_0 conda-forge")
    requests = _package("pip requests 2.32.3")
    site = "lib/python3.11/site-packages"
    found = damaged(
        (
            Damage(package=requests, file=f"{site}/requests/api.py", why="is gone"),
            Damage(package=numpy, file=f"{site}/numpy/__init__.py", why="was changed"),
            Damage(package=numpy, file=f"{site}/numpy/version.py", why="is gone"),
        )
    )
    assert describe(Drift(altered=found)) == (
        "altered",
        "  numpy: its file `lib/python3.11/site-packages/numpy/__init__.py` was changed,"
        " and 1 more of its files is damaged",
        "  pip requests: its file `lib/python3.11/site-packages/requests/api.py` is gone",
    )


def test_no_value_of_a_variable_is_ever_said() -> None:
    case = next(case for case in CASES if case.name == "variable-changed")
    for difference in drift_of(case).unmet:
        assert (difference.asked, difference.locked, difference.installed) == ("", "", "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_difference_says_why(case: Path) -> None:
    drift = drift_of(case)
    for difference in (*drift.unmet, *drift.altered, *drift.behind):
        assert difference.name
        assert difference.why
        assert not difference.why.endswith(".")
