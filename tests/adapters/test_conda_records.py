"""A good neighbour: the files that conda, mamba and micromamba read of what we built."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_envs.adapters.projects import Project
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.manager import EnvironmentManager
from tests.channel import Channel
from tests.conftest import build, generation, machine, write_project

FILE = """
name: neighbour
channels:
  - conda-forge
dependencies:
  - python=3.11
  - conda-forge::softlink-demo
  - extra::extra-demo
  - binary-prefix-demo
  - noarch-python-demo>=1
"""


@dataclass(frozen=True)
class Built:
    manager: EnvironmentManager
    project: Project
    home: Path
    alias: str

    @property
    def prefix(self) -> Path:
        return Path(generation(self.manager, self.project).prefix)

    def record(self, name: str) -> dict[str, Any]:
        (path,) = self.prefix.glob(f"conda-meta/{name}-[0-9]*.json")
        return dict(json.loads(path.read_text()))

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in self.prefix.glob("conda-meta/*.json")]


@pytest.fixture(scope="module")
def built(
    channel: Channel, warm_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("neighbour")
    with machine(folder, channel.root.as_uri(), warm_cache) as manager:
        project = write_project(folder / "project", FILE)
        build(manager, project)
        yield Built(manager, project, folder / "home", channel.root.as_uri())


def history(prefix: Path) -> tuple[set[str], list[str]]:
    """As conda reads it: what was added, and what was asked for."""
    added, specs = set(), []
    sections = 0
    for line in (prefix / "conda-meta/history").read_text().splitlines():
        if re.match(r"==>\s*(.+?)\s*<==", line):
            sections += 1
        elif found := re.match(r"#\s*(\w+)\s*specs:\s*(.+)?", line):
            assert found[1] == "update"
            specs = ast.literal_eval(found[2])
        elif line.startswith("+"):
            added.add(line[1:])
        else:
            assert re.match(r"#\s*cmd:\s*(.+)", line)
    assert sections == 1
    return added, specs


def test_history_has_what_was_added_by_conda_s_names_of_channels(built: Built) -> None:
    added, _ = history(built.prefix)
    packages = generation(built.manager, built.project).packages
    assert len(added) == len(packages)
    (extra,) = (p for p in packages if p.name == "extra-demo")
    assert f"extra/noarch::extra-demo-1.0-{extra.build}" in added
    assert all(line.split("/", 1)[0] in ("defaults", "extra") for line in added), (
        "the alias is cut off, and this machine's `defaults` is the channel conda-forge"
    )


def test_history_has_what_was_asked_for_and_what_was_added_for_the_kernel(built: Built) -> None:
    _, specs = history(built.prefix)
    assert specs == [
        "python=3.11",
        "conda-forge::softlink-demo",
        "extra::extra-demo",
        "binary-prefix-demo",
        "noarch-python-demo>=1",
        "ipykernel",
    ]


def test_both_requested_fields_are_there_or_neither(built: Built) -> None:
    record = built.record("noarch-python-demo")
    assert record["requested_spec"] == "noarch-python-demo>=1"
    assert record["requested_specs"] == ["noarch-python-demo>=1"]
    assert built.record("extra-demo")["requested_spec"] == "extra::extra-demo"
    assert built.record("ipykernel")["requested_spec"] == "ipykernel"
    assert "requested_spec" not in built.record("pip"), "it came with python"
    assert "requested_specs" not in built.record("pip")


def test_pip_comes_with_python_although_no_record_says_so(built: Built) -> None:
    assert built.record("pip")["name"] == "pip"


def test_a_record_is_as_complete_as_its_package(built: Built) -> None:
    for record in built.records():
        index = json.loads((Path(record["extracted_package_dir"]) / "info/index.json").read_text())
        for field in ("name", "version", "build", "build_number", "subdir", "license", "timestamp"):
            assert record.get(field) == index.get(field), (record["name"], field)
        assert record.get("noarch") == index.get("noarch")
        assert record["depends"] == index["depends"]
        assert len(record["sha256"]) == 64
        assert record["size"] > 0


def test_a_record_says_where_its_package_came_from(built: Built) -> None:
    record = built.record("extra-demo")
    assert record["url"] == f"{built.alias}/extra/noarch/{record['fn']}"
    assert record["channel"] == f"{built.alias}/extra/noarch"
    assert record["link"]["type"] == 1


def test_every_file_is_in_its_record_with_the_hash_it_has_here(built: Built) -> None:
    checked = 0
    for record in built.records():
        listed = [entry["_path"] for entry in record["paths_data"]["paths"]]
        assert sorted(listed) == sorted(record["files"])
        for entry in record["paths_data"]["paths"]:
            path = built.prefix / entry["_path"]
            if entry["path_type"] == "softlink":
                assert "sha256_in_prefix" not in entry
                assert path.is_symlink()
            elif entry["path_type"] == "hardlink":
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                assert entry["sha256_in_prefix"] == digest
                checked += 1
            else:
                assert path.is_file()
    assert checked > 1000


def test_no_file_of_the_prefix_is_in_no_record_but_ours(built: Built) -> None:
    listed = {path for record in built.records() for path in record["files"]}
    found = {
        str(path.relative_to(built.prefix))
        for path in built.prefix.rglob("*")
        if path.is_symlink() or path.is_file()
    }
    extra = {p for p in found - listed if not p.startswith("conda-meta/")}
    assert extra == {p for p in extra if p.startswith("etc/jupyter-envs/")}


def test_bytecode_is_listed_so_that_a_removal_takes_it_along(built: Built) -> None:
    entries = built.record("noarch-python-demo")["paths_data"]["paths"]
    (compiled,) = (e for e in entries if e["path_type"] == "pyc_file")
    assert compiled["_path"].endswith("/__pycache__/noarch_python_demo.cpython-311.pyc")
    assert (built.prefix / compiled["_path"]).is_file()


def test_records_can_be_read_by_whoever_may_read_the_environment(built: Built) -> None:
    modes = {stat.S_IMODE(p.stat().st_mode) for p in built.prefix.glob("conda-meta/*.json")}
    assert modes == {0o644}


def test_backup_tools_do_not_skip_it(built: Built) -> None:
    assert not (built.prefix / "CACHEDIR.TAG").exists()


def test_link_scripts_never_run(manager: EnvironmentManager, tmp_path: Path) -> None:
    text = "channels: [conda-forge]\ndependencies:\n  - link-scripts-demo\n"
    project = write_project(tmp_path / "scripts", text)
    build(manager, project)
    assert not (Path(generation(manager, project).prefix) / "post-link-ran.txt").exists()


def test_environments_txt_names_the_real_path_of_the_current_generation_only(
    manager: EnvironmentManager, tmp_path: Path
) -> None:
    listing = tmp_path / "home/.conda/environments.txt"
    listing.parent.mkdir()
    listing.write_text("/opt/another\n")
    project = write_project(tmp_path / "p", "channels: [conda-forge]\ndependencies: [idna]\n")
    build(manager, project)
    first = generation(manager, project)
    assert listing.read_text() == f"/opt/another\n{Path(first.prefix).resolve()}\n"
    write_project(tmp_path / "p", "channels: [conda-forge]\ndependencies: [six, python=3.11]\n")
    build(manager, project)
    second = generation(manager, project)
    assert second.number == 2
    assert listing.read_text() == f"/opt/another\n{second.prefix}\n"
    assert manager.remove(project.folder)
    assert listing.read_text() == "/opt/another\n"


def test_a_frozen_environment_is_not_rebuilt(manager: EnvironmentManager, tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "p", "channels: [conda-forge]\ndependencies: [versions-demo=1.0]\n"
    )
    build(manager, project)
    before = generation(manager, project)
    frozen = Path(before.prefix) / "conda-meta/frozen"
    frozen.write_text('{"message": "Ask Ada first"}')
    write_project(tmp_path / "p", "channels: [conda-forge]\ndependencies: [versions-demo=2.0]\n")
    with pytest.raises(EnvsError, match="frozen: Ask Ada first") as refused:
        build(manager, project)
    assert str(frozen) in refused.value.hint
    assert generation(manager, project) == before
    frozen.unlink()
    assert build(manager, project).outcome == "built"
