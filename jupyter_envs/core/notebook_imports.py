"""The modules that a notebook imports, read without running it. Pure."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

_PYTHON_CELL = re.compile(r"\s*%%(?:time|timeit|capture|prun|memit|mprun|heat|python3?)\b[^\n]*\n?")
_OTHER_CELL = re.compile(r"\s*%%")
_MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|.*\?[ \t]*)$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"^([^\n=]*=[ \t]*)[%!].*$", re.MULTILINE)
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>[^\W\d]\w*)[\w.]*[ \t]+import\b"
    r"|import[ \t]+(?P<modules>[\w., \t]+))",
    re.MULTILINE,
)


def imports_of_notebook(notebook_json_text: str) -> set[str]:
    """Top-level names of the modules that the Python cells of a notebook import.

    Magics, cells of other languages and cells that are no Python are passed over as far as that is
    possible; a text that is no notebook has no imports.
    """
    try:
        notebook = json.loads(notebook_json_text)
    except (ValueError, RecursionError):
        return set()
    if not isinstance(notebook, dict) or _language(notebook) not in ("", "python", "ipython"):
        return set()
    return {module for source in _sources(notebook) for module in imports_of_cell(source)}


def imports_of_cell(source: str) -> set[str]:
    """Top-level names of the modules that one cell imports."""
    source = _PYTHON_CELL.sub("", source, count=1) if _PYTHON_CELL.match(source) else source
    if _OTHER_CELL.match(source):
        return set()
    plain = _MAGIC.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1None", source))
    try:
        return set(_imported(ast.parse(plain)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(_seen(plain))


def _language(notebook: dict[str, Any]) -> str:
    metadata = _dict(notebook.get("metadata"))
    named = _dict(metadata.get("language_info")).get("name")
    named = named or _dict(metadata.get("kernelspec")).get("language")
    return named.lower() if isinstance(named, str) else ""


def _sources(notebook: dict[str, Any]) -> Iterator[str]:
    sheets = [notebook, *_dicts(notebook.get("worksheets"))]
    for cell in (cell for sheet in sheets for cell in _dicts(sheet.get("cells"))):
        source = cell.get("source", cell.get("input", ""))
        if cell.get("cell_type") != "code":
            continue
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if isinstance(source, str):
            yield source


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _seen(source: str) -> Iterator[str]:
    for match in _IMPORT.finditer(source):
        named = match["modules"] or ""
        for module in (match["module"], *named.split(",")):
            top = (module or "").split(".")[0].split()
            if top and top[0].isidentifier():
                yield top[0]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
