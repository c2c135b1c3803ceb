"""The house stays as it was drawn: who may import whom, sizes, names, and what is generated."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_envs.server import handlers

ROOT = Path(__file__).parents[1]
PYTHON = [
    path
    for folder in ("jupyter_envs", "examples", "benchmarks", "scripts", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "_version.py"
]
TYPESCRIPT = [
    *(ROOT / "labextension/src").rglob("*.ts"),
    *(ROOT / "labextension/src").rglob("*.tsx"),
]
OURS = [path for path in PYTHON if "tests" not in path.relative_to(ROOT).parts]
NAMES_NOTHING = {
    *("common", "data", "do", "handle", "helper", "helpers", "info", "manage", "misc", "process"),
    *("tools", "util", "utils"),
}
VERBS = {"get", "post", "put", "patch", "delete"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VERB = 400, 40, 10

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """From its `def` to its end, without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_go_down_the_floors_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_no_file_is_too_long() -> None:
    files = (path for path in (*PYTHON, *TYPESCRIPT) if not path.name.startswith("_wire"))
    counts = {shown(path): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: count for name, count in counts.items() if count > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = {
        f"{shown(path)}: {function.name}": lines_of(function)
        for path in OURS
        for function in functions(path)
        if lines_of(function) > LONGEST_FUNCTION
    }
    assert found == {}


def test_every_module_is_named_after_an_idea() -> None:
    named = {
        shown(path): {path.stem.lower(), path.parent.name.lower()} for path in (*OURS, *TYPESCRIPT)
    }
    assert [name for name, words in named.items() if words & NAMES_NOTHING] == []


def test_every_verb_of_the_server_is_short_and_guarded() -> None:
    """Both decorators: who is logged in, and whether that person may."""
    path = Path(handlers.__file__)
    verbs = [function for function in functions(path) if function.name in VERBS]
    assert len(verbs) >= len(handlers.ROUTES)
    for verb in verbs:
        guards = [ast.unparse(decorator) for decorator in verb.decorator_list]
        assert guards == ["web.authenticated", "authorized"], verb.name
        assert lines_of(verb) <= LONGEST_VERB, verb.name


@pytest.fixture
def wire_schema(tmp_path: Path) -> Path:
    """The wire as it is printed now."""
    printed = subprocess.run(
        [sys.executable, "-m", "jupyter_envs.wire"], cwd=ROOT, capture_output=True, timeout=60
    )
    assert printed.returncode == 0, printed.stderr.decode()
    path = tmp_path / "wire.json"
    path.write_bytes(printed.stdout)
    return path


def test_the_schema_of_the_wire_is_current(wire_schema: Path) -> None:
    written = (ROOT / "jupyter_envs/schemas/wire.json").read_text()
    assert written == wire_schema.read_text(), "run `make wire`"


def test_the_types_of_the_frontend_are_current(wire_schema: Path, tmp_path: Path) -> None:
    if shutil.which("node") is None or not (ROOT / "node_modules/.bin/json2ts").exists():
        pytest.skip("the frontend's packages are not installed: `make setup`")
    types = tmp_path / "_wire.ts"
    jlpm = Path(sys.executable).with_name("jlpm")
    words = (jlpm, "wire:types", "--input", wire_schema, "--output", types)
    subprocess.run([*map(str, words)], cwd=ROOT, check=True, capture_output=True, timeout=120)
    written = (ROOT / "labextension/src/_wire.ts").read_text()
    assert written == types.read_text(), "run `make wire`"
