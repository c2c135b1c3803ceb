"""Pack the system libraries that interpreters need, under the names conda gives them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .conda_archive import Entry, Package
from .elf import linked_libraries, relocate
from .interpreters import Interpreter


@dataclass(frozen=True)
class Library:
    """A conda package made of shared libraries of this machine."""

    package: str
    sonames: str
    license: str
    depends: tuple[str, ...] = ()


LIBRARIES = (
    Library("openssl", r"lib(ssl|crypto)\.so", "Apache-2.0", ("ca-certificates",)),
    Library("libffi", r"libffi\.so", "MIT"),
    Library("libsqlite", r"libsqlite3\.so", "blessing", ("libzlib",)),
    Library("bzip2", r"libbz2\.so", "bzip2-1.0.6"),
    Library("liblzma", r"liblzma\.so", "0BSD"),
    Library("libzlib", r"libz\.so", "Zlib"),
    Library("libexpat", r"libexpat\.so", "MIT"),
    Library("ncurses", r"lib(ncursesw?|tinfo|panelw?)\.so", "X11"),
    Library("readline", r"libreadline\.so", "GPL-3.0-only", ("ncurses",)),
    Library("libuuid", r"libuuid\.so", "BSD-3-Clause"),
)

_VERSIONS = """
import json
versions = {}
try:
    import ssl
    versions["openssl"] = ssl.OPENSSL_VERSION.split()[1]
except ImportError: pass
try:
    import sqlite3
    versions["libsqlite"] = sqlite3.sqlite_version
except ImportError: pass
print(json.dumps(versions))
"""


def system_packages(interpreters: Sequence[Interpreter], scratch: Path) -> list[Package]:
    """One package for each library that any of these interpreters links against."""
    files: dict[str, Path] = {}
    for interpreter in interpreters:
        files |= linked_libraries(extension_modules(interpreter))
    versions = _versions(interpreters[-1])
    packages = (_pack(library, files, versions, scratch / library.package) for library in LIBRARIES)
    made = [package for package in packages if package is not None]
    names = {package.name for package in made}
    return [*made, *_aliases(made)] if names else []


def extension_modules(interpreter: Interpreter) -> list[Path]:
    """The compiled standard library modules that are worth packing."""
    folder = Path(interpreter.prefix, "lib", f"python{interpreter.minor}", "lib-dynload")
    return sorted(
        file
        for file in folder.glob("*.so")
        if not re.match(r"_test|_tkinter|xx|_ctypes_test|nis", file.name)
    )


def needed_packages(interpreter: Interpreter, available: Iterable[str]) -> list[str]:
    """Which of the available library packages this interpreter links against."""
    linked = linked_libraries(extension_modules(interpreter))
    return [
        library.package
        for library in LIBRARIES
        if library.package in set(available)
        and any(re.match(library.sonames, name) for name in linked)
    ]


def _pack(
    library: Library, files: Mapping[str, Path], versions: Mapping[str, str], scratch: Path
) -> Package | None:
    chosen = {name: path for name, path in sorted(files.items()) if re.match(library.sonames, name)}
    if not chosen:
        return None
    scratch.mkdir(parents=True, exist_ok=True)
    entries: list[Entry] = []
    for soname, path in chosen.items():
        real = path.resolve()
        copy = scratch / real.name
        shutil.copyfile(real, copy)
        relocate([copy], "$ORIGIN")
        entries.append(Entry(f"lib/{real.name}", copy.read_bytes(), executable=True))
        if real.name != soname:
            entries.append(Entry(f"lib/{soname}", link=real.name))
    version = versions.get(library.package) or _version_of_file(next(iter(chosen.values())))
    return Package(
        library.package,
        version,
        depends=("__glibc >=2.17,<3.0.a0", *library.depends),
        subdir="linux-64",
        entries=entries,
        license=library.license,
        summary=f"{library.package} of the machine that made this channel",
    )


def _version_of_file(path: Path) -> str:
    match = re.search(r"\.so\.([\d.]+)$", path.resolve().name)
    return match[1] if match else "1"


def _versions(interpreter: Interpreter) -> dict[str, str]:
    answer = subprocess.run(
        [interpreter.executable, "-E", "-c", _VERSIONS], capture_output=True, text=True, check=True
    )
    versions = json.loads(answer.stdout)
    return {str(name): str(version) for name, version in versions.items()}


def _aliases(packages: Sequence[Package]) -> list[Package]:
    """Packages that only pull in another, as conda has for names of former times."""
    former = {"libzlib": "zlib", "liblzma": "xz", "libsqlite": "sqlite"}
    return [
        Package(
            former[package.name],
            package.version,
            depends=(f"{package.name} {package.version}",),
            subdir="linux-64",
            license=package.license,
        )
        for package in packages
        if package.name in former
    ]
