"""Bytecode, compiled once a package and interpreter, kept with the cache, linked into each prefix.

Kernels of a fresh generation start as fast as those of an old one.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import struct
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

HEADER = 16
"""PEP 552: magic, flags, then time and size of the source."""
PROGRAM = """
import py_compile, sys
for line in sys.stdin:
    source, target = line.rstrip("\\n").split("\\t")
    try:
        py_compile.compile(source, cfile=target, doraise=True)
    except Exception:
        pass
"""


@dataclass(frozen=True, slots=True)
class Sources:
    """The `.py` files of one package, whose text is the same in every prefix."""

    key: str
    """sha256 of the package's archive."""
    files: tuple[str, ...]
    """Relative to the prefix."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python of a prefix."""

    path: Path
    version: tuple[int, int]

    @property
    def tag(self) -> str:
        return f"cpython-{self.version[0]}{self.version[1]}"


class BytecodeCache:
    """Compiled packages, a folder each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add_to(
        self, prefix: Path, interpreter: Interpreter, packages: Iterable[Sources]
    ) -> dict[str, tuple[str, ...]]:
        """Give the packages of a prefix their `.pyc` files; returns those, by package key."""
        if interpreter.version < (3, 7):
            return {}
        wanted = {p.key: _wanted(prefix, interpreter, p) for p in packages}
        wanted = {key: pairs for key, pairs in wanted.items() if pairs}
        unknown = [key for key in wanted if not self._known(interpreter, key)]
        _compile(prefix, interpreter, [pair for key in unknown for pair in wanted[key]])
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            for key in unknown:
                pool.submit(self._keep, prefix, interpreter, key, wanted[key])
            known = [key for key in wanted if key not in unknown]
            linked = pool.map(lambda k: self._link(prefix, interpreter, k, wanted[k]), known)
            missed = [pair for pairs in linked for pair in pairs]
        _compile(prefix, interpreter, missed)
        return {key: _present(prefix, pairs) for key, pairs in wanted.items()}

    def _known(self, interpreter: Interpreter, key: str) -> bool:
        return (self._entry(interpreter, key) / "index.json").is_file()

    def _entry(self, interpreter: Interpreter, key: str) -> Path:
        return self._folder / interpreter.tag / key

    def _keep(
        self, prefix: Path, interpreter: Interpreter, key: str, pairs: list[tuple[str, str]]
    ) -> None:
        """Link what was compiled into the cache; the index comes last and makes it count."""
        entry = self._entry(interpreter, key)
        made = entry.with_name(f".{entry.name}.{secrets.token_hex(4)}")
        made.mkdir(parents=True)
        index = {}
        for number, (_, target) in enumerate(pairs):
            compiled = prefix / target
            if compiled.is_file():
                content = compiled.read_bytes()
                index[target] = (str(number), hashlib.sha256(content[HEADER:]).hexdigest())
                _link_or_copy(str(compiled), f"{made}/{number}")
        (made / "index.json").write_bytes(msgspec.json.encode(index))
        try:
            made.rename(entry)
        except OSError:  # another build was first
            shutil.rmtree(made, ignore_errors=True)

    def _link(
        self, prefix: Path, interpreter: Interpreter, key: str, pairs: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Returns the pairs that the cache cannot serve."""
        entry = self._entry(interpreter, key)
        try:
            index = msgspec.json.decode(
                (entry / "index.json").read_bytes(), type=dict[str, tuple[str, str]]
            )
        except (OSError, msgspec.DecodeError):
            return pairs
        for folder in {target.rpartition("/")[0] for _, target in pairs}:
            (prefix / folder).mkdir(exist_ok=True)
        missed = [pair for pair in pairs if not _serve(f"{prefix}/", f"{entry}/", index, pair)]
        if missed:  # damaged: the next build keeps it anew
            (entry / "index.json").unlink(missing_ok=True)
            shutil.rmtree(entry, ignore_errors=True)
        return missed


def _wanted(prefix: Path, interpreter: Interpreter, package: Sources) -> list[tuple[str, str]]:
    """Sources without bytecode, and where it belongs."""
    found = []
    for source in package.files:
        folder, name = os.path.split(source)
        target = f"{folder}/__pycache__/{name[:-3]}.{interpreter.tag}.pyc"
        if "/python" in folder and not os.path.lexists(f"{prefix}/{target}"):
            found.append((source, target))
    return found


def _compile(prefix: Path, interpreter: Interpreter, pairs: list[tuple[str, str]]) -> None:
    """By the prefix's own interpreter, isolated: nothing of the packages is imported or run."""
    if not pairs:
        return
    for folder in {target.rpartition("/")[0] for _, target in pairs}:
        (prefix / folder).mkdir(exist_ok=True)
    shares = max(1, min(os.cpu_count() or 1, len(pairs) // 50 + 1))
    workers = [_start(interpreter, prefix) for _ in range(shares)]
    with ThreadPoolExecutor(max_workers=shares) as pool:
        for number, worker in enumerate(workers):
            lines = (f"{s}\t{t}\n" for s, t in pairs[number::shares])
            pool.submit(worker.communicate, "".join(lines).encode())


def _start(interpreter: Interpreter, prefix: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(interpreter.path), "-I", "-S", "-W", "ignore", "-c", PROGRAM],
        cwd=prefix,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _serve(
    prefix: str, entry: str, index: dict[str, tuple[str, str]], pair: tuple[str, str]
) -> bool:
    """Put one cached file in place; its header must name the source as it lies in this prefix.

    Thousands at a time: paths stay text.
    """
    source, target = pair
    number, digest = index.get(target, ("", ""))
    if not number:
        return True  # did not compile then, will not now
    try:
        with open(entry + number, "rb", buffering=0) as stream:  # noqa: PTH123
            content = stream.read()
        status = os.stat(prefix + source)  # noqa: PTH116
        if hashlib.sha256(content[HEADER:]).hexdigest() != digest:
            return False
        stamp = struct.pack("<II", int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF)
        if content[8:HEADER] == stamp:
            _link_or_copy(entry + number, prefix + target)
        else:
            Path(prefix + target).write_bytes(content[:8] + stamp + content[HEADER:])
    except OSError:
        return False
    return True


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _present(prefix: Path, pairs: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(target for _, target in pairs if os.path.lexists(f"{prefix}/{target}"))
