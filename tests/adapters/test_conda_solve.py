"""Requirements and channels in, exact packages out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.channel import Channel
from tests.engine import Task, Told, lines, run


@pytest.fixture
def task(channel: Channel, tmp_path: Path) -> Task:
    return Task(cache=str(tmp_path / "cache"), channels=(channel.path.as_uri(),))


@pytest.fixture
def both(task: Task, channel: Channel) -> Task:
    """Two channels that share a name: `versions-demo` is 2.0 in the first, 3.0 in the second."""
    return replace(task, channels=(channel.path.as_uri(), channel.extra.as_uri()))


def solved(task: Task, *texts: str) -> Told:
    told = run(replace(task, requirements=lines(*texts)))
    assert not told.code, (told.message, told.details)
    return told


def test_every_package_carries_what_a_lock_needs(task: Task) -> None:
    (package,) = solved(task, "versions-demo=1").packages
    assert package.version == "1.1"
    assert package.subdir == "noarch"
    assert package.platform == "linux-64"
    assert package.url == f"{package.channel}/noarch/{package.file_name}"
    assert len(package.sha256) == 64
    assert package.size > 0


def test_pip_comes_along_with_python_as_in_conda(task: Task) -> None:
    assert "pip" in solved(task, "python=3.11").versions


def test_by_strict_priority_the_first_channel_hides_a_name_in_the_others(both: Task) -> None:
    assert solved(both, "versions-demo").versions == {"versions-demo": "2.0"}
    told = run(replace(both, requirements=lines("versions-demo>=3")))
    assert told.code == "E202"
    assert "only in `extra`, behind `conda-forge`" in told.message
    assert "extra::versions-demo>=3" in told.hint


def test_flexible_priority_takes_the_lower_channel_only_where_it_must(both: Task) -> None:
    flexible = replace(both, priority="flexible")
    assert solved(flexible, "versions-demo").versions == {"versions-demo": "2.0"}
    assert solved(flexible, "versions-demo>=3").versions == {"versions-demo": "3.0"}


def test_disabled_priority_takes_the_newest_of_all_channels(both: Task) -> None:
    assert solved(replace(both, priority="disabled"), "versions-demo").versions == {
        "versions-demo": "3.0"
    }


def test_a_prefix_leads_to_its_channel_even_where_that_is_not_listed(
    task: Task, channel: Channel
) -> None:
    named = replace(task, prefixes={"other": (channel.extra.as_uri(),)})
    assert solved(named, "other::versions-demo").versions == {"versions-demo": "3.0"}
    assert solved(named, "other/noarch::versions-demo[version='>=3']").versions


def test_a_prefix_that_means_several_channels_takes_from_any_of_them(
    both: Task, channel: Channel
) -> None:
    defaults = replace(both, prefixes={"defaults": both.channels})
    told = solved(defaults, "defaults::extra-demo", "defaults::linux-only-demo")
    assert {p.channel for p in told.packages} == set(both.channels)


def test_a_lock_is_kept_where_nothing_speaks_against_it(task: Task) -> None:
    before = solved(task, "versions-demo=1.1").packages
    kept = solved(replace(task, preferred=before), "versions-demo", "idna")
    assert kept.versions["versions-demo"] == "1.1"
    assert before[0] in kept.packages, "as complete as a fresh answer"
    moved = solved(replace(task, preferred=before), "versions-demo>=2")
    assert moved.versions == {"versions-demo": "2.0"}


def test_a_locked_package_that_left_its_channel_is_not_chosen_again(task: Task) -> None:
    (before,) = solved(task, "versions-demo=1.1").packages
    gone = replace(before, version="1.5", url=before.url.replace("1.1", "1.5"))
    other = replace(before, sha256="0" * 64)
    for preferred in (gone, other):
        told = solved(replace(task, preferred=(preferred,)), "versions-demo")
        assert told.versions == {"versions-demo": "2.0"}


@pytest.mark.parametrize("platform", ["linux-64", "osx-arm64", "win-64"])
def test_other_platforms_are_solved_here(task: Task, platform: str) -> None:
    (package,) = solved(replace(task, platform=platform), "three-platforms-demo").packages
    assert (package.subdir, package.platform) == (platform, platform)


def test_a_search_without_end_is_ended(tmp_path: Path) -> None:
    """Twelve pigeons, eleven holes: no solver sees at once that it cannot be."""
    pigeons, holes = 12, 11
    packages = {}
    for pigeon in range(pigeons):
        for hole in range(holes):
            others = [f"hole{hole} ={pigeon}"]
            packages[f"p{pigeon}-{hole}-0.conda"] = _entry(f"p{pigeon}", str(hole), others)
    for hole in range(holes):
        for pigeon in range(pigeons):
            packages[f"hole{hole}-{pigeon}-0.conda"] = _entry(f"hole{hole}", str(pigeon), [])
    folder = tmp_path / "pigeons/noarch"
    folder.mkdir(parents=True)
    index = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": packages}
    (folder / "repodata.json").write_text(json.dumps(index))
    told = run(
        Task(
            cache=str(tmp_path / "cache"),
            channels=(folder.parent.as_uri(),),
            requirements=lines(*(f"p{n}" for n in range(pigeons))),
            seconds=1,
        )
    )
    assert (told.code, told.message) == ("E205", "The solver found no answer in 1 s")
    assert "Pin `python`" in told.hint


def _entry(name: str, version: str, depends: list[str]) -> dict[str, object]:
    return {
        "name": name,
        "version": version,
        "build": "0",
        "build_number": 0,
        "depends": depends,
        "subdir": "noarch",
        "sha256": "0" * 64,
        "size": 1,
    }
