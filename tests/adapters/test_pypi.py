"""The pip section: uv resolves and installs real wheels that are made here."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from uv import find_uv_bin

from jupyter_envs.adapters.pypi import PipSettings, install, read_section, resolve, verify
from jupyter_envs.core.errors import (
    BuildError,
    DownloadError,
    EnvsError,
    InstallError,
    LockError,
    RefusedError,
    SpecError,
    UnsolvableError,
)
from jupyter_envs.core.model import Package, Place, Requirement
from jupyter_envs.core.pip_lines import pip_line
from tests.wheels import make_project, make_sdist, make_wheel, sha256

HERE = "linux-64" if os.uname().machine == "x86_64" else "linux-aarch64"
MACHINE = os.uname().machine
VERSION = ".".join(str(part) for part in sys.version_info[:3])
TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="wheels are made for Linux")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, wheels: Path) -> PipSettings:
    (tmp_path / "project").mkdir()
    return PipSettings(
        cache=tmp_path / "cache",
        folder=tmp_path / "project",
        find_links=(str(wheels),),
        no_index=True,
    )


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A folder with an interpreter, as conda's part of an environment leaves it."""
    path = tmp_path / "prefix"
    subprocess.run(
        [find_uv_bin(), "venv", "-q", "--no-config", "--python", sys.executable, str(path)],
        check=True,
    )
    (path / "conda-meta").mkdir()
    return path


@pytest.fixture
def served(wheels: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of the folder of wheels, and what was asked of it."""
    seen: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            seen.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=wheels))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    server.server_close()
    thread.join()


def conda(name: str, version: str, *depends: str) -> Package:
    return Package(kind="conda", name=name, version=version, platform=HERE, depends=depends)


PYTHON = conda("python", VERSION)


def lines(*texts: str) -> tuple[Requirement, ...]:
    return tuple(
        Requirement("pip", text, pip_line(text).name, Place(number, 7))
        for number, text in enumerate(texts, start=9)
    )


def locked(path: Path, name: str, version: str, **more: str) -> Package:
    values = {"url": path.as_uri(), "sha256": sha256(path), **more}
    return Package(kind="pip", name=name, version=version, platform=HERE, **values)  # type: ignore[arg-type]


def freeze(prefix: Path) -> list[str]:
    command = [find_uv_bin(), "pip", "freeze", "--no-config", "--python", prefix / "bin" / "python"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1]


def run(prefix: Path, code: str) -> str:
    command = [prefix / "bin" / "python", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("numpy=1.2", "E162"),
        ("numpy==", "E162"),
        ("numpy 1.2", "E162"),
        ("numpy; python_version > '3'x", "E162"),
        ("-e .", "E163"),
        ("./pkg", "E163"),
        ("https://host/x.tar.gz", "E163"),
        ("-r ../private.txt", "E164"),
        ("-c /etc/passwd", "E164"),
        ("../x.whl", "E164"),
        ("pkg @ file:///etc/x.whl", "E164"),
        ("-r missing.txt", "E165"),
        ("-r loop.txt", "E165"),
        ("-r folder", "E165"),
        ("--trusted-host example.org", "E166"),
        ("--config-settings x=y", "E166"),
        ("foo --hash=md5:abc", "E166"),
        ("--index-url https://host/${TOKEN}/", "E167"),
        ("git+https://host/tool@main", "E168"),
        ("git+ssh://git@host/tool", "E168"),
        ("git+file:///tool", "E168"),
        ("hg+https://host/tool", "E168"),
        ("-e git+https://host/tool", "E168"),
    ],
)
def test_lines_that_may_not_be_passed_on_are_refused(
    settings: PipSettings, text: str, code: str
) -> None:
    (settings.folder / "loop.txt").write_text("-r loop.txt\n")
    (settings.folder / "folder").mkdir()
    with pytest.raises(SpecError) as caught:
        read_section(lines(text), settings)
    assert caught.value.code == code, caught.value.message
    assert caught.value.place is not None


def test_included_files_are_read_from_the_folder_of_the_spec(
    wheels: Path, settings: PipSettings
) -> None:
    make_wheel(wheels, "tool", "1.0")
    make_wheel(wheels, "tool", "2.0")
    (settings.folder / "more").mkdir()
    (settings.folder / "more" / "all.txt").write_text("# tools\n-c bounds.txt\ntool>=1 \\\n , <3\n")
    (settings.folder / "more" / "bounds.txt").write_text("tool<2  # not yet\n")
    section = read_section(lines("-r more/all.txt"), settings)
    assert section.files == ("more/all.txt", "more/bounds.txt")
    assert [r.text for r in section.requirements_on(HERE, VERSION)] == ["tool>=1   , <3"]
    found = resolve(lines("-r more/all.txt"), (PYTHON,), HERE, settings)
    assert [(p.name, p.version) for p in found] == [("tool", "1.0")]


def test_a_mistake_in_an_included_file_is_told_with_that_file_and_line(
    settings: PipSettings,
) -> None:
    (settings.folder / "more.txt").write_text("tool\n\nother==\n")
    with pytest.raises(SpecError) as caught:
        read_section(lines("-r more.txt"), settings)
    assert (caught.value.file, caught.value.place) == ("more.txt", Place(3))


def test_without_python_from_conda_there_is_no_pip_section(settings: PipSettings) -> None:
    with pytest.raises(SpecError) as caught:
        resolve(lines("tool"), (), HERE, settings)
    assert caught.value.code == "E138"


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


def test_the_hash_that_a_line_gives_is_the_wheels(wheels: Path, settings: PipSettings) -> None:
    digest = sha256(make_wheel(wheels, "tool", "1.0"))
    assert resolve(lines(f"tool==1.0 --hash=sha256:{digest}"), (PYTHON,), HERE, settings)
    with pytest.raises(LockError) as caught:
        resolve(lines(f"tool==1.0 --hash=sha256:{'0' * 64}"), (PYTHON,), HERE, settings)
    assert caught.value.code == "E183"


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
