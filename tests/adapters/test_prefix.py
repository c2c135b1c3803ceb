"""Real prefixes of the local channel, changed behind our back as people change them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_envs.adapters.prefix import (
    RecordCache,
    changed_since,
    deep_check,
    fingerprint,
    manifest_of,
    read_installed,
    shared_with,
)
from jupyter_envs.core.altered import damaged
from jupyter_envs.core.drift import compare, describe
from jupyter_envs.core.installed import Damage
from jupyter_envs.core.model import Drift, Generation, Package
from jupyter_envs.core.unmet import Asked
from tests.adapters.prefixes import install_conda
from tests.answers import answers

SITE = "lib/python3.11/site-packages"
SPECS = ("python=3.11", "pip", "requests", "tqdm", "softlink-demo", "text-prefix-demo")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prefix = tmp_path_factory.mktemp("store") / "gens" / "1-0123456789ab"
    install_conda(prefix, *SPECS)
    return prefix


@pytest.fixture
def prefix(original: Path, tmp_path: Path) -> Path:
    """A copy that tests may spoil; it shares no file with anything."""
    return Path(shutil.copytree(original, tmp_path / "prefix", symlinks=True))


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "tqdm", "99.0")
    write_wheel(folder, "quietly", "1.0")
    write_wheel(folder, "quietly", "2.0")
    return folder


def write_wheel(folder: Path, name: str, version: str) -> None:
    metadata = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": f"version = '{version}'\n",
        f"{name}/deep/__init__.py": "",
        f"{metadata}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{metadata}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},sha256={digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{metadata}/RECORD"] = "\n".join([*lines, f"{metadata}/RECORD,,"]) + "\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


def digest(text: str) -> str:
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def pip(prefix: Path, *arguments: str) -> None:
    """The pip that is in the prefix, without network and without leaving bytecode of its own."""
    command = [str(prefix / "bin/python"), "-I", "-m", "pip", "--no-input", *arguments]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(prefix), "PIP_NO_INDEX": "1"}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)


def generation_of(prefix: Path) -> Generation:
    """As if what is there now were what was locked."""
    installed = read_installed(str(prefix), RecordCache())
    foreign = (d.package for d in installed.distributions if d.foreign)
    packages = (*(record.package for record in installed.records), *foreign)
    return Generation(
        number=1,
        id="1-0123456789ab",
        prefix=str(prefix),
        created="2026-01-01T00:00:00Z",
        spec_sha256="",
        requirements=(),
        packages=packages,
    )


class Watched:
    """A prefix beside what was locked for it; reads keep their cache, as a server's do."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self.generation = generation_of(prefix)
        self._cache = RecordCache()
        self.drift()

    def drift(self) -> tuple[str, ...]:
        installed = read_installed(str(self.prefix), self._cache)
        found = compare(Asked(), self.generation, installed, (), answers)
        return describe(found)


@pytest.fixture
def watched(prefix: Path) -> Watched:
    return Watched(prefix)


def test_a_fresh_prefix_is_in_sync_and_whole(watched: Watched) -> None:
    assert watched.drift() == ("in sync",)
    assert deep_check(str(watched.prefix)) == ()


def test_records_and_metadata_tell_the_same_packages(original: Path) -> None:
    installed = read_installed(str(original), RecordCache())
    names = {record.package.name: record for record in installed.records}
    assert {"python", "pip", "requests", "tqdm"} <= names.keys()
    assert names["requests"].distributions == ("requests",)
    assert names["requests"].package.channel.endswith("/conda-forge")
    assert {d.owner for d in installed.distributions} <= names.keys()
    assert not any(d.foreign for d in installed.distributions)


def test_pip_install_beside(watched: Watched, wheels: Path) -> None:
    pip(watched.prefix, "install", "--find-links", str(wheels), "quietly==1.0")
    assert watched.drift() == (
        "altered",
        "  pip quietly: pip installed it, it is not in the lock",
    )


def test_pip_install_upgrade_over_a_conda_package(watched: Watched, wheels: Path) -> None:
    pip(watched.prefix, "install", "-U", "--find-links", str(wheels), "tqdm")
    was = next(p.version for p in watched.generation.packages if p.name == "tqdm")
    assert watched.drift() == ("altered", f"  tqdm: pip installed 99.0 over conda's {was}")


def test_pip_install_of_the_same_version_over_a_conda_package(
    watched: Watched, wheels: Path
) -> None:
    was = next(p.version for p in watched.generation.packages if p.name == "tqdm")
    write_wheel(wheels, "tqdm", was)
    again = ("--force-reinstall", "--no-deps", f"tqdm=={was}")
    pip(watched.prefix, "install", "--find-links", str(wheels), *again)
    assert watched.drift() == ("altered", "  tqdm: pip installed the same version over conda's")


def test_pip_uninstall_of_a_conda_package(watched: Watched) -> None:
    pip(watched.prefix, "uninstall", "-y", "tqdm")
    assert list(watched.prefix.glob("conda-meta/tqdm-*.json"))
    assert watched.drift() == (
        "altered",
        "  tqdm: pip has removed it, conda's record of it stays",
    )


def test_pip_install_editable(watched: Watched, tmp_path: Path) -> None:
    project = tmp_path / "mine"
    project.mkdir()
    (project / "backend.py").write_text(BACKEND)
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    pip(watched.prefix, "install", "--no-build-isolation", "-e", str(project))
    assert watched.drift() == (
        "altered",
        f"  pip mine: pip installed it as editable from `file://{project}`",
    )


BACKEND = """
import zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "mine-0.1-py3-none-any.whl"
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as archive:
        archive.writestr("mine.pth", "/nowhere\\n")
        info = "mine-0.1.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: mine\\nVersion: 0.1\\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        archive.writestr(f"{info}/RECORD", "")
    return name
"""


def test_a_package_of_the_lock_s_pip_part(prefix: Path, wheels: Path) -> None:
    pip(prefix, "install", "--find-links", str(wheels), "quietly==1.0")
    watched = Watched(prefix)
    assert watched.drift() == ("in sync",)
    pip(prefix, "install", "-U", "--find-links", str(wheels), "quietly")
    assert watched.drift() == ("altered", "  pip quietly: 1.0 was locked, 2.0 is installed")
    shutil.rmtree(prefix / SITE / "quietly")
    pip(prefix, "install", "--force-reinstall", "--find-links", str(wheels), "quietly==1.0")
    assert watched.drift() == ("in sync",)
    shutil.rmtree(prefix / SITE / "quietly/deep")
    assert watched.drift() == (
        "altered",
        f"  pip quietly: its folder `{SITE}/quietly/deep` is gone",
    )
    pip(prefix, "uninstall", "-y", "quietly")
    assert watched.drift() == ("altered", "  pip quietly: it was locked, it is removed")


@pytest.mark.parametrize("folder", ["requests", "pip/_vendor/rich"])
def test_a_deleted_package_folder(watched: Watched, folder: str) -> None:
    shutil.rmtree(watched.prefix / SITE / folder)
    name = folder.partition("/")[0]
    assert watched.drift() == ("altered", f"  {name}: its folder `{SITE}/{folder}` is gone")


def test_a_deleted_folder_of_a_package_without_python(watched: Watched) -> None:
    folders = sorted((watched.prefix / "share").rglob("*demo*"))
    folder = next(path for path in folders if path.is_dir())
    shutil.rmtree(folder)
    where = folder.relative_to(watched.prefix)
    _, line = watched.drift()
    assert line.endswith(f": its folder `{where}` is gone")


def test_a_removed_record(watched: Watched) -> None:
    next(watched.prefix.glob("conda-meta/softlink-demo-*.json")).unlink()
    assert watched.drift() == ("altered", "  softlink-demo: it was locked, it is removed")


def test_a_torn_record(watched: Watched) -> None:
    record = next(watched.prefix.glob("conda-meta/softlink-demo-*.json"))
    record.write_bytes(record.read_bytes()[:100])
    assert watched.drift() == ("altered", "  softlink-demo: conda's record of it cannot be read")


def test_use_leaves_nothing_that_shows(watched: Watched) -> None:
    manifest = manifest_of(str(watched.prefix))
    before = fingerprint(str(watched.prefix))
    code = "import requests, tqdm"
    subprocess.run([watched.prefix / "bin/python", "-I", "-c", code], check=True)
    assert list((watched.prefix / SITE / "tqdm").rglob("*.pyc"))
    assert watched.drift() == ("in sync",)
    assert deep_check(str(watched.prefix)) == ()
    assert changed_since(str(watched.prefix), manifest) == ()
    assert fingerprint(str(watched.prefix)) == before


def test_the_fingerprint_moves_when_packages_come_and_go(prefix: Path, wheels: Path) -> None:
    seen = {fingerprint(str(prefix))}
    pip(prefix, "install", "--find-links", str(wheels), "quietly==1.0")
    seen.add(fingerprint(str(prefix)))
    pip(prefix, "uninstall", "-y", "quietly")
    seen.add(fingerprint(str(prefix)))
    next(prefix.glob("conda-meta/softlink-demo-*.json")).unlink()
    seen.add(fingerprint(str(prefix)))
    shutil.rmtree(prefix / SITE / "tqdm")
    seen.add(fingerprint(str(prefix)))
    assert len(seen) == 5


def test_a_prefix_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    installed = read_installed(str(tmp_path / "absent"), RecordCache())
    assert (installed.records, installed.distributions) == ((), ())
    assert fingerprint(str(tmp_path / "absent")) == ()


def test_an_edit_is_seen_without_hashing_and_named_by_hashing(watched: Watched) -> None:
    manifest = manifest_of(str(watched.prefix))
    edited = watched.prefix / SITE / "requests/api.py"
    edited.write_text("# edited\n")
    (watched.prefix / SITE / "requests/hooks.py").unlink()
    (watched.prefix / SITE / "sneaky.pth").write_text("import os\n")
    found = [(c.file, c.how) for c in changed_since(str(watched.prefix), manifest)]
    assert found == [
        (f"{SITE}/requests/api.py", "changed"),
        (f"{SITE}/requests/hooks.py", "gone"),
        (f"{SITE}/sneaky.pth", "added"),
    ]
    assert watched.drift() == ("in sync",)
    assert describe(Drift(altered=damaged(deep_check(str(watched.prefix))))) == (
        "altered",
        f"  requests: its file `{SITE}/requests/api.py` was changed,"
        " and 1 more of its files is damaged",
    )


def test_each_changed_byte_is_found(prefix: Path) -> None:
    files = sorted(
        path
        for path in prefix.rglob("*.py")
        if path.stat().st_size and not path.is_symlink() and "demo" not in path.name
    )[::25]
    for path in files:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    found = {damage.file for damage in deep_check(str(prefix))}
    assert len(files) > 20
    assert found == {str(path.relative_to(prefix)) for path in files}


def test_a_changed_file_of_a_pip_package(prefix: Path, wheels: Path) -> None:
    pip(prefix, "install", "--find-links", str(wheels), "quietly==1.0")
    assert deep_check(str(prefix)) == ()
    (prefix / SITE / "quietly/__init__.py").write_text("version = '1.1'\n")
    quietly = Package(kind="pip", name="quietly", version="1.0")
    damage = Damage(package=quietly, file=f"{SITE}/quietly/__init__.py", why="was changed")
    assert deep_check(str(prefix)) == (damage,)


def test_a_link_is_judged_by_what_it_leads_to(prefix: Path) -> None:
    links = [path for path, _ in softlinks(prefix)]
    assert links
    for link in links:
        link.unlink()
    gone = {str(link.relative_to(prefix)) for link in links}
    assert {d.file for d in deep_check(str(prefix)) if d.why == "is gone"} == gone


def softlinks(prefix: Path) -> Iterator[tuple[Path, str]]:
    for record in prefix.glob("conda-meta/*.json"):
        content = json.loads(record.read_text())
        for entry in content["paths_data"]["paths"]:
            if entry["path_type"] == "softlink":
                yield prefix / entry["_path"], content["name"]


def test_progress_counts_every_file(prefix: Path) -> None:
    heard: list[tuple[int, int]] = []
    deep_check(str(prefix), lambda done, total: heard.append((done, total)))
    done, total = heard[-1]
    assert done == total > 1000
    assert heard == sorted(heard)


def test_a_damaged_file_is_named_for_each_generation_that_shares_it(
    prefix: Path, tmp_path: Path
) -> None:
    """Also where it lies under another path, as for another Python, and not in an old copy."""
    linked, copied = tmp_path / "linked", tmp_path / "copied"
    shutil.copytree(prefix, linked, symlinks=True, copy_function=os.link)
    (linked / "lib/python3.11").rename(linked / "lib/python3.12")
    shutil.copytree(prefix, copied, symlinks=True)
    with (prefix / SITE / "requests/api.py").open("a") as stream:
        stream.write("# edited in place\n")
    (damage,) = deep_check(str(prefix))
    assert damage.shared
    assert damage.source
    others = (str(linked), str(copied), str(tmp_path / "absent"))
    ((other, (same,)),) = shared_with((damage,), str(prefix), others)
    assert other == str(linked)
    assert same.file == "lib/python3.12/site-packages/requests/api.py"
    assert same.package == damage.package
