"""Turn stacks of requirements into wheels on disk: uv resolves, pip downloads."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms, platform_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from .recipes import PROGRAMS, PUBLISHED_BEFORE, Stack

log = logging.getLogger(__name__)

_ATTEMPTS = 3
_UV_PLATFORMS = {
    "linux-64": "x86_64-manylinux_2_28",
    "osx-arm64": "aarch64-apple-darwin",
    "win-64": "x86_64-pc-windows-msvc",
}


class ChannelError(RuntimeError):
    """The channel cannot be made."""


def resolve(stacks: Sequence[Stack]) -> tuple[dict[Stack, tuple[str, ...]], dict[str, str]]:
    """The pins (`name==version`) that answer each stack, and why others have none."""
    pins: dict[Stack, tuple[str, ...]] = {}
    missing: dict[str, str] = {}
    with ThreadPoolExecutor(4) as pool:
        for stack, (found, why) in zip(stacks, pool.map(_compile, stacks), strict=True):
            if found:
                pins[stack] = found
            elif stack.core:
                raise ChannelError(f"cannot resolve {', '.join(stack.requirements)} for Python {stack.python}: {why}")
            else:
                missing[f"{', '.join(stack.requirements)} ({stack.platform}, Python {stack.python})"] = why
    return pins, missing


def download(pins: dict[Stack, tuple[str, ...]], folder: Path) -> dict[str, str]:
    """Fetch the wheels of all pins into one folder; what could not be fetched, and why."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        Stack(stack.python, tuple(pin for pin in found if find_wheel(folder, pin, stack) is None), stack.platform)
        for stack, found in pins.items()
    ]
    missing: dict[str, str] = {}
    with ThreadPoolExecutor(3) as pool:
        for part in pool.map(lambda stack: _download(stack, folder), [w for w in wanted if w.requirements]):
            missing |= part
    return missing


def download_programs(folder: Path) -> list[Path]:
    """The newest wheel of each project that is one program."""
    stack = Stack(f"{sys.version_info.major}.{sys.version_info.minor}", PROGRAMS)
    pins, _ = resolve([stack])
    download(pins, folder)
    found = (find_wheel(folder, pin, stack) for pin in pins.get(stack, ()))
    return [wheel for wheel in found if wheel is not None]


def find_wheel(folder: Path, pin: str, stack: Stack) -> Path | None:
    """The best wheel in the folder for this pin, Python and platform."""
    name, _, version = pin.partition("==")
    ranks = {tag: number for number, tag in enumerate(_tags(stack))}
    best: tuple[int, Path] | None = None
    for path in folder.glob("*.whl"):
        if path.name.partition("-")[0].lower().replace("_", "-").replace(".", "-") != canonicalize_name(name):
            continue
        try:
            _, found, _, tags = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        rank = min((ranks[tag] for tag in tags if tag in ranks), default=None)
        if found == Version(version) and rank is not None and (best is None or rank < best[0]):
            best = rank, path
    return best[1] if best else None


def _compile(stack: Stack) -> tuple[tuple[str, ...], str]:
    """Pins, or the reason why there are none."""
    command = [
        _uv(), "pip", "compile", "-", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:",
        "--exclude-newer", PUBLISHED_BEFORE, "--python-version", stack.python,
        "--python-platform", _UV_PLATFORMS[stack.platform],
    ]  # fmt: skip
    why = ""
    for attempt in range(_ATTEMPTS):
        answer = subprocess.run(
            command, input="\n".join(stack.requirements), capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            lines = (line.partition(";")[0].partition("#")[0].strip() for line in answer.stdout.splitlines())
            return tuple(line for line in lines if "==" in line), ""
        why = answer.stderr.strip()
        if "No solution found" in why:
            break
        time.sleep(attempt)
    return (), why


def _download(stack: Stack, folder: Path) -> dict[str, str]:
    why = _pip_download(stack, stack.requirements, folder)
    if not why:
        return {}
    log.warning("downloading one by one for Python %s: %s", stack.python, why)
    missing = {}
    for pin in stack.requirements:
        if find_wheel(folder, pin, stack) is None and (why := _pip_download(stack, [pin], folder)):
            missing[f"{pin} ({stack.platform}, Python {stack.python})"] = why
    return missing


def _pip_download(stack: Stack, pins: Sequence[str], folder: Path) -> str:
    """Empty when it worked, else the reason."""
    platforms = [option for name in _platforms(stack.platform) for option in ("--platform", name)]
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder),
        "--implementation", "cp", "--python-version", stack.python, *platforms, *pins,
    ]  # fmt: skip
    why = ""
    for attempt in range(_ATTEMPTS):
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return ""
        why = "\n".join(line for line in answer.stderr.splitlines() if line.startswith("ERROR")) or answer.stderr
        if "No matching distribution" in why:
            break
        time.sleep(attempt)
    return why.strip()


def _tags(stack: Stack) -> list[Tag]:
    major, minor = (int(part) for part in stack.python.split("."))
    numbers, platforms = (major, minor), _platforms(stack.platform)
    suffix = "mu" if numbers == (2, 7) else "m" if numbers < (3, 8) else ""
    interpreter = f"cp{major}{minor}"
    return [
        *cpython_tags(numbers, [interpreter + suffix], platforms),
        *compatible_tags(numbers, interpreter, platforms),
    ]


def _platforms(platform: str) -> list[str]:
    if platform == "win-64":
        return ["win_amd64"]
    if platform == "osx-arm64":
        return list(mac_platforms((14, 0), "arm64"))
    return list(platform_tags())


def _uv() -> str:
    from uv import find_uv_bin

    return str(find_uv_bin())
