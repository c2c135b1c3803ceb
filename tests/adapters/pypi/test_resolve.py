"""From pip lines to the exact wheels of a platform."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_envs.adapters.pypi import PipSettings, resolve
from jupyter_envs.core.errors import (
    DownloadError,
    EnvsError,
    LockError,
    SpecError,
    UnsolvableError,
)
from jupyter_envs.core.model import Place
from tests.adapters.pypi.sections import (
    HERE,
    PYTHON,
    TAG,
    conda,
    lines,
    locked,
)
from tests.wheels import make_sdist, make_wheel, sha256

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="wheels are made for Linux")


def test_each_distribution_is_locked_with_url_hash_and_what_it_needs(
    wheels: Path, settings: PipSettings
) -> None:
    tool = make_wheel(wheels, "tiny-tool", "1.0", requires=["tiny.dep>=1", "other; os_name=='nt'"])
    dep = make_wheel(wheels, "tiny-dep", "1.5")
    make_wheel(wheels, "tiny-dep", "0.5")
    found = resolve(lines("Tiny_Tool"), (PYTHON,), HERE, settings)
    assert found == (
        locked(dep, "tiny-dep", "1.5"),
        locked(tool, "tiny-tool", "1.0", depends=("tiny-dep",)),  # type: ignore[arg-type]
    )


def test_each_platform_gets_its_own_wheel(wheels: Path, settings: PipSettings) -> None:
    tags = {
        "linux-64": "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "linux-aarch64": "manylinux_2_28_aarch64",
        "osx-64": "macosx_10_9_x86_64",
        "osx-arm64": "macosx_11_0_arm64",
        "win-64": "win_amd64",
    }
    made = {
        platform: make_wheel(wheels, "speedy", "2.0", f"{TAG}-{TAG}-{tag}")
        for platform, tag in tags.items()
    }
    make_wheel(wheels, "speedy", "2.0")
    make_wheel(wheels, "speedy", "2.0", f"{TAG}-{TAG}-manylinux_2_39_x86_64")
    make_wheel(wheels, "winonly", "1.0")
    for platform, path in made.items():
        asked = lines("speedy", "winonly; sys_platform == 'win32'")
        found = resolve(asked, (PYTHON,), platform, settings)
        expected = ["speedy", "winonly"] if platform == "win-64" else ["speedy"]
        assert [package.name for package in found] == expected
        assert found[0].file_name == path.name
        assert found[0].sha256 == sha256(path)


def test_a_platform_that_uv_does_not_know_is_refused(settings: PipSettings) -> None:
    with pytest.raises(EnvsError) as caught:
        resolve(lines("tool"), (PYTHON,), "linux-s390x", settings)
    assert caught.value.message == "The pip section cannot be resolved for `linux-s390x`"


def test_what_conda_brings_is_kept_and_not_locked_again(
    wheels: Path, settings: PipSettings
) -> None:
    make_wheel(wheels, "tool", "1.0", requires=["matplotlib>=3", "zstd"])
    make_wheel(wheels, "matplotlib", "3.9", requires=["huge"])
    make_wheel(wheels, "zstd", "1.0")
    brought = (PYTHON, conda("matplotlib-base", "3.8.1", "python >=3.11"), conda("zstd", "1.5"))
    found = resolve(lines("tool", "matplotlib"), brought, HERE, settings)
    assert [(p.name, p.version) for p in found] == [("tool", "1.0"), ("zstd", "1.0")]
    assert found[0].depends == ("matplotlib", "zstd")


def test_a_line_that_does_not_go_with_conda_names_both(wheels: Path, settings: PipSettings) -> None:
    make_wheel(wheels, "numpy", "2.1")
    make_wheel(wheels, "other", "1.0")
    brought = (PYTHON, conda("numpy", "1.26.4", "python"))
    with pytest.raises(UnsolvableError) as caught:
        resolve(lines("other", "numpy>=2"), brought, HERE, settings)
    error = caught.value
    assert (error.code, error.place) == ("E225", Place(10, 7))
    assert error.message == "conda brings `numpy` 1.26.4, which does not go with `numpy>=2`"
    assert "numpy" in error.details


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (("nosuch",), "E223", "`nosuch` was not found in the package index"),
        (("dep>=9",), "E224", "No version of `dep` is what the line asks for"),
        (("dep==1.5", "tool"), "E225", "No set of packages answers `dep==1.5` and `tool` together"),
        (("source",), "E222", "`source` has no wheel for this Python and platform"),
        (("winwheel",), "E222", "`winwheel` has no wheel for this Python and platform"),
    ],
)
def test_what_has_no_answer_is_told_in_one_sentence_at_its_line(
    wheels: Path, settings: PipSettings, asked: tuple[str, ...], code: str, message: str
) -> None:
    make_wheel(wheels, "dep", "1.5")
    make_wheel(wheels, "tool", "1.0", requires=["dep<1"])
    make_wheel(wheels, "dep", "0.5")
    make_wheel(wheels, "winwheel", "1.0", f"{TAG}-{TAG}-win_amd64")
    make_sdist(wheels, "source", "1.0", "")
    with pytest.raises(UnsolvableError) as caught:
        resolve(lines(*asked), (PYTHON,), HERE, settings)
    error = caught.value
    assert (error.code, error.message) == (code, message), error.details
    assert error.place == Place(9, 7)
    assert error.file == "environment.yml"


def test_a_host_that_is_not_there_is_a_failed_download(settings: PipSettings) -> None:
    nowhere = replace(settings, no_index=False, find_links=(), index_url="http://127.0.0.1:9/x")
    with pytest.raises(DownloadError) as caught:
        resolve(lines("tool"), (PYTHON,), HERE, nowhere)
    assert caught.value.message == "A package index cannot be reached"


def test_without_python_from_conda_there_is_no_pip_section(settings: PipSettings) -> None:
    with pytest.raises(SpecError) as caught:
        resolve(lines("tool"), (), HERE, settings)
    assert caught.value.code == "E138"


def test_the_hash_that_a_line_gives_is_the_wheels(wheels: Path, settings: PipSettings) -> None:
    digest = sha256(make_wheel(wheels, "tool", "1.0"))
    assert resolve(lines(f"tool==1.0 --hash=sha256:{digest}"), (PYTHON,), HERE, settings)
    with pytest.raises(LockError) as caught:
        resolve(lines(f"tool==1.0 --hash=sha256:{'0' * 64}"), (PYTHON,), HERE, settings)
    assert caught.value.code == "E183"


def test_a_password_is_in_no_lock_and_in_no_error(
    wheels: Path, settings: PipSettings, served: tuple[str, list[str]]
) -> None:
    address = served[0].replace("http://", "http://me:hunter2@")
    make_wheel(wheels, "tool", "1.0")
    index = wheels / "simple" / "tool"
    index.mkdir(parents=True)
    name = "tool-1.0-py3-none-any.whl"
    digest = sha256(wheels / name)
    (index / "index.html").write_text(f'<a href="/{name}#sha256={digest}">{name}</a>')
    private = replace(settings, no_index=False, find_links=(), index_url=f"{address}simple")
    (package,) = resolve(lines("tool"), (PYTHON,), HERE, private)
    assert package.url == served[0] + name
    with pytest.raises(EnvsError) as caught:
        resolve(lines("missing"), (PYTHON,), HERE, private)
    assert "hunter2" not in repr(vars(caught.value))
