"""Turn stacks of requirements into wheels on disk: uv resolves, pip downloads."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms, platform_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from .errors import ChannelError
from .recipes import PUBLISHED_BEFORE, Stack

log = logging.getLogger(__name__)

_PINS = Path(__file__).with_name("pins.json")
_ATTEMPTS = 3
_UV_PLATFORMS = {
    "linux-64": "x86_64-manylinux_2_28",
    "osx-arm64": "aarch64-apple-darwin",
    "win-64": "x86_64-pc-windows-msvc",
}


def resolve(
    stacks: Sequence[Stack], *, renew: bool = False
) -> tuple[dict[Stack, tuple[str, ...]], dict[str, str]]:
    """The pins (`name==version`) that answer each stack, and why others have none.

    `pins.json` keeps the answers, as a lock does; what it does not know is resolved.
    """
    known = {} if renew else _known_pins()
    pins = {stack: tuple(known[key]) for stack in stacks if (key := _key(stack)) in known}
    missing: dict[str, str] = {}
    unknown = [stack for stack in stacks if stack not in pins]
    uv = _uv() if unknown else ""
    with ThreadPoolExecutor(8) as pool:
        for stack, (found, why) in zip(
            unknown, pool.map(lambda one: _compile(uv, one), unknown), strict=True
        ):
            if found:
                pins[stack] = found
            elif stack.core:
                raise ChannelError(
                    f"cannot resolve {', '.join(stack.requirements)} (Python {stack.python}): {why}"
                )
            else:
                missing[
                    f"{', '.join(stack.requirements)} ({stack.platform}, Python {stack.python})"
                ] = why
    return pins, missing


def write_pins(pins: dict[Stack, tuple[str, ...]]) -> None:
    """Keep these answers for the builds to come."""
    _PINS.write_text(
        json.dumps({_key(stack): found for stack, found in sorted(pins.items(), key=str)}, indent=1)
        + "\n"
    )


def _known_pins() -> dict[str, list[str]]:
    known: dict[str, list[str]] = json.loads(_PINS.read_text()) if _PINS.exists() else {}
    return known


def _key(stack: Stack) -> str:
    wanted = ", ".join(stack.requirements)
    return f"{stack.platform} {stack.python}: {wanted}; before {PUBLISHED_BEFORE}"


def download(pins: dict[Stack, tuple[str, ...]], folder: Path) -> dict[str, str]:
    """Fetch the wheels of all pins into one folder; what could not be fetched, and why."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        Stack(
            stack.python,
            tuple(pin for pin in found if find_wheel(folder, pin, stack) is None),
            stack.platform,
        )
        for stack, found in pins.items()
    ]
    missing: dict[str, str] = {}
    with ThreadPoolExecutor(3) as pool:
        for part in pool.map(
            lambda stack: _download(stack, folder), [w for w in wanted if w.requirements]
        ):
            missing |= part
    return missing


def find_wheel(folder: Path, pin: str, stack: Stack) -> Path | None:
    """The best wheel in the folder for this pin, Python and platform."""
    name, _, version = pin.partition("==")
    ranks = _ranks(stack.python, stack.platform)
    best: tuple[int, Path] | None = None
    for path in folder.glob("*.whl"):
        if path.name.partition("-")[0].lower().replace("_", "-").replace(
            ".", "-"
        ) != canonicalize_name(name):
            continue
        try:
            _, found, _, tags = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        rank = min((ranks[tag] for tag in tags if tag in ranks), default=None)
        if found == Version(version) and rank is not None and (best is None or rank < best[0]):
            best = rank, path
    return best[1] if best else None


def _compile(uv: str, stack: Stack) -> tuple[tuple[str, ...], str]:
    """Pins, or the reason why there are none."""
    command = [
        uv, "pip", "compile", "-", "--quiet", "--no-header", "--no-annotate",
        "--only-binary", ":all:",
        "--exclude-newer", PUBLISHED_BEFORE, "--python-version", stack.python,
        "--python-platform", _UV_PLATFORMS[stack.platform],
    ]  # fmt: skip
    why = ""
    for attempt in range(_ATTEMPTS):
        answer = subprocess.run(
            command,
            input="\n".join(stack.requirements),
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode == 0:
            lines = (
                line.partition(";")[0].partition("#")[0].strip()
                for line in answer.stdout.splitlines()
            )
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
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary",
        ":all:", "--dest", str(folder),
        "--implementation", "cp", "--python-version", stack.python, *platforms, *pins,
    ]  # fmt: skip
    why = ""
    for attempt in range(_ATTEMPTS):
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return ""
        why = (
            "\n".join(line for line in answer.stderr.splitlines() if line.startswith("ERROR"))
            or answer.stderr
        )
        if "No matching distribution" in why:
            break
        time.sleep(attempt)
    return why.strip()


@lru_cache
def _ranks(python: str, platform: str) -> dict[Tag, int]:
    """How well each tag suits a Python and platform: lower is better."""
    major, minor = (int(part) for part in python.split("."))
    numbers, platforms = (major, minor), _platforms(platform)
    suffix = "mu" if numbers == (2, 7) else "m" if numbers < (3, 8) else ""
    interpreter = f"cp{major}{minor}"
    tags = [
        *cpython_tags(numbers, [interpreter + suffix], platforms),
        *compatible_tags(numbers, interpreter, platforms),
    ]
    return {tag: number for number, tag in enumerate(tags)}


@lru_cache
def _platforms(platform: str) -> tuple[str, ...]:
    if platform == "win-64":
        return ("win_amd64",)
    if platform == "osx-arm64":
        return tuple(mac_platforms((14, 0), "arm64"))
    return tuple(platform_tags())


def _uv() -> str:
    from uv import find_uv_bin

    return str(find_uv_bin())
