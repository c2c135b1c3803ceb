"""Wheels and sdists for the pip parts of environment files, so that tests need no index."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .conda_archive import EPOCH

_ZIP_DATE = (2024, 1, 1, 0, 0, 0)

# A build backend inside the sdist, so that building it needs nothing from any index.
_BACKEND = """
import os, zipfile

INFO = "sdist_only_demo-1.0.dist-info"
FILES = {
    "sdist_only_demo.py": "ANSWER = 42\\n",
    INFO + "/METADATA": "Metadata-Version: 2.1\\nName: sdist-only-demo\\nVersion: 1.0\\n",
    INFO + "/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    INFO + "/RECORD": "",
}

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "sdist_only_demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return name
"""
_PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "sdist-only-demo"
version = "1.0"
"""


def make_wheelhouse(folder: Path, wheels: Iterable[Path]) -> None:
    """Fill the folder with these wheels and two projects of its own."""
    folder.mkdir(parents=True)
    for wheel in set(wheels):
        _link(wheel, folder / wheel.name)
    _write_sdist(folder / "sdist_only_demo-1.0.tar.gz")
    _write_wheel(folder, "needs_numpy_demo", "1.0", requires=["numpy>=1.19"])


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write_sdist(target: Path) -> None:
    files = {
        "PKG-INFO": "Metadata-Version: 2.1\nName: sdist-only-demo\nVersion: 1.0\n",
        "backend.py": _BACKEND,
        "pyproject.toml": _PYPROJECT,
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"sdist_only_demo-1.0/{name}")
            member.size, member.mtime = len(text.encode()), EPOCH
            tar.addfile(member, io.BytesIO(text.encode()))
    target.write_bytes(gzip.compress(buffer.getvalue(), mtime=EPOCH))


def _write_wheel(folder: Path, module: str, version: str, requires: Sequence[str]) -> None:
    info = f"{module}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {module.replace('_', '-')}", f"Version: {version}"]
    files: Mapping[str, str] = {
        f"{module}.py": f"__version__ = {version!r}\n",
        f"{info}/METADATA": "\n".join([*lines, *(f"Requires-Dist: {one}" for one in requires), ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"{module}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path, _ZIP_DATE), text)
