"""What happens to files and folders behind our back, and how it is mended."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from jupyter_envs.manager import EnvironmentManager

from .steps import SPEC, TWO, MakeProject, built, linked, prefix, seen, with_own_cache


def test_a_file_changed_by_hand_is_named_for_each_that_shares_it(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one, two = project(TWO, "one"), project(TWO, "two")
    with_own_cache(manager)
    built(manager, one)
    built(manager, two)
    shared = linked(prefix(manager, one))
    shared.write_bytes(shared.read_bytes() + b"# by hand\n")
    for each in (one, two):
        altered = manager.survey(each, thorough=True).drift.altered
        assert [d.name for d in altered] == ["versions-demo"]
        assert shared.name in altered[0].why
    assert built(manager, one).outcome == "built"
    assert manager.survey(one, thorough=True).drift.in_sync


def test_a_moved_project_finds_its_environment_again(
    manager: EnvironmentManager, project: MakeProject, tmp_path: Path
) -> None:
    one = project(SPEC)
    built(manager, one)
    where = prefix(manager, one)
    one.folder.rename(tmp_path / "moved")
    moved = manager.find(tmp_path / "moved", tmp_path)
    assert moved is not None
    assert seen(manager, moved).state == "ready"
    assert prefix(manager, moved) == where


def test_a_copied_project_gets_an_environment_of_its_own(
    manager: EnvironmentManager, project: MakeProject, tmp_path: Path
) -> None:
    one = project(SPEC)
    built(manager, one)
    shutil.copytree(one.folder, tmp_path / "copy")
    copy = manager.find(tmp_path / "copy", tmp_path)
    assert copy is not None
    assert seen(manager, copy).state == "unbuilt"


def test_a_project_that_is_gone_is_listed_with_its_last_path(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    shutil.rmtree(one.folder)
    (listed,) = manager.environments(str).environments
    assert listed.orphan
    assert listed.path == str(one.folder)


def test_a_prefix_that_is_gone_says_so_and_is_built_again(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    shutil.rmtree(prefix(manager, one))
    view = seen(manager, one)
    assert view.state == "broken"
    assert view.kernels == []
    built(manager, one)
    assert seen(manager, one).state == "ready"


def test_a_file_changed_by_hand_is_told_without_being_asked_for(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    with_own_cache(manager)
    one = project(TWO)
    built(manager, one)
    linked(prefix(manager, one)).write_bytes(b"by hand\n")
    told = threading.Event()
    manager.listen(lambda folder, build: told.set())
    assert seen(manager, one).drift.altered == ()
    assert told.wait(20)
    assert [d.name for d in seen(manager, one).drift.altered] == ["versions-demo"]


def test_a_kernelspec_that_was_removed_is_seen_and_mended(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project("name: own\nchannels: [conda-forge]\ndependencies: [deno]\n")
    built(manager, one)
    (kernel,) = seen(manager, one).kernels
    shutil.rmtree(manager.kernels_dir / kernel.name)
    assert [d.name for d in seen(manager, one).drift.altered] == [kernel.name]
    built(manager, one)
    assert (manager.kernels_dir / kernel.name / "kernel.json").is_file()
    assert seen(manager, one).state == "ready"
