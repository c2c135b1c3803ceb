"""Find the Python interpreters of this machine that can be packed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The minor versions that a channel may hold, oldest first.
KNOWN = ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")

_PROBE = """
import json, platform, sys
base = getattr(sys, "base_prefix", sys.prefix)
print(json.dumps([platform.python_implementation(), "%d.%d.%d" % sys.version_info[:3], base]))
"""


@dataclass(frozen=True, order=True)
class Interpreter:
    """One CPython that runs here."""

    minor: str
    version: str
    executable: str
    prefix: str

    @property
    def numbers(self) -> tuple[int, int]:
        """`(3, 11)` for 3.11."""
        major, minor = self.minor.split(".")
        return int(major), int(minor)

    @property
    def tag(self) -> str:
        """`311` for 3.11."""
        return self.minor.replace(".", "")

    @property
    def abi(self) -> str:
        """The ABI tag that wheels and `python_abi` name, e.g. `cp311`, `cp37m`, `cp27mu`."""
        suffix = "mu" if self.minor == "2.7" else "m" if self.numbers < (3, 8) else ""
        return f"cp{self.tag}{suffix}"

    @property
    def constraint(self) -> str:
        """What a package compiled for this Python depends on."""
        major, minor = self.numbers
        return f"python >={self.minor},<{major}.{minor + 1}.0a0"


def discover(wanted: tuple[str, ...] | None = None) -> tuple[list[Interpreter], dict[str, str]]:
    """Interpreters by minor version, oldest first, and why others are missing."""
    names = wanted or KNOWN
    found = [interpreter for interpreter in _all() if interpreter.minor in names]
    known = {interpreter.minor for interpreter in found}
    absent = (name for name in names if name not in known)
    return found, {f"python {name}": "no such interpreter on this machine" for name in absent}


@cache
def _all() -> tuple[Interpreter, ...]:
    found: dict[str, Interpreter] = {}
    for minor, executable in _candidates():
        if minor not in found:
            interpreter = _probe(executable)
            if interpreter is not None and interpreter.minor in KNOWN:
                found.setdefault(interpreter.minor, interpreter)
    return tuple(sorted(found.values(), key=lambda i: i.numbers))


def _candidates() -> Iterator[tuple[str, Path]]:
    """Executables with the minor version that each is likely to be; the newest patch first."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [path for path in (root / "versions").glob("*") if path.name[:1].isdigit()]
    for folder in sorted(folders, key=_patch, reverse=True):
        yield ".".join(folder.name.split(".")[:2]), folder / "bin" / "python"
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    yield own, Path(sys.base_prefix) / "bin" / f"python{own}"
    for name in KNOWN:
        executable = shutil.which(f"python{name}")
        if executable is not None:
            yield name, Path(executable)


def _patch(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", folder.name)]


def _probe(executable: Path) -> Interpreter | None:
    if not executable.exists():
        return None
    try:
        answer = subprocess.run(
            [str(executable), "-E", "-c", _PROBE],
            capture_output=True,
            check=True,
            timeout=30,
            text=True,
        )
        implementation, version, prefix = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    minor = ".".join(version.split(".")[:2])
    real = Path(prefix) / "bin" / f"python{minor}"
    if implementation != "CPython" or not real.exists():
        return None
    return Interpreter(minor, version, str(real), str(prefix))
