"""From a file to a generation and on to the next, through the one door."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_envs.adapters import launcher, leases
from jupyter_envs.adapters.projects import Project
from jupyter_envs.core.errors import BusyError, CancelledError, RefusedError
from jupyter_envs.manager import EnvironmentManager
from jupyter_envs.manager.builds import Build
from jupyter_envs.wire import EnvironmentView

MakeProject = Callable[..., Project]

SPEC = "name: small\nchannels: [conda-forge]\ndependencies:\n  - text-prefix-demo\n"
TWO = SPEC + "  - versions-demo=1.0\n"


def built(manager: EnvironmentManager, project: Project, verb: str = "build") -> Build:
    return manager.start(project, verb, agree=True).result()  # type: ignore[arg-type]


def seen(manager: EnvironmentManager, project: Project) -> EnvironmentView:
    return manager.view(project.folder, project.folder, str)


def prefix(manager: EnvironmentManager, project: Project) -> Path:
    generation = manager.survey(project).generation
    assert generation is not None
    return Path(generation.prefix)


def with_own_cache(manager: EnvironmentManager) -> EnvironmentManager:
    """For a test that damages files, which are those of the cache too."""
    manager.store.cache.unlink()
    manager.store.cache.mkdir()
    return manager


def linked(prefix: Path) -> Path:
    """A file of the prefix that has other names too."""
    return next(
        path
        for path in sorted(prefix.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and path.stat().st_nlink > 1
        and "conda-meta" not in path.parts
    )


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


def test_what_was_reviewed_is_what_is_built(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one, "review")
    build = built(manager, one)
    assert not [line.text for line in build.lines if line.text.startswith("Solving")]
    assert one.lock.is_file()


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


def test_a_lock_of_another_tool_is_not_overwritten_without_a_question(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    foreign = (
        "version: 1\nmetadata:\n  content_hash:\n    linux-64: '0'\n  channels: []\n"
        "  platforms:\n  - linux-64\n  sources:\n  - environment.yml\npackage: []\n"
    )
    one.lock.write_text(foreign)
    note = seen(manager, one).lock
    assert note is not None
    assert "another tool" in note.note
    built(manager, one)
    assert one.lock.read_text() == foreign
    kept = seen(manager, one).lock
    assert kept is not None
    assert kept.in_store
    assert kept.current
    manager.start(one, "lock", agree=True, replace_lock=True).result()
    assert one.lock.read_text() != foreign


def test_a_lock_that_cannot_be_written_stays_in_the_store(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    one.lock.mkdir()
    built(manager, one)
    lock = seen(manager, one).lock
    assert lock is not None
    assert lock.in_store
    assert "could not be written" in lock.note


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


def test_an_administrator_can_block_a_package(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    strict = EnvironmentManager(blocked_packages=["text-prefix-demo"])
    with pytest.raises(RefusedError) as refused:
        strict.start(project(SPEC), "build", agree=True)
    assert refused.value.place is not None
    assert refused.value.place.line == 4


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


def test_a_review_from_a_lock_knows_what_it_would_fetch(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    with_own_cache(manager)
    built(manager, one, "lock")
    review = built(manager, one, "review")
    assert review.plan is not None
    assert review.plan.download_packages == 1
    assert review.plan.download_bytes > 0
    assert review.plan.notes == ()
