"""The variables of a prefix, where conda keeps them: `etc/conda/env_vars.d` and `conda-meta/state`.

Activation by conda, mamba or our launcher then sets the same ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_STATE = "conda-meta/state"
_PACKAGES = "etc/conda/env_vars.d"
_UNSET = "***unset***"
"""conda's value for a variable that was taken out of the state."""


def write_state(prefix: Path, variables: Mapping[str, str]) -> None:
    """Keep the spec's `variables:` in the prefix, as conda does; without any, no file is made."""
    if not variables:
        return
    path = prefix / _STATE
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"env_vars": dict(variables)}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8", errors="surrogateescape")


def activation_variables(prefix: Path) -> dict[str, str]:
    """What activation sets: the packages' variables in the order of their files, then the spec's.

    A file that is no JSON object is passed over.
    """
    merged: dict[str, str] = {}
    folder = prefix / _PACKAGES
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        merged.update(_texts(_object(path)))
    merged.update(_texts(_object(prefix / _STATE).get("env_vars")))
    return {name: value for name, value in merged.items() if value != _UNSET}


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _texts(values: object) -> dict[str, str]:
    """The entries that the environment of a process can hold; numbers as they were written."""
    if not isinstance(values, dict):
        return {}
    return {
        str(name): value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
        if isinstance(value, str | int | float) and "\0" not in str(value)
    }
