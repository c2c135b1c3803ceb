"""What conda brings, as uv has to see it: each distribution as the only candidate for its name."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.lock import depended_name
from jupyter_envs.core.model import Package
from jupyter_envs.core.project_names import name_at_pypi

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Held:
    """The Python of a conda part and the distributions in it, by normalized name."""

    python_version: str
    distributions: dict[str, Package]

    def constraints(self, folder: Path) -> str:
        """Lines that bind each name to an empty wheel of that version, which is put in `folder`.

        A name that is bound to a file has no other candidate, and its own dependencies, which
        conda has answered, are not asked for again.
        """
        wheels = {
            name: _write_wheel(folder, name, package)
            for name, package in self.distributions.items()
        }
        return "".join(f"{name} @ {path.as_uri()}\n" for name, path in sorted(wheels.items()))


def held_by(conda: tuple[Package, ...], file: str) -> Held:
    """What a solved conda part holds; `SpecError` E138 where it has no Python."""
    python = next((package for package in conda if package.name == "python"), None)
    if python is None:
        hint = "Write `python` below `dependencies:`"
        raise SpecError("E138", "The pip section needs `python` among the conda packages", hint,
                        file=file)  # fmt: skip
    distributions = {
        name: package
        for package in conda
        if package is not python and _is_python_code(package)
        if (name := name_at_pypi(package.name))
    }
    return Held(python.version, distributions)


def _is_python_code(package: Package) -> bool:
    """A library in C may share its name with a distribution, but does not need Python."""
    return any(depended_name(depend) in ("python", "python_abi") for depend in package.depends)


def _write_wheel(folder: Path, name: str, package: Package) -> Path:
    version, escaped = _version(package.version), name.replace("-", "_")
    metadata = f"{escaped}-{version}.dist-info"
    path = folder / f"{escaped}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{metadata}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{metadata}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{metadata}/RECORD", "")
    return path


def _version(conda_version: str) -> str:
    """Conda's version as PEP 440 has it: of `9e` what is a number."""
    try:
        return str(Version(conda_version.replace("_", "+", 1)))
    except InvalidVersion:
        numbers = _NUMBERS.search(conda_version)
        return numbers[0] if numbers else "0"
