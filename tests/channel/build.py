"""Make the channel, once for each recipe and set of interpreters, and keep it."""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from filelock import FileLock

from . import layout
from .conda_archive import Package, write_conda
from .dependencies import DependencyTranslator
from .errors import ChannelError
from .index import index_channel
from .interpreters import KNOWN, Interpreter, discover
from .python_package import foreign_python, python_packages
from .recipes import (
    FOREIGN_STACKS,
    LINUX_STACKS,
    PROGRAMS,
    WHEELHOUSE_PINS,
    WHEELHOUSE_STACKS,
    Stack,
)
from .resolve import download, find_wheel, resolve, write_pins
from .special_packages import write_extra_packages, write_special_packages
from .system_libraries import needed_packages, system_packages
from .wheel_packages import (
    certificates,
    compiled_package,
    foreign_package,
    metapackage,
    noarch_package,
    program_package,
    timezones,
)
from .wheelhouse import make_wheelhouse
from .wheels import Wheel, read_wheel

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_Job: TypeAlias = tuple[str, Callable[[], None]]

_WORKERS = 2
_KEEP_UNUSED = 7 * 24 * 3600
#: Sources that decide nothing about what is in the channel.
_NOT_RECIPE = {
    "__init__.py",
    "__main__.py",
    "server.py",
    "simple_index.py",
    "test_channel.py",
    "conftest.py",
    "installing.py",
}


@dataclass(frozen=True)
class Channel:
    """A channel on disk."""

    #: Usable as a `file://` channel.
    path: Path
    #: The folder with this channel, the extra one and all other names; what a server shows.
    root: Path
    #: Wheels and sdists for pip parts; `uv --find-links` takes it.
    wheelhouse: Path
    #: File names, relative to `path`, sorted.
    packages: tuple[str, ...]
    #: What could not be made, and why.
    missing: Mapping[str, str]
    #: Seconds that each step of its build took.
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def extra(self) -> Path:
        """The second, tiny channel."""
        return self.root / layout.EXTRA


def default_cache() -> Path:
    """Where channels are kept between runs."""
    chosen = os.environ.get("JUPYTER_ENVS_TEST_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyter-envs-tests"


def make_channel(
    cache_dir: Path | None = None, interpreters: Iterable[str] | None = None
) -> Channel:
    """The channel for these Python versions (by default all), from the cache or made now."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise ChannelError(
            "the test channel is made of this machine's Python, so it needs linux-64"
        )
    cache = Path(cache_dir or default_cache())
    found, missing = discover(tuple(interpreters) if interpreters is not None else None)
    if not found:
        raise ChannelError("no Python interpreter can be packed here")
    home = cache / "channels" / _key(found)
    home.parent.mkdir(parents=True, exist_ok=True)
    if not (home / "manifest.json").exists():
        with FileLock(cache / ".lock"):
            if not (home / "manifest.json").exists():
                _Build(cache, found, missing).publish(home)
                _remove_unused(home.parent)
    os.utime(home)
    return _load(home)


class _Build:
    """One run from interpreters and recipes to a folder that is renamed into place."""

    def __init__(
        self, cache: Path, interpreters: Sequence[Interpreter], missing: Mapping[str, str]
    ) -> None:
        self._interpreters = {interpreter.minor: interpreter for interpreter in interpreters}
        self._pool_of_wheels = cache / "wheels"
        self._missing = dict(missing)
        self._seconds: dict[str, float] = {}

    def publish(self, home: Path) -> None:
        """Make everything in a temporary folder beside `home`, then rename it."""
        work = Path(tempfile.mkdtemp(prefix=".building-", dir=home.parent))
        try:
            self._make(work)
            work.chmod(0o755)  # other users of the machine may read it
            work.rename(home)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise

    def _make(self, work: Path) -> None:
        root, scratch = work / "root", work / "scratch"
        main, extra = root / layout.MAIN, root / layout.EXTRA
        for subdir in layout.SUBDIRS:
            (main / subdir).mkdir(parents=True)
            (extra / subdir).mkdir(parents=True)
        with ProcessPoolExecutor(_WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
            packer = _Packer(pool)
            packer.submit(self._own_jobs(main, scratch))  # while the network is waited for
            pins = self._timed("resolve", self._resolve)
            self._timed(
                "download", lambda: self._missing.update(download(pins, self._pool_of_wheels))
            )
            packer.submit(self._wheel_jobs(pins, main))
            make_wheelhouse(
                work / "wheelhouse", self._wheels_of(pins, (*WHEELHOUSE_STACKS, *WHEELHOUSE_PINS))
            )
            self._missing.update(self._timed("pack", packer.wait))
        self._missing.update(write_special_packages(main, scratch / "special"))
        write_extra_packages(extra)
        for channel in (main, extra):
            self._timed(f"index {channel.name}", partial(index_channel, channel))
        layout.make_aliases(root)
        shutil.rmtree(scratch, ignore_errors=True)
        self._write_manifest(work, main)

    def _timed(self, step: str, action: Callable[[], _T]) -> _T:
        start = time.monotonic()
        result = action()
        self._seconds[step] = round(time.monotonic() - start, 2)
        log.info("%s: %.1f s", step, self._seconds[step])
        return result

    def _resolve(self) -> dict[Stack, tuple[str, ...]]:
        """Pins for every stack whose Python is here, and for the wheelhouse."""
        pins, missing = resolve(_stacks(self._interpreters))
        self._missing.update(missing)
        return pins | {stack: stack.requirements for stack in WHEELHOUSE_PINS}

    def _own_jobs(self, main: Path, scratch: Path) -> list[_Job]:
        """What needs no wheel: libraries, written at once, and interpreters."""
        interpreters = list(self._interpreters.values())
        libraries = system_packages(interpreters, scratch / "libraries")
        for package in libraries:
            write_conda(package, main)
        for subdir in ("osx-arm64", "win-64"):
            for interpreter in interpreters:
                write_conda(foreign_python(interpreter.version, subdir), main)
        names = [package.name for package in libraries]
        return [
            (
                f"python {i.minor}",
                partial(_write_python, i, needed_packages(i, names), main, scratch),
            )
            for i in interpreters
        ]

    def _wheel_jobs(self, pins: Mapping[Stack, Sequence[str]], main: Path) -> list[_Job]:
        chosen = self._chosen_wheels(pins)
        wheels = {path: read_wheel(path) for path, _ in chosen}
        by_python: dict[str, list[Wheel]] = {}
        for path, stack in chosen:
            by_python.setdefault(stack.python, []).append(wheels[path])
        translator = DependencyTranslator(by_python)
        jobs = [
            (wheel.name, partial(_write, make, main))
            for path, wheel in sorted(wheels.items(), key=lambda item: -item[0].stat().st_size)
            for make in self._packages(
                wheel, [stack for other, stack in chosen if other == path], translator
            )
        ]
        programs = [read_wheel(path) for path in self._wheels_of(pins, [PROGRAMS])]
        jobs += [
            (wheel.name, partial(_write, partial(program_package, wheel), main))
            for wheel in programs
        ]
        return [*jobs, *self._data_jobs(wheels.values(), main)]

    def _packages(
        self, wheel: Wheel, stacks: Sequence[Stack], translator: DependencyTranslator
    ) -> list[Callable[[], Package]]:
        """Every package that this wheel becomes."""
        if not wheel.is_pure:
            return [
                self._platform_package(wheel, stack, translator)
                for stack in sorted(stacks, key=str)
            ]
        versions = [i.version for i in self._interpreters.values() if i.numbers >= (3, 6)]
        makers: list[Callable[[], Package]] = [
            partial(noarch_package, wheel, variant)
            for variant in translator.variants(wheel, versions)
        ]
        return makers

    def _chosen_wheels(self, pins: Mapping[Stack, Sequence[str]]) -> set[tuple[Path, Stack]]:
        """Every wheel file to pack, with the Python and platform it was chosen for."""
        return {
            (path, Stack(stack.python, (), stack.platform))
            for stack in (*LINUX_STACKS, *FOREIGN_STACKS)
            for path in self._wheels_of(pins, [stack])
        }

    def _wheels_of(
        self, pins: Mapping[Stack, Sequence[str]], stacks: Iterable[Stack]
    ) -> list[Path]:
        found = (
            find_wheel(self._pool_of_wheels, pin, stack)
            for stack in stacks
            for pin in pins.get(stack, ())
        )
        return [path for path in found if path is not None]

    def _platform_package(
        self, wheel: Wheel, stack: Stack, translator: DependencyTranslator
    ) -> Callable[[], Package]:
        interpreter = self._interpreters[stack.python]
        depends = translator.depends(wheel, interpreter.version, stack.platform.partition("-")[0])
        if stack.platform == "linux-64":
            return partial(compiled_package, wheel, interpreter, depends)
        return partial(foreign_package, wheel, interpreter, depends, stack.platform)

    def _data_jobs(self, wheels: Iterable[Wheel], main: Path) -> list[_Job]:
        makers: dict[str, Callable[[Wheel], Package]] = {
            "tzdata": timezones,
            "certifi": certificates,
        }
        newest = {wheel.name: wheel for wheel in sorted(wheels, key=lambda w: w.path.name)}
        absent = {name: "its project was not resolved" for name in makers if name not in newest}
        self._missing.update(absent)
        return [
            (name, partial(_write, partial(make, newest[name]), main))
            for name, make in makers.items()
            if name in newest
        ]

    def _write_manifest(self, work: Path, main: Path) -> None:
        packages = sorted(
            path.relative_to(main).as_posix()
            for pattern in ("*/*.conda", "*/*.tar.bz2")
            for path in main.glob(pattern)
        )
        manifest = {"packages": packages, "missing": self._missing, "seconds": self._seconds}
        (work / "manifest.json").write_text(json.dumps(manifest, indent=1))


def renew_pins() -> None:
    """Resolve every stack again and keep the answers in `pins.json`."""
    pins, missing = resolve(_stacks(KNOWN), renew=True)
    for what, why in missing.items():
        raise ChannelError(f"cannot resolve {what}: {why}")
    write_pins(pins)


def _stacks(pythons: Container[str]) -> list[Stack]:
    packed = [stack for stack in (*LINUX_STACKS, *FOREIGN_STACKS) if stack.python in pythons]
    return [*packed, PROGRAMS, *WHEELHOUSE_STACKS]


class _Packer:
    """Runs jobs in a few processes; one that fails is reported and left out."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self._running: dict[Future[None], str] = {}

    def submit(self, jobs: Iterable[_Job]) -> None:
        self._running |= {self._pool.submit(job): name for name, job in jobs}

    def wait(self) -> dict[str, str]:
        """Which jobs failed, and why."""
        failed = {}
        for future, name in self._running.items():
            error = future.exception()
            if error is not None:
                failed[name] = f"{type(error).__name__}: {error}"
        return failed


def _write(make: Callable[[], Package], main: Path) -> None:
    package = make()
    write_conda(package, main)
    second = metapackage(package.name, package.version)
    if second is not None:
        write_conda(second, main)


def _write_python(
    interpreter: Interpreter, libraries: Sequence[str], main: Path, scratch: Path
) -> None:
    for package in python_packages(interpreter, libraries, scratch):
        write_conda(package, main)


def _key(interpreters: Sequence[Interpreter]) -> str:
    """A hash of everything that decides what is in the channel."""
    digest = hashlib.sha256(
        json.dumps([asdict(interpreter) for interpreter in interpreters]).encode()
    )
    for source in sorted(Path(__file__).parent.glob("*")):
        if source.suffix in (".py", ".json") and source.name not in _NOT_RECIPE:
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _load(home: Path) -> Channel:
    manifest = json.loads((home / "manifest.json").read_text())
    root = home / "root"
    return Channel(
        root / layout.MAIN,
        root,
        home / "wheelhouse",
        tuple(manifest["packages"]),
        manifest["missing"],
        manifest["seconds"],
    )


def _remove_unused(folder: Path) -> None:
    """Remove channels that nothing has asked for in a week."""
    limit = time.time() - _KEEP_UNUSED
    for home in folder.iterdir():
        if home.stat().st_mtime < limit:
            shutil.rmtree(home, ignore_errors=True)
