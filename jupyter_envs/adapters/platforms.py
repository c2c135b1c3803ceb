"""Conda's name of the machine at hand, told without loading an engine."""

from __future__ import annotations

import platform
import sys

ARCHITECTURES = {"x86_64": "64", "amd64": "64", "arm64": "arm64", "i686": "32", "i386": "32"}


def current_platform() -> str:
    """As `linux-64` or `osx-arm64` (CEP 26)."""
    system = {"linux": "linux", "darwin": "osx", "win32": "win"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"{system}-{ARCHITECTURES.get(machine, machine)}"
