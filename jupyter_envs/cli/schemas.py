"""JSON Schema of every `--json` answer: `python -m jupyter_envs.cli.schemas docs/reference`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from .answers import ANSWERS


def schema(verb: str) -> dict[str, Any]:
    """What `jupyter envs <verb> --json` prints; every field is always there."""
    shapes = ANSWERS[verb]
    _, parts = msgspec.json.schema_components(shapes, ref_template="#/$defs/{name}")
    for part in parts.values():
        if part.get("type") == "object":
            part["additionalProperties"] = False
            part["required"] = sorted(part.get("properties", {}))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"jupyter envs {verb} --json",
        "anyOf": [{"$ref": f"#/$defs/{shape.__name__}"} for shape in shapes],
        "$defs": parts,
    }


def files() -> dict[str, str]:
    """Name and text of each schema file."""
    return {
        f"cli-{verb}.schema.json": json.dumps(schema(verb), indent=2) + "\n" for verb in ANSWERS
    }


def write(folder: Path) -> None:
    """Write them all into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
