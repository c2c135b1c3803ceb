"""Pack an interpreter of this machine as conda's `python`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from .bytecode import compiled
from .conda_archive import PLACEHOLDER, Entry, Package
from .elf import is_elf, relocate
from .interpreters import Interpreter
from .system_libraries import extension_modules

#: Folders of the standard library that an environment can do without.
_LEFT_OUT = re.compile(
    r"(^|/)(__pycache__|test|tests|idlelib|turtledemo|tkinter|lib-tk|lib-dynload|site-packages)(/|$)|\.(a|o|pyc|pyo|exe)$"
)


def python_packages(
    interpreter: Interpreter, libraries: Sequence[str], scratch: Path
) -> list[Package]:
    """The `python` package of one interpreter and the `python_abi` that goes with it."""
    return [
        _python(interpreter, libraries, scratch / f"python-{interpreter.version}"),
        _python_abi(interpreter),
    ]


def _python(interpreter: Interpreter, libraries: Sequence[str], scratch: Path) -> Package:
    sources = _standard_library(interpreter)
    return Package(
        "python",
        interpreter.version,
        depends=("__glibc >=2.17,<3.0.a0", *libraries, "tzdata"),
        constrains=(f"python_abi {interpreter.minor}.* *_{interpreter.abi}",),
        subdir="linux-64",
        build_suffix="_cpython",
        license="Python-2.0",
        summary="The Python of the machine that made this channel",
        entries=[*_programs(interpreter, scratch), *sources, *compiled(interpreter, sources)],
        extra_index={"python_site_packages_path": f"lib/python{interpreter.minor}/site-packages"},
    )


def _python_abi(interpreter: Interpreter) -> Package:
    return Package(
        "python_abi",
        interpreter.minor,
        constrains=(f"python {interpreter.minor}.* *_cpython",),
        build_number=8,
        build_suffix=f"_{interpreter.abi}",
        noarch="generic",
    )


def foreign_python(version: str, subdir: str) -> Package:
    """A `python` for another platform: good for solving, not for running."""
    return Package(
        "python",
        version,
        depends=("tzdata", "__osx >=11.0" if subdir.startswith("osx") else "__win"),
        constrains=(f"python_abi {'.'.join(version.split('.')[:2])}.*",),
        subdir=subdir,
        build_suffix="_cpython",
        license="Python-2.0",
        entries=[
            Entry(
                "python.exe" if subdir.startswith("win") else "bin/python",
                b"not a program\n",
                executable=True,
            )
        ],
    )


def _programs(interpreter: Interpreter, scratch: Path) -> list[Entry]:
    """`bin/python*`, the shared library and the extension modules, relocated."""
    prefix = Path(interpreter.prefix)
    name = f"python{interpreter.minor}"
    entries = [
        *_relocated([Path(interpreter.executable)], "bin", "$ORIGIN/../lib", scratch),
        *_relocated(_shared_libraries(prefix), "lib", "$ORIGIN", scratch),
        *_relocated(
            extension_modules(interpreter), f"lib/{name}/lib-dynload", "$ORIGIN/../..", scratch
        ),
        Entry("bin/python", link=name),
        Entry(f"bin/python{interpreter.numbers[0]}", link=name),
    ]
    links = [link for link in sorted((prefix / "lib").glob("libpython*.so*")) if link.is_symlink()]
    return [*entries, *(Entry(f"lib/{link.name}", link=link.readlink().name) for link in links)]


def _shared_libraries(prefix: Path) -> list[Path]:
    return sorted(file for file in (prefix / "lib").glob("libpython*.so*") if not file.is_symlink())


def _relocated(files: Sequence[Path], folder: str, rpath: str, scratch: Path) -> list[Entry]:
    copies = []
    for file in files:
        copy = scratch / folder / file.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        copies.append(copy)
    relocate([copy for copy in copies if is_elf(copy)], rpath)
    return [Entry(f"{folder}/{copy.name}", copy.read_bytes(), executable=True) for copy in copies]


def _standard_library(interpreter: Interpreter) -> list[Entry]:
    """Sources, headers and build files, with the prefix replaced by the placeholder."""
    prefix = Path(interpreter.prefix)
    library = prefix / "lib" / f"python{interpreter.minor}"
    readme = f"lib/python{interpreter.minor}/site-packages/README.txt"
    files = (
        file
        for folder in (library, *sorted((prefix / "include").glob("python*")))
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not _LEFT_OUT.search(file.relative_to(folder).as_posix())
    )
    return [
        Entry(readme, b"For packages that are installed.\n"),
        *(_relocatable_text(file, prefix) for file in files),
    ]


def _relocatable_text(file: Path, prefix: Path) -> Entry:
    data = file.read_bytes()
    path = file.relative_to(prefix).as_posix()
    old = str(prefix).encode()
    if old not in data or b"\0" in data:
        return Entry(path, data)
    return Entry(path, data.replace(old, PLACEHOLDER.encode()), prefix="text")
