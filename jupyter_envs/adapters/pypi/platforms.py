"""What fits a platform: uv's name for it, the wheels it takes, the markers that hold there."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from jupyter_envs.core.errors import UnsupportedError

from .settings import PipSettings

_MACHINES = {
    "linux-64": "x86_64",
    "linux-aarch64": "aarch64",
    "osx-64": "x86_64",
    "osx-arm64": "arm64",
    "win-64": "amd64",
    "win-arm64": "arm64",
}
_UV = {
    "osx-64": "x86_64-apple-darwin",
    "osx-arm64": "aarch64-apple-darwin",
    "win-64": "x86_64-pc-windows-msvc",
    "win-arm64": "aarch64-pc-windows-msvc",
}
_SYSTEMS = {
    "linux": ("posix", "linux", "Linux"),
    "osx": ("posix", "darwin", "Darwin"),
    "win": ("nt", "win32", "Windows"),
}
_LEGACY = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}


def uv_platform(platform: str, settings: PipSettings) -> str:
    """The value of `--python-platform`; `UnsupportedError` E221 where uv knows none."""
    if platform not in _MACHINES:
        message = f"The pip section cannot be resolved for `{platform}`"
        raise UnsupportedError("E221", message, "Take the platform away, or use conda packages")
    major, minor = settings.glibc
    return _UV.get(platform) or f"{_MACHINES[platform]}-manylinux_{major}_{minor}"


def marker_environment(platform: str, python_version: str) -> dict[str, str]:
    """The values of PEP 508 for CPython on a platform."""
    system, _, _ = platform.partition("-")
    os_name, sys_platform, platform_system = _SYSTEMS.get(system, _SYSTEMS["linux"])
    machine = _MACHINES.get(platform, platform.partition("-")[2])
    return {
        "os_name": os_name,
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "platform_machine": machine.upper() if system == "win" else machine,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "implementation_version": python_version,
        "python_full_version": python_version,
        "python_version": ".".join(python_version.split(".")[:2]),
        "platform_release": "",
        "platform_version": "",
        "extra": "",
    }


class WheelChoice:
    """Which of several wheels an installer takes on a platform."""

    def __init__(self, platform: str, python_version: str, settings: PipSettings) -> None:
        version = [int(part) for part in python_version.split(".")[:2]]
        names = list(_platform_tags(platform, settings))
        interpreter = "cp" + "".join(str(part) for part in version)
        tags = (
            *cpython_tags(version, platforms=names),
            *compatible_tags(version, interpreter, names),
        )
        self._rank: dict[Tag, int] = {tag: rank for rank, tag in reversed([*enumerate(tags)])}

    def rank(self, file_name: str) -> tuple[int, int]:
        """The smaller, the better; what does not fit at all comes last."""
        try:
            _, _, build, tags = parse_wheel_filename(file_name)
        except InvalidWheelFilename:
            return (len(self._rank), 0)
        best = min(self._rank.get(tag, len(self._rank)) for tag in tags)
        return (best, -build[0] if build else 0)


def _platform_tags(platform: str, settings: PipSettings) -> Iterator[str]:
    machine = _MACHINES[platform]
    if platform.startswith("osx"):
        yield from mac_platforms(settings.macos, machine)
    elif platform.startswith("win"):
        yield f"win_{machine}"
    else:
        for minor in range(settings.glibc[1], 4, -1):
            yield f"manylinux_2_{minor}_{machine}"
            if legacy := _LEGACY.get((2, minor)):
                yield f"{legacy}_{machine}"
        yield f"linux_{machine}"
