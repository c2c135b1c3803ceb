"""What the tests of the pip section have in common."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from uv import find_uv_bin

from jupyter_envs.core.model import Package, Place, Requirement
from jupyter_envs.core.pip_lines import pip_line
from tests.wheels import sha256

HERE = "linux-64" if os.uname().machine == "x86_64" else "linux-aarch64"
MACHINE = os.uname().machine
VERSION = ".".join(str(part) for part in sys.version_info[:3])
TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"


def conda(name: str, version: str, *depends: str) -> Package:
    return Package(kind="conda", name=name, version=version, platform=HERE, depends=depends)


PYTHON = conda("python", VERSION)


def lines(*texts: str) -> tuple[Requirement, ...]:
    return tuple(
        Requirement("pip", text, pip_line(text).name, Place(number, 7))
        for number, text in enumerate(texts, start=9)
    )


def locked(path: Path, name: str, version: str, **more: str) -> Package:
    values = {"url": path.as_uri(), "sha256": sha256(path), **more}
    return Package(kind="pip", name=name, version=version, platform=HERE, **values)  # type: ignore[arg-type]


def freeze(prefix: Path) -> list[str]:
    command = [find_uv_bin(), "pip", "freeze", "--no-config", "--python", prefix / "bin" / "python"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1]


def run(prefix: Path, code: str) -> str:
    command = [prefix / "bin" / "python", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def installed_packages(prefix: Path) -> Iterator[Package]:
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        record = json.loads(path.read_text())
        yield conda(record["name"], record["version"], *record["depends"])
