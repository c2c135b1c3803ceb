"""What is locked, by whom, and what a review says of it."""

from __future__ import annotations

import time

import pytest

from jupyter_envs.core.errors import RefusedError
from jupyter_envs.manager import EnvironmentManager

from .steps import SPEC, MakeProject, built, seen, with_own_cache


def test_what_was_reviewed_is_what_is_built(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one, "review")
    build = built(manager, one)
    assert not [line.text for line in build.lines if line.text.startswith("Solving")]
    assert one.lock.is_file()


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
    assert "not a regular file; ours is kept in the store" in lock.note


def test_an_administrator_can_block_a_package(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    strict = EnvironmentManager(blocked_packages=["text-prefix-demo"])
    with pytest.raises(RefusedError) as refused:
        strict.start(project(SPEC), "build", agree=True)
    assert refused.value.place is not None
    assert refused.value.place.line == 4


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


def test_a_lock_of_another_tool_stays_however_often_one_locks(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    foreign = (
        "version: 1\nmetadata:\n  content_hash:\n    linux-64: '0'\n  channels: []\n"
        "  platforms:\n  - linux-64\n  sources:\n  - environment.yml\npackage: []\n"
    )
    one.lock.write_text(foreign)
    for verb in ("build", "lock", "lock"):
        built(manager, one, verb)
    assert one.lock.read_text() == foreign
    lock = seen(manager, one).lock
    assert lock is not None
    assert (lock.foreign, lock.in_store, lock.current) == (True, True, True)


def test_a_lock_that_fetches_from_elsewhere_is_told_before_one_agrees(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(SPEC)
    built(manager, one)
    here = manager.survey(one).channel_urls[0]
    one.lock.write_text(one.lock.read_text().replace(here, "https://elsewhere.example/c"))
    view = seen(manager, one)
    assert not view.trusted
    assert view.file is not None
    assert "https://elsewhere.example/c" in view.file.channels_note


def test_the_lock_that_a_cancelled_build_wrote_asks_for_no_second_yes(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project("name: small\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n")
    build = manager.start(one, "build", agree=True)
    while build.lock is None and build.outcome is None:
        time.sleep(0.001)
    build.cancel()
    build.ended.wait()
    assert one.lock.is_file()
    assert seen(manager, one).trusted
