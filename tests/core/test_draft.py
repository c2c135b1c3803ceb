"""A drafted file is read as what was meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_envs.core.draft import (
    from_imports,
    from_packages,
    from_requirements,
    imports_of_notebook,
)
from jupyter_envs.core.model import Requirement
from jupyter_envs.core.spec import read_spec


def lines(text: str, kind: str = "conda") -> list[str]:
    return [r.text for r in requirements(text) if r.kind == kind]


def requirements(text: str) -> tuple[Requirement, ...]:
    return read_spec(text.encode()).requirements


def notebook(*cells: str, language: str = "python") -> str:
    return json.dumps(
        {
            "metadata": {"language_info": {"name": language}},
            "cells": [{"cell_type": "code", "source": cell} for cell in cells],
        }
    )


def test_packages_make_a_file_that_people_would_have_written() -> None:
    assert from_packages("weather", "3.12", ["numpy>=2", "pandas"], ["conda-forge"]) == (
        "name: weather\n"
        "channels:\n"
        "  - conda-forge\n"
        "dependencies:\n"
        "  - python=3.12\n"
        "  - numpy>=2\n"
        "  - pandas\n"
    )


def test_a_line_for_python_is_not_written_twice() -> None:
    assert lines(from_packages("x", "3.12", ["python >=3.10", "a", "a"])) == ["python >=3.10", "a"]


def test_requirements_become_the_pip_section() -> None:
    text = "# web\nrequests[socks] >=2  # comment\n\n-r more.txt\nflask==3 \\\n  --hash=sha256:ab\n"
    draft = from_requirements(text, "x", "")
    assert lines(draft) == ["python", "pip"]
    assert lines(draft, "pip") == [
        "requests[socks] >=2", "-r more.txt", "flask==3    --hash=sha256:ab",
    ]  # fmt: skip


def test_imports_become_packages_under_their_conda_names() -> None:
    modules = {"sklearn", "cv2", "PIL.Image", "yaml", "bs4", "skimage", "os", "json", "numpy", "_x"}
    assert lines(from_imports(modules, "x", "3.12")) == [
        "python=3.12", "beautifulsoup4", "numpy", "opencv", "pillow", "pyyaml", "scikit-image",
        "scikit-learn",
    ]  # fmt: skip


@settings(deadline=None)
@given(
    st.text(max_size=12),
    st.lists(st.text(min_size=1, max_size=12), max_size=5),
    st.lists(st.sampled_from(["3.10", "on", "~", "a: b", "- x", "# c", "*x", "[a]", "'", "a #b"])),
)
def test_whatever_is_written_reads_the_same(name: str, packages: list[str], odd: list[str]) -> None:
    asked = [p for p in (*packages, *odd) if p.isprintable() and p.strip()]
    name = name if name.isprintable() else ""
    spec = read_spec(from_packages(name, "3.12", asked).encode())
    wanted = list(dict.fromkeys(package.strip() for package in asked))
    python = any(r.name == "python" for r in spec.requirements[1:])
    assert [r.text for r in spec.requirements][not python :] == wanted or python
    assert spec.name == name.strip()
    assert all(r.selector == "" for r in spec.requirements)


@pytest.mark.parametrize(
    ("cell", "modules"),
    [
        ("import numpy as np, pandas.io\nfrom scipy import stats", {"numpy", "pandas", "scipy"}),
        ("from . import x\nfrom .y import z", set()),
        ("%matplotlib inline\nimport a", {"a"}),
        ("!pip install b\nfiles = !ls\nimport a", {"a"}),
        ("x = %time f()\nimport a", {"a"}),
        ("%%time\nimport a", {"a"}),
        ("%%bash\nimport b", set()),
        ("a?\nimport b", {"b"}),
        ("if x:\n    %pylab\n    import a", {"a"}),
        ("def f(:\nimport a, b.c as d\nfrom e.f import g", {"a", "b", "e"}),
        ("text = '''\nimport no\n'''", set()),
        ("\x00", set()),
    ],
)
def test_imports_are_found_in_a_cell(cell: str, modules: set[str]) -> None:
    assert imports_of_notebook(notebook(cell)) == modules


def test_cells_of_other_languages_and_texts_that_are_no_notebook_import_nothing() -> None:
    assert imports_of_notebook(notebook("import a", language="julia")) == set()
    for text in ("", "[", "[]", "3", '{"cells": 3}', '{"cells": [{"cell_type": "code"}]}'):
        assert imports_of_notebook(text) == set()


def test_old_notebooks_and_sources_in_lines_are_read() -> None:
    cells = [{"cell_type": "code", "input": ["import a\n", "import b"]},
             {"cell_type": "markdown", "source": "import c"}]  # fmt: skip
    assert imports_of_notebook(json.dumps({"worksheets": [{"cells": cells}]})) == {"a", "b"}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_cell_is_looked_through(cell: str) -> None:
    imports_of_notebook(notebook(cell, f"import a\n{cell}"))
