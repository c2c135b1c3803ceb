"""Bytecode, compiled once a package and interpreter, right wherever it is linked."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from jupyter_envs.adapters.bytecode import BytecodeCache, Interpreter, Sources
from tests.channel.interpreters import discover

VERSIONS = ("3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
FOUND = {f"{i.numbers[0]}.{i.numbers[1]}": i for i in discover(VERSIONS)[0]}
KEY = "a" * 64


class Place:
    """A prefix with an interpreter and one small package."""

    def __init__(self, folder: Path, version: str, when: float = 1_700_000_000) -> None:
        self.path = folder
        major, minor = (int(part) for part in version.split("."))
        self.site = f"lib/python{version}/site-packages"
        self.interpreter = Interpreter(folder / "bin/python", (major, minor))
        (folder / self.site / "demo").mkdir(parents=True)
        (folder / "bin").mkdir()
        (folder / "bin/python").symlink_to(FOUND[version].executable)
        for name, text in {
            "demo/__init__.py": "from .inner import answer\n",
            "demo/inner.py": "answer = 42\n",
            "demo/broken.py": "this is no Python\n",
        }.items():
            (folder / self.site / name).write_text(text)
            os.utime(folder / self.site / name, (when, when))

    @property
    def sources(self) -> Sources:
        names = ("demo/__init__.py", "demo/inner.py", "demo/broken.py")
        return Sources(KEY, tuple(f"{self.site}/{name}" for name in names))

    def compile(self, cache: BytecodeCache) -> tuple[str, ...]:
        return cache.add_to(self.path, self.interpreter, [self.sources]).get(KEY, ())

    def compiled(self, name: str = "inner") -> Path:
        tag = self.interpreter.tag
        return self.path / self.site / f"demo/__pycache__/{name}.{tag}.pyc"

    def run(self) -> str:
        """What an import answers, and where the module says it lies."""
        code = "import demo, demo.inner; print(demo.answer, demo.inner.__file__)"
        answer = subprocess.run(
            [self.path / "bin/python", "-c", code],
            env={"PYTHONPATH": str(self.path / self.site)},
            capture_output=True,
            text=True,
            check=True,
        )
        return answer.stdout.strip()


@pytest.fixture(params=sorted(FOUND, key=lambda v: int(v.split(".")[1])))
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def newest() -> str:
    return "3.11" if "3.11" in FOUND else next(iter(FOUND))


@pytest.fixture
def cache(tmp_path: Path) -> BytecodeCache:
    return BytecodeCache(tmp_path / "cache")


def test_python_takes_what_was_compiled_and_writes_nothing(
    tmp_path: Path, cache: BytecodeCache, version: str
) -> None:
    first, second = Place(tmp_path / "1", version), Place(tmp_path / "2", version)
    for place in (first, second):
        made = place.compile(cache)
        assert [Path(path).name.split(".")[0] for path in made] == ["__init__", "inner"]
        before = place.compiled().stat()
        assert place.run() == f"42 {place.path / place.site}/demo/inner.py"
        after = place.compiled().stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert first.compiled().samefile(second.compiled()), "compiled once, linked twice"


def test_a_source_with_another_time_gets_a_header_of_its_own(
    tmp_path: Path, cache: BytecodeCache, newest: str
) -> None:
    first = Place(tmp_path / "1", newest)
    first.compile(cache)
    second = Place(tmp_path / "2", newest, time.time())
    second.compile(cache)
    assert not first.compiled().samefile(second.compiled())
    assert first.compiled().read_bytes()[16:] == second.compiled().read_bytes()[16:]
    before = second.compiled().stat().st_ino
    second.run()
    assert second.compiled().stat().st_ino == before


def test_what_is_compiled_already_is_left_alone(
    tmp_path: Path, cache: BytecodeCache, newest: str
) -> None:
    place = Place(tmp_path / "1", newest)
    place.compiled().parent.mkdir()
    place.compiled().write_bytes(b"the package's own")
    assert len(place.compile(cache)) == 1
    assert place.compiled().read_bytes() == b"the package's own"


def test_damaged_bytecode_is_compiled_anew_and_kept_anew(
    tmp_path: Path, cache: BytecodeCache, newest: str
) -> None:
    first = Place(tmp_path / "1", newest)
    first.compile(cache)
    good = first.compiled().read_bytes()
    with first.compiled().open("r+b") as stream:
        stream.seek(30)
        stream.write(b"damage")
    for number in ("2", "3", "4"):
        place = Place(tmp_path / number, newest)
        place.compile(cache)
        assert place.compiled().read_bytes() == good
        assert place.run().startswith("42 ")
    assert Place(tmp_path / "5", newest).compile(cache)
    assert (tmp_path / "3" / place.compiled().relative_to(place.path)).samefile(place.compiled())


def test_a_damaged_index_is_passed_over(tmp_path: Path, cache: BytecodeCache, newest: str) -> None:
    first = Place(tmp_path / "1", newest)
    first.compile(cache)
    (index,) = (tmp_path / "cache").rglob("index.json")
    index.write_text("{")
    second = Place(tmp_path / "2", newest)
    assert len(second.compile(cache)) == 2
    assert second.run().startswith("42 ")


def test_nothing_of_a_package_runs_when_it_is_compiled(
    tmp_path: Path, cache: BytecodeCache, newest: str
) -> None:
    place = Place(tmp_path / "1", newest)
    marker = tmp_path / "ran"
    for name in ("demo/inner.py", "sitecustomize.py"):
        (place.path / place.site / name).write_text(f"open({str(marker)!r}, 'w')\n")
    place.compile(cache)
    assert place.compiled().is_file()
    assert not marker.exists()


def test_old_pythons_are_left_to_themselves(tmp_path: Path, cache: BytecodeCache) -> None:
    """Headers as PEP 552 has them came with 3.7."""
    interpreter = Interpreter(tmp_path / "bin/python", (2, 7))
    assert cache.add_to(tmp_path, interpreter, [Sources(KEY, ("lib/python2.7/x.py",))]) == {}
