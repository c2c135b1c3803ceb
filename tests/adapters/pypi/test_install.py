"""Locked wheels into a prefix that has files of conda."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_envs.adapters.pypi import PipSettings, install, read_section, resolve, verify
from jupyter_envs.core.errors import (
    BuildError,
    DownloadError,
    InstallError,
    RefusedError,
    UnsolvableError,
)
from jupyter_envs.core.model import Package, Place
from tests.adapters.pypi.sections import (
    HERE,
    PYTHON,
    TAG,
    freeze,
    installed_packages,
    lines,
    locked,
    run,
)
from tests.channel import make_channel, serve
from tests.channel.installing import install as conda_install
from tests.wheels import make_project, make_sdist, make_wheel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="wheels are made for Linux")


def test_what_is_locked_is_installed_as_from_an_index(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    make_wheel(wheels, "tool", "1.0", requires=["dep"], scripts={"tool": "tool:main"},
               files={"tool.py": "def main(): print('works')\n"})  # fmt: skip
    make_wheel(wheels, "dep", "1.5")
    packages = resolve(lines("tool"), (PYTHON,), HERE, settings)
    heard: list[tuple[float, str]] = []
    install(packages, prefix, settings, report=lambda *said: heard.append(said))
    assert freeze(prefix) == ["dep==1.5", "tool==1.0"]
    done = subprocess.run([prefix / "bin" / "tool"], check=True, capture_output=True, text=True)
    assert done.stdout == "works\n"
    assert heard[-1] == (1.0, "Installed 2 distributions")
    assert [fraction for fraction, _ in heard] == sorted(fraction for fraction, _ in heard)
    assert verify(prefix, packages) == ()
    assert not (prefix / ".pip-stage").exists()
    assert not (prefix / ".lock").exists()
    assert b".pip-stage" not in b"".join(
        path.read_bytes() for path in prefix.rglob("*") if path.is_file() and not path.is_symlink()
    )


def test_other_bytes_than_the_locked_ones_are_not_installed(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    path = make_wheel(wheels, "tool", "1.0")
    package = locked(path, "tool", "1.0", sha256="ab" * 32)
    with pytest.raises(DownloadError) as caught:
        install((package,), prefix, settings)
    assert caught.value.code == "E183"
    assert caught.value.message == "The bytes of `tool` are not those of the lock"
    assert freeze(prefix) == []


def test_what_was_fetched_once_installs_without_the_network(
    wheels: Path, settings: PipSettings, prefix: Path, served: tuple[str, list[str]]
) -> None:
    address, seen = served
    path = make_wheel(wheels, "tool", "1.0")
    package = locked(path, "tool", "1.0", url=address + path.name)
    with pytest.raises(DownloadError) as caught:
        install((package,), prefix, replace(settings, offline=True))
    assert "network" in caught.value.message
    assert seen == []
    install((package,), prefix, settings)
    assert seen
    (prefix / "lib").rename(prefix / "gone")
    seen.clear()
    install((package,), prefix, replace(settings, offline=True))
    assert seen == []
    assert verify(prefix, (package,)) == ()


def test_a_locked_wheel_that_is_gone_is_told(
    settings: PipSettings, prefix: Path, served: tuple[str, list[str]]
) -> None:
    package = Package(kind="pip", name="tool", version="1.0", platform=HERE, sha256="ab" * 32,
                      url=served[0] + "tool-1.0-py3-none-any.whl")  # fmt: skip
    with pytest.raises(DownloadError) as caught:
        install((package,), prefix, settings)
    assert caught.value.code == "E184"


def test_a_wheel_of_another_platform_is_refused(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    package = locked(make_wheel(wheels, "tool", "1.0", f"{TAG}-{TAG}-win_amd64"), "tool", "1.0")
    with pytest.raises(InstallError) as caught:
        install((package,), prefix, settings)
    assert caught.value.code == "E221"


def test_a_file_of_conda_is_never_replaced(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    site = next(prefix.glob("lib/python*/site-packages"))
    (site / "shared.py").write_text("conda's\n")
    path = (site / "shared.py").relative_to(prefix).as_posix()
    (prefix / "conda-meta" / "lib-1-0.json").write_text(
        json.dumps({"name": "lib", "files": [path]})
    )
    wheel = make_wheel(wheels, "tool", "1.0", files={"shared.py": "pip's\n", "tool.py": ""})
    before = sorted(prefix.rglob("*"))
    with pytest.raises(InstallError) as caught:
        install((locked(wheel, "tool", "1.0"),), prefix, settings, lines("other", "tool"))
    error = caught.value
    assert error.code == "E229"
    assert error.message == f"`tool` of the pip section would replace `{path}` of conda's `lib`"
    assert error.place == Place(10, 7)
    assert (site / "shared.py").read_text() == "conda's\n"
    assert sorted(prefix.rglob("*")) == before


def test_another_version_of_what_conda_brought_is_refused(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    site = next(prefix.glob("lib/python*/site-packages"))
    (site / "Tool-0.9.dist-info").mkdir()
    (site / "Tool-0.9.dist-info" / "METADATA").write_text("Name: Tool\nVersion: 0.9\n")
    path = (site / "Tool-0.9.dist-info" / "METADATA").relative_to(prefix).as_posix()
    record = {"name": "tool", "files": [path]}
    (prefix / "conda-meta" / "tool-0.9-0.json").write_text(json.dumps(record))
    package = locked(make_wheel(wheels, "tool", "1.0"), "tool", "1.0")
    with pytest.raises(InstallError) as caught:
        install((package,), prefix, settings)
    assert caught.value.message == (
        f"`tool` of the pip section would replace `{path}` of conda's `tool`"
    )


def test_a_source_distribution_runs_its_code_only_where_that_is_allowed(
    wheels: Path, settings: PipSettings, prefix: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    setup = f"open({str(mark)!r}, 'w').write(repr(dict(__import__('os').environ)))"
    source = make_sdist(wheels, "source", "1.0", setup)
    with pytest.raises(UnsolvableError):
        resolve(lines("source"), (PYTHON,), HERE, settings)
    with pytest.raises(RefusedError) as caught:
        install((locked(source, "source", "1.0"),), prefix, settings)
    assert caught.value.code == "E222"
    assert not mark.exists()
    allowed = replace(settings, allow_build_code=True)
    os.environ["SECRET_TOKEN"] = "canary"
    try:
        packages = resolve(lines("source"), (PYTHON,), HERE, allowed)
        install(packages, prefix, allowed)
    finally:
        del os.environ["SECRET_TOKEN"]
    assert packages == (locked(source, "source", "1.0"),)
    assert freeze(prefix) == ["source==1.0"]
    assert "canary" not in mark.read_text()


def test_a_build_that_fails_shows_the_end_of_its_log(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    source = make_sdist(wheels, "source", "1.0", "raise SystemExit('no compiler')")
    with pytest.raises(BuildError) as caught:
        install(
            (locked(source, "source", "1.0"),), prefix, replace(settings, allow_build_code=True)
        )
    assert (caught.value.code, caught.value.message) == ("E226", "The build of `source` failed")
    assert "no compiler" in caught.value.details


def test_the_project_itself_is_installed_editable(settings: PipSettings, prefix: Path) -> None:
    make_project(settings.folder, "mine", "0.1")
    allowed = replace(settings, allow_build_code=True)
    packages = resolve(lines("-e ."), (PYTHON,), HERE, allowed)
    assert [(p.name, p.url, p.sha256) for p in packages] == [("mine", "./#editable", "")]
    install(packages, prefix, allowed)
    (settings.folder / "mine.py").write_text("__version__ = 'edited'\n")
    assert run(prefix, "import mine; print(mine.__version__)") == "edited"
    assert verify(prefix, packages) == ()


def test_a_folder_of_the_project_is_installed_as_it_is(settings: PipSettings, prefix: Path) -> None:
    make_project(settings.folder / "sub dir", "mine", "0.1")
    allowed = replace(settings, allow_build_code=True)
    packages = resolve(lines("./sub dir"), (PYTHON,), HERE, allowed)
    assert [p.url for p in packages] == ["./sub dir"]
    install(packages, prefix, allowed)
    assert run(prefix, "import mine; print(mine.__version__)") == "0.1"


def test_a_wheel_in_the_project_needs_no_build_code(settings: PipSettings, prefix: Path) -> None:
    wheel = make_wheel(settings.folder / "dist", "mine", "0.1")
    packages = resolve(lines("./dist/mine-0.1-py3-none-any.whl"), (PYTHON,), HERE, settings)
    assert packages == (locked(wheel, "mine", "0.1", url="./dist/mine-0.1-py3-none-any.whl"),)
    install(packages, prefix, settings)
    assert freeze(prefix) == ["mine==0.1"]


def test_a_repository_is_locked_at_its_commit(settings: PipSettings, prefix: Path) -> None:
    allowed = replace(settings, allow_build_code=True, allow_vcs=True)
    section = read_section(lines("tool @ git+https://example.org/team/tool@main"), allowed)
    assert section.asked[0].uv_line == "tool @ git+https://example.org/team/tool@main"
    commit = "ab" * 20
    package = Package(kind="pip", name="tool", version="1.0", platform=HERE,
                      url=f"git+https://example.org/team/tool@{commit}")  # fmt: skip
    with pytest.raises(RefusedError) as caught:
        install((package,), prefix, replace(settings, allow_build_code=True))
    assert caught.value.code == "E168"


def test_no_configuration_but_ours_is_read(
    wheels: Path, settings: PipSettings, tmp_path: Path, prefix: Path
) -> None:
    hostile = 'index-url = "http://127.0.0.1:9/stolen"\nfind-links = ["/nowhere"]\n'
    (settings.folder / "uv.toml").write_text(hostile)
    (settings.folder / "pyproject.toml").write_text("[tool.uv]\n" + hostile)
    (tmp_path / "home" / ".config" / "uv").mkdir(parents=True)
    (tmp_path / "home" / ".config" / "uv" / "uv.toml").write_text(hostile)
    before = {name: os.environ.get(name) for name in ("HOME", "UV_INDEX_URL", "PIP_INDEX_URL")}
    os.environ.update(HOME=str(tmp_path / "home"), UV_INDEX_URL="http://127.0.0.1:9/stolen",
                      PIP_INDEX_URL="http://127.0.0.1:9/stolen")  # fmt: skip
    try:
        make_wheel(wheels, "tool", "1.0")
        packages = resolve(lines("tool"), (PYTHON,), HERE, settings)
        install(packages, prefix, settings)
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    assert freeze(prefix) == ["tool==1.0"]


def test_a_damaged_cache_is_healed_before_anything_is_put_in_place(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    package = locked(make_wheel(wheels, "tool", "1.0"), "tool", "1.0")
    install((package,), prefix, settings)
    for cached in settings.cache.rglob("tool.py"):
        cached.write_text("damaged\n")
    (damaged,) = verify(prefix, (package,))
    assert damaged.endswith("/site-packages/tool.py")
    (prefix / "lib").rename(prefix / "gone")
    install((package,), prefix, settings)
    assert verify(prefix, (package,)) == ()
    assert run(prefix, "import tool; print(tool.__version__)") == "1.0"


def test_what_was_changed_by_hand_is_found(
    wheels: Path, settings: PipSettings, prefix: Path
) -> None:
    package = locked(make_wheel(wheels, "tool", "1.0"), "tool", "1.0")
    copied = replace(settings, link_mode="copy")
    install((package,), prefix, copied)
    site = next(prefix.glob("lib/python*/site-packages"))
    (site / "tool.py").write_text("changed\n")
    assert verify(prefix, (package,)) == (str((site / "tool.py").relative_to(prefix)),)
    (site / "tool.py").unlink()
    assert verify(prefix, (package,)) == (str((site / "tool.py").relative_to(prefix)),)
    absent = replace(package, name="absent")
    assert verify(prefix, (absent,)) == ("absent.dist-info",)


def test_pip_and_conda_share_a_real_prefix(tmp_path: Path, settings: PipSettings) -> None:
    prefix = tmp_path / "generation"
    with serve(make_channel()) as server:
        channel = server.channel_url("conda-forge")
        conda_install([channel], ["python=3.11", "numpy"], prefix, cache=tmp_path / "pkgs")
        brought = tuple(installed_packages(prefix))
        indexed = replace(settings, find_links=(), no_index=False, index_url=server.simple_url)
        asked = lines("needs-numpy-demo", "cowsay", "numpy")
        packages = resolve(asked, brought, "linux-64", indexed)
        install(packages, prefix, indexed, asked)
        with pytest.raises(UnsolvableError) as caught:
            resolve(lines("numpy<1"), brought, "linux-64", indexed)
    assert [package.name for package in packages] == ["cowsay", "needs-numpy-demo"]
    assert all(package.size and package.sha256 for package in packages)
    assert verify(prefix, packages) == ()
    assert not any("://" in line for line in freeze(prefix))
    assert run(prefix, "import cowsay, numpy; print(numpy.__file__)").startswith(str(prefix))
    assert caught.value.code == "E225"
