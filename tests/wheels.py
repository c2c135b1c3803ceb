"""Tiny wheels, source distributions and projects, made where a test needs them."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    tag: str = "py3-none-any",
    requires: Iterable[str] = (),
    files: Mapping[str, str] | None = None,
    scripts: Mapping[str, str] | None = None,
) -> Path:
    """A wheel with one module of the distribution's name, or with `files`."""
    escaped = name.replace("-", "_")
    metadata = f"{escaped}-{version}.dist-info"
    content = {**(files or {f"{escaped}.py": f"__version__ = {version!r}\n"})}
    content[f"{metadata}/METADATA"] = "\n".join(
        ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        + [f"Requires-Dist: {line}" for line in requires]
    )
    content[f"{metadata}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
    if scripts:
        lines = [f"{script} = {target}" for script, target in scripts.items()]
        content[f"{metadata}/entry_points.txt"] = "\n".join(["[console_scripts]", *lines])
    record = [f"{path},{_record(text)},{len(text)}" for path, text in content.items()]
    content[f"{metadata}/RECORD"] = "\n".join([*record, f"{metadata}/RECORD,,"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{escaped}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, text in content.items():
            wheel.writestr(zipfile.ZipInfo(member, (2020, 1, 1, 0, 0, 0)), text)
    return path


def make_sdist(folder: Path, name: str, version: str, setup: str) -> Path:
    """A source distribution whose build backend, which lies in it, runs `setup` first."""
    path = folder / f"{name}-{version}.tar.gz"
    files = {f"{name}-{version}/{path}": text for path, text in _project(name, version, setup)}
    files[f"{name}-{version}/PKG-INFO"] = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for member, text in files.items():
            member_info = tarfile.TarInfo(member)
            member_info.size = len(text.encode())
            archive.addfile(member_info, io.BytesIO(text.encode()))
    return path


def make_project(folder: Path, name: str, version: str, setup: str = "") -> Path:
    """A folder that builds without a build dependency."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in _project(name, version, setup):
        (folder / path).write_text(text)
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _record(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + digest.decode().rstrip("=")


def _project(name: str, version: str, setup: str) -> list[tuple[str, str]]:
    project = f'[project]\nname = "{name}"\nversion = "{version}"\n'
    system = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    return [
        ("pyproject.toml", project + system),
        (f"{name}.py", f"__version__ = {version!r}\n"),
        ("backend.py", setup + _BACKEND.format(name=name, version=version)),
    ]


_BACKEND = """
import os, zipfile

def _wheel(folder, module):
    name = "{name}-{version}-py3-none-any.whl"
    inner = "{name}-{version}.dist-info/"
    files = dict(module)
    files[inner + "METADATA"] = "Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    files[inner + "WHEEL"] = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    record = [path + ",," for path in files] + [inner + "RECORD,,"]
    files[inner + "RECORD"] = "\\n".join(record)
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name

def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, {{"{name}.py": open("{name}.py").read()}})

def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, {{"{name}.pth": os.getcwd()}})
"""
