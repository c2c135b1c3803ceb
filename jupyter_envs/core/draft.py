"""The text of a new `environment.yml`, made of what is known of a project. Pure."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable

from .conda_lines import conda_line
from .conda_names import CONDA_NAMES
from .dependencies import is_text
from .model import Place
from .notebook_imports import imports_of_notebook
from .pip_lines import requirement_lines
from .yaml_nodes import Scalar

__all__ = ["from_imports", "from_packages", "from_requirements", "imports_of_notebook"]

_PLAIN = re.compile(
    r"[A-Za-z0-9_./][A-Za-z0-9_./=<>!~,*+@()\[\];-]*(?: [A-Za-z0-9_./=<>!~,*+@;]+)*"
)
_CHANNELS = ("conda-forge",)


def from_packages(
    name: str, python: str, packages: Iterable[str], channels: Iterable[str] = _CHANNELS
) -> str:
    """A file that asks for the conda lines `packages` and for `python` (a version; empty: any).

    Order is kept, what is given twice is written once, and a line for Python among `packages` wins.
    """
    asked = _once(packages)
    if not any(conda_line(package).name == "python" for package in asked):
        asked.insert(0, f"python={python}" if python else "python")
    return _text(name, _once(channels), asked)


def from_requirements(text: str, name: str, python: str) -> str:
    """A file whose pip section holds the lines of a requirements file, as they are."""
    lines = list(requirement_lines(text))
    return _text(name, list(_CHANNELS), [f"python={python}" if python else "python", "pip"], lines)


def from_imports(modules: Iterable[str], name: str, python: str) -> str:
    """A file that asks for the conda packages that most likely hold `modules`.

    Modules of the standard library and names that no package can have are left out.
    """
    tops = sorted({module.partition(".")[0] for module in modules})
    return from_packages(name, python, sorted(filter(None, map(_package_of, tops))))


def _package_of(module: str) -> str:
    if module in sys.stdlib_module_names or module.startswith("_"):
        return ""
    name = CONDA_NAMES.get(module, module.lower())
    return name if re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", name) else ""


def _text(name: str, channels: list[str], conda: list[str], pip: Iterable[str] = ()) -> str:
    lines = [f"name: {_scalar(name)}"] if name.strip() else []
    lines += ["channels:", *(f"  - {_scalar(channel)}" for channel in channels)] if channels else []
    lines += ["dependencies:", *(f"  - {_scalar(package)}" for package in conda)]
    section = [f"      - {_scalar(line)}" for line in pip]
    lines += ["  - pip:", *section] if section else []
    return "\n".join(lines) + "\n"


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _scalar(text: str) -> str:
    """`text` so that every YAML reader takes it for exactly this text."""
    text = text.strip()
    if _PLAIN.fullmatch(text) and is_text(Scalar(text, Place())) and text.lower() not in _TRUTHS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


_TRUTHS = ("y", "n", "yes", "no", "on", "off")
"""Plain words that YAML 1.1 takes for true or false."""
