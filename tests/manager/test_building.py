"""From a file to a generation and on to the next, through the one door."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jupyter_envs.adapters import launcher, leases
from jupyter_envs.core.errors import BusyError, CancelledError, RefusedError
from jupyter_envs.manager import EnvironmentManager

from .steps import SPEC, TWO, MakeProject, built, prefix, seen


def test_nothing_is_built_before_the_person_agreed(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    for verb in ("review", "lock", "build"):
        with pytest.raises(RefusedError) as refused:
            manager.start(one, verb, agree=False)  # type: ignore[arg-type]
        assert refused.value.code == "consent"
    assert seen(manager, one).build is None


def test_agreeing_once_is_enough_until_the_file_changes(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    assert seen(manager, one).trusted
    manager.start(one, "build", agree=False).result()
    project(TWO)
    assert not seen(manager, one).trusted
    with pytest.raises(RefusedError):
        manager.start(one, "build", agree=False)


def test_a_review_shows_the_cost_and_builds_nothing(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    review = built(manager, one, "review")
    assert review.plan is not None
    assert [change.name for change in review.plan.added] == ["text-prefix-demo"]
    assert review.plan.disk_bytes >= 0
    assert seen(manager, one).state == "unbuilt"
    assert [path.name for path in one.folder.iterdir()] == ["environment.yml"]


def test_an_edit_is_seen_and_a_rebuild_makes_the_next_generation(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    first = prefix(manager, one)
    project(TWO)
    view = seen(manager, one)
    assert view.state == "out-of-sync"
    assert [(d.name, d.line) for d in view.drift.unmet] == [("versions-demo", 5)]
    assert view.lock is not None
    assert not view.lock.current
    built(manager, one)
    view = seen(manager, one)
    assert view.state == "ready"
    assert view.generation is not None
    assert view.generation.number == 2
    assert first.is_dir()


def test_a_line_that_is_removed_is_seen_and_mended(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(TWO)
    built(manager, one)
    project(SPEC)
    assert [d.name for d in seen(manager, one).drift.unmet] == ["versions-demo"]
    built(manager, one)
    assert seen(manager, one).state == "ready"


def test_building_again_changes_nothing(manager: EnvironmentManager, project: MakeProject) -> None:
    one = project(SPEC)
    built(manager, one)
    assert manager.unchanged(one)
    assert built(manager, one).outcome == "unchanged"
    assert prefix(manager, one).name.startswith("1-")


def test_two_clicks_are_one_build(manager: EnvironmentManager, project: MakeProject) -> None:
    one = project(SPEC)
    first = manager.start(one, "build", agree=True)
    assert manager.start(one, "build", agree=True) is first
    first.result()


def test_a_cancelled_build_changes_nothing(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    build = manager.start(one, "build", agree=True)
    build.cancel()
    with pytest.raises(CancelledError):
        build.result()
    assert build.outcome == "cancelled"
    assert seen(manager, one).state == "unbuilt"
    assert built(manager, one).outcome == "built"


def test_removing_leaves_only_the_files_of_the_project(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    where = prefix(manager, one)
    assert manager.remove(one.folder)
    assert not where.exists()
    names = sorted(path.name for path in one.folder.iterdir())
    assert names == ["conda-lock.yml", "environment.yml"]
    assert manager.environments(str).environments == []
    assert not manager.remove(one.folder)


def test_an_administrator_can_allow_only_some_channels(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    strict = EnvironmentManager(allowed_channels=["bioconda"])
    with pytest.raises(RefusedError) as refused:
        strict.start(project(SPEC), "build", agree=True)
    assert "conda-forge" in refused.value.message


def test_a_file_that_stops_parsing_keeps_its_kernels(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    project("name: small\ndependencies: [\n")
    view = seen(manager, one)
    assert view.state == "invalid"
    assert view.error is not None
    assert view.error.line >= 2
    assert view.generation is not None


def test_a_reply_knows_no_secret_of_the_file(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project("channels: ['https://user:s3cret@example.org/c']\ndependencies: [a]\n")
    assert "s3cret" not in repr(seen(manager, one))
    with pytest.raises(RefusedError) as refused:
        manager.start(one, "build", agree=True)
    assert "s3cret" not in str(refused.value)


def test_nothing_is_removed_while_a_command_runs_in_it(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    environment = manager.store.of(one.folder)
    assert environment is not None
    command = launcher.command(environment.root, ["sleep", "30"])
    with subprocess.Popen(command) as running:
        while not leases.running(environment.root):
            assert running.poll() is None
        with pytest.raises(BusyError):
            manager.remove(one.folder)
        running.kill()
    assert manager.remove(one.folder)


def test_a_line_that_the_engine_refuses_is_said_before_a_build(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    view = seen(manager, project("dependencies:\n  - python ===\n"))
    assert view.state == "invalid"
    assert view.error is not None
    assert (view.error.code, view.error.line) == ("E130", 2)


def test_an_environment_that_gets_another_name_gets_another_kernel(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project("name: before\nchannels: [conda-forge]\ndependencies: [deno]\n")
    built(manager, one)
    project("name: after\nchannels: [conda-forge]\ndependencies: [deno]\n")
    assert not manager.unchanged(one)
    built(manager, one)
    assert [kernel.name for kernel in seen(manager, one).kernels] == ["project-after"]


def test_an_included_file_is_judged_too(manager: EnvironmentManager, project: MakeProject) -> None:
    one = project(SPEC + "  - pip:\n    - -r more.txt\n")
    (one.folder / "more.txt").write_text("flask\n")
    strict = EnvironmentManager(blocked_packages=["flask"])
    with pytest.raises(RefusedError) as refused:
        strict.start(one, "build", agree=True)
    assert "flask" in refused.value.message


def test_channels_that_the_file_does_not_name_are_judged_too(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    strict = EnvironmentManager(allowed_channels=["bioconda"])
    with pytest.raises(RefusedError):
        strict.start(project("dependencies: [text-prefix-demo]\n"), "build", agree=True)


def test_what_others_list_does_not_fail_a_build(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    (Path.home() / ".conda").write_text("not a folder")
    assert built(manager, project(SPEC)).outcome == "built"
