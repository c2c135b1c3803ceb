"""Where generations live: begun, completed, switched, collected, found again."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_envs.adapters.files import link_atomically, write_atomically
from jupyter_envs.adapters.store import Environment, Generations, Store
from jupyter_envs.core.errors import BuildError, BusyError, UnsupportedError
from jupyter_envs.core.model import Generation

DIGITS = "0123456789abcdef"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.open()
    return store


@pytest.fixture
def environment(store: Store, tmp_path: Path) -> Environment:
    folder = tmp_path / "My Project"
    folder.mkdir()
    return store.make(folder, "environment.yml")


@pytest.fixture
def generations(environment: Environment) -> Generations:
    return environment.generations


def begin(generations: Generations) -> Generation:
    number, identity, prefix = generations.begin(DIGITS)
    (prefix / "file").write_text(f"{number}")
    return Generation(
        number=number, id=identity, prefix=str(prefix), created="2026-01-01T00:00:00+00:00",
        environment="demo", spec_sha256="", requirements=(), packages=(),
    )  # fmt: skip


def publish(generations: Generations) -> Generation:
    generation = begin(generations)
    generations.complete(generation, b"files")
    generations.switch(generation.id)
    return generation


@contextlib.contextmanager
def free(lease: Path) -> Iterator[bool]:
    yield True


@contextlib.contextmanager
def held(lease: Path) -> Iterator[bool]:
    yield False


def test_only_its_owner_may_look_into_a_store(store: Store) -> None:
    assert stat.S_IMODE(store.root.stat().st_mode) == 0o700


def test_a_store_of_a_later_version_is_left_alone(store: Store) -> None:
    (store.root / "format").write_text('{"format": 2}')
    with pytest.raises(UnsupportedError, match="later version"):
        Store(store.root).open()


def test_generations_are_numbered_one_after_another(generations: Generations) -> None:
    first, second = publish(generations), publish(generations)
    assert (first.id, second.id) == ("1-0123456789ab", "2-0123456789ab")
    generations.discard(second.id)
    assert begin(generations).number == 2
    assert generations.begin(DIGITS)[0] == 3, "what was begun and left counts too"


def test_a_generation_exists_from_its_last_write_on(generations: Generations) -> None:
    generation = begin(generations)
    assert generations.all() == ()
    with pytest.raises(BuildError, match="not complete"):
        generations.switch(generation.id)
    generations.complete(generation, b"files")
    assert generations.all() == (generation,)
    assert generations.current() is None, "but kernels start on it only from the switch on"
    generations.switch(generation.id)
    assert generations.current() == generation
    assert generations.manifest(generation.id) == b"files"


def test_readers_of_the_pointer_never_miss(generations: Generations) -> None:
    ids = [publish(generations).id for _ in range(2)]
    seen, stop = [0, 0], threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen[(generations.pointer / "file").read_text() == ""] += 1

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2000):
        link_atomically(generations.pointer, f"gens/{ids[number % 2]}")
    stop.set()
    reader.join()
    assert seen[0] > 0
    assert seen[1] == 0


def test_what_an_interrupted_build_left_is_put_away(generations: Generations, store: Store) -> None:
    kept = publish(generations)
    left = begin(generations)
    (generations.root / ".current.4711").symlink_to("nowhere")
    generations.recover()
    assert not Path(left.prefix).exists()
    assert not list(generations.root.glob(".current.*"))
    assert generations.current() == kept
    assert len(list(store.trash.iterdir())) == 1
    store.empty_trash()
    assert not list(store.trash.iterdir())


def test_a_lost_pointer_leads_to_the_newest_generation_again(generations: Generations) -> None:
    publish(generations)
    newest = publish(generations)
    generations.pointer.unlink()
    generations.recover()
    assert generations.current() == newest


def test_a_record_that_cannot_be_read_makes_no_generation(generations: Generations) -> None:
    generation = publish(generations)
    (generations.folder / f"{generation.id}.complete.json").write_text('{"number": 1, "id"')
    assert generations.current() is None
    assert generations.all() == ()


def test_the_newest_stay_and_the_current_one_always(generations: Generations) -> None:
    made = [publish(generations) for _ in range(5)]
    generations.switch(made[0].id)
    assert generations.collect(2, free) == (made[1].id, made[2].id)
    assert [g.number for g in generations.all()] == [1, 4, 5]
    assert sorted(p.name for p in generations.folder.iterdir() if p.is_dir()) == [
        made[0].id, made[3].id, made[4].id
    ]  # fmt: skip


def test_what_a_kernel_holds_stays(generations: Generations) -> None:
    made = [publish(generations) for _ in range(3)]
    assert generations.collect(1, held) == ()
    assert generations.all() == tuple(made)


def test_two_builds_of_one_environment_take_turns(generations: Generations) -> None:
    with generations.locked():
        other = Generations(generations.root, generations.root)
        with pytest.raises(BusyError), other.locked(timeout=0.1):
            pass
    with other.locked(timeout=0.1):
        pass


def test_an_environment_is_found_by_its_folder(store: Store, environment: Environment) -> None:
    folder = Path(environment.record.project)
    assert environment.id.startswith("my-project-")
    again = Store(store.root).of(folder)
    assert again is not None
    assert again.record == environment.record


def test_a_project_that_was_moved_finds_its_environment_again(
    store: Store, environment: Environment, tmp_path: Path
) -> None:
    old = Path(environment.record.project)
    store.save(replace(environment.record, files_sha256="abc"))
    assert store.moved(tmp_path / "new", "abc") is None, "a copy is another project"
    old.rename(tmp_path / "new")
    assert store.moved(tmp_path / "new", "other content") is None
    found = store.moved(tmp_path / "new", "abc")
    assert found is not None
    assert found.id == environment.id
    assert store.of(tmp_path / "new") is not None
    assert store.of(old) is None


def test_a_new_project_at_an_old_place_gets_an_environment_of_its_own(
    store: Store, environment: Environment, tmp_path: Path
) -> None:
    old = Path(environment.record.project)
    store.save(replace(environment.record, files_sha256="abc"))
    old.rename(tmp_path / "new")
    store.moved(tmp_path / "new", "abc")
    old.mkdir()
    other = store.make(old, "environment.yml")
    assert other.id != environment.id
    assert len(store.all()) == 2


def test_a_removed_environment_leaves_nothing(store: Store, environment: Environment) -> None:
    publish(environment.generations)
    store.remove(environment)
    assert store.all() == ()
    assert not environment.root.exists()
    assert not list(store.trash.iterdir())


def test_a_damaged_record_is_no_environment(store: Store, environment: Environment) -> None:
    (environment.root / "environment.json").write_text("{")
    assert store.all() == ()


def test_writing_replaces_all_or_nothing_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "conda-lock.yml"
    path.write_text("old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    write_atomically(tmp_path / "fresh", b"x")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o666 & ~mask
    assert sorted(p.name for p in tmp_path.iterdir()) == ["conda-lock.yml", "fresh"]
