"""Whatever was done to files by hand: a rebuild brings the right bytes, or changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_envs.core.errors import EnvsError
from jupyter_envs.manager import EnvironmentManager
from tests.channel import Channel, serve
from tests.conftest import MakeProject, build, generation, machine
from tests.small_channel import SmallChannel

TEXT = "share/versions-demo/version.txt"
FILE = "channels: [small]\ndependencies:\n  - versions-demo=1.0\n"


@pytest.fixture
def small(channel: Channel, tmp_path: Path) -> SmallChannel:
    return SmallChannel(tmp_path, channel, "versions-demo", "softlink-demo")


@pytest.fixture(params=["file", "http"])
def own(
    request: pytest.FixtureRequest, small: SmallChannel, tmp_path: Path
) -> Iterator[EnvironmentManager]:
    """A manager whose cache is its own, on a channel that may be damaged."""
    cold = tmp_path / "cold"
    cold.mkdir()
    if request.param == "file":
        with machine(tmp_path, small.path.parent.as_uri(), cold) as manager:
            yield manager
    else:
        with serve(small.path) as server, machine(tmp_path, server.url, cold) as manager:
            yield manager


def damage_in_place(path: Path) -> None:
    """As an editor does that keeps the file: every hard link to it has the change."""
    with path.open("r+b") as stream:
        stream.write(b"damaged")


def test_a_damaged_file_that_generations_share_is_replaced(
    own: EnvironmentManager, project: MakeProject
) -> None:
    one = project(FILE)
    build(own, one)
    first = Path(generation(own, one).prefix)
    damage_in_place(first / TEXT)
    assert build(own, one).outcome == "built", "it is altered, so it is built afresh"
    second = Path(generation(own, one).prefix)
    assert second != first
    assert (second / TEXT).read_text() == "1.0\n"
    assert own.survey(one).drift.in_sync


def test_damage_that_cannot_be_mended_leaves_the_old_generation(
    own: EnvironmentManager, project: MakeProject, small: SmallChannel
) -> None:
    one = project(FILE)
    build(own, one)
    before = generation(own, one)
    damage_in_place(Path(before.prefix) / TEXT)
    archive = small.archive("versions-demo", "1.0")
    archive.unlink()
    with pytest.raises(EnvsError) as error:
        build(own, one)
    assert error.value.code == "E184"
    assert archive.name in error.value.message
    assert generation(own, one) == before
    assert (Path(before.prefix) / TEXT).is_file()
    folder = Path(before.prefix).parent
    assert [p.name for p in folder.iterdir() if p.is_dir()] == [before.id]


def test_an_archive_that_differs_from_its_lock_is_never_built(
    own: EnvironmentManager, project: MakeProject, small: SmallChannel
) -> None:
    one = project(FILE)
    own.start(one, "lock", agree=True).result()
    other = small.archive("versions-demo", "1.1").read_bytes()
    small.archive("versions-demo", "1.0").write_bytes(other)
    with pytest.raises(EnvsError, match="differs from its lock") as error:
        build(own, one)
    assert error.value.code == "E183"
    assert own.survey(one).generation is None


def test_damaged_bytecode_is_compiled_anew(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    """The source is what counts: its package vouches for it, nothing vouches for bytecode."""
    manager.store.cache.unlink()  # the tests' common cache shares its files with every test
    one = project(
        "channels: [conda-forge]\ndependencies:\n  - python=3.11\n  - noarch-python-demo\n"
    )
    build(manager, one)
    first = Path(generation(manager, one).prefix)
    name = "lib/python3.11/site-packages/__pycache__/noarch_python_demo.cpython-311.pyc"
    good = (first / name).read_bytes()
    with (first / name).open("r+b") as stream:
        stream.seek(40)
        stream.write(b"damaged!")
    source = first / "lib/python3.11/site-packages/noarch_python_demo.py"
    damage_in_place(source)
    build(manager, one)
    second = Path(generation(manager, one).prefix)
    assert second != first
    assert (second / name).read_bytes()[16:] == good[16:]
