"""A first environment file, made of what lies in a folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from jupyter_envs import wire
from jupyter_envs.core.errors import NotFoundError
from jupyter_envs.manager import drafts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "course"
    made.mkdir()
    return made


def draft(folder: Path, source: str, **rest: object) -> wire.DraftView:
    request = wire.DraftRequest(folder="course", source=source, **rest)  # type: ignore[arg-type]
    return drafts.draft(folder, request, lambda path: path.relative_to(folder.parent).as_posix())


def notebook(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"cell_type": "code", "source": line} for line in lines]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    return path


def asked(view: wire.DraftView) -> list[str]:
    lines = view.text.partition("dependencies:\n")[2].splitlines()
    return [line.strip("- ") for line in lines]


def test_imports_of_all_notebooks_below_become_packages(folder: Path) -> None:
    notebook(folder / "a.ipynb", "import numpy as np", "import os")
    notebook(folder / "week 2/b.ipynb", "from sklearn.svm import SVC")
    view = draft(folder, "imports", python="3.12")
    assert view.path == "course/environment.yml"
    assert asked(view) == ["python=3.12", "numpy", "scikit-learn"]
    assert "guessed" in view.notes[0]


def test_modules_of_the_folder_itself_are_no_packages(folder: Path) -> None:
    notebook(folder / "week/a.ipynb", "import helper, tools, shared, pandas")
    (folder / "week/helper.py").touch()
    (folder / "week/tools").mkdir()
    (folder / "week/tools/__init__.py").touch()
    (folder / "shared.py").touch()
    assert asked(draft(folder, "imports")) == ["python", "pandas"]


def test_hidden_folders_links_and_what_is_no_file_are_passed_by(folder: Path) -> None:
    notebook(folder / "a.ipynb", "import numpy")
    notebook(folder / ".ipynb_checkpoints/a-checkpoint.ipynb", "import scipy")
    outside = notebook(folder.parent / "outside/b.ipynb", "import pandas")
    (folder / "b.ipynb").symlink_to(outside)
    (folder / "linked").symlink_to(outside.parent)
    os.mkfifo(folder / "pipe.ipynb")
    assert asked(draft(folder, "imports")) == ["python", "numpy"]


def test_a_notebook_that_is_too_large_is_named(folder: Path) -> None:
    notebook(folder / "a.ipynb", "import numpy")
    large = notebook(folder / "large.ipynb", "import pandas")
    with large.open("ab") as stream:
        stream.truncate(drafts.MOST_BYTES + 1)
    view = draft(folder, "imports")
    assert asked(view) == ["python", "numpy"]
    assert "`large.ipynb`" in view.notes[-1]


def test_of_very_many_notebooks_the_first_are_read(folder: Path) -> None:
    for number in range(drafts.MOST_NOTEBOOKS + 1):
        notebook(folder / f"{number:04}.ipynb", f"import package{number}")
    view = draft(folder, "imports")
    assert len(asked(view)) == 1 + drafts.MOST_NOTEBOOKS
    assert "200" in view.notes[-1]


def test_a_folder_without_notebooks_gives_python_alone(folder: Path) -> None:
    view = draft(folder, "imports")
    assert asked(view) == ["python"]
    assert view.notes == ["There is no notebook in this folder"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_requirements_file_becomes_the_pip_section(folder: Path, encoding: str) -> None:
    (folder / "requirements.txt").write_text("requests>=2\n# why\nrich\n", encoding=encoding)
    assert asked(draft(folder, "requirements"))[-3:] == ["pip:", "requests>=2", "rich"]


def test_a_password_is_not_copied(folder: Path) -> None:
    (folder / "requirements.txt").write_text("-i https://me:hunter2@example.org/simple\nrich\n")
    view = draft(folder, "requirements")
    assert "hunter2" not in view.text
    assert "password" in view.notes[0]


def test_without_a_requirements_file_it_is_said(folder: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no `requirements\.txt`"):
        draft(folder, "requirements")


def test_packages_are_written_as_they_are_given(folder: Path) -> None:
    view = draft(folder, "packages", packages=["numpy>=2", "conda-forge::gdal"], python="3.13")
    assert yaml.safe_load(view.text) == {
        "name": "course",
        "channels": ["conda-forge"],
        "dependencies": ["python=3.13", "numpy>=2", "conda-forge::gdal"],
    }


def test_what_is_given_stays_one_line(folder: Path) -> None:
    lines = ["numpy\nchannels: [evil]", "{a: b}", "# none"]
    written = yaml.safe_load(draft(folder, "packages", packages=lines, python="3").text)
    assert written["channels"] == ["conda-forge"]
    assert written["dependencies"] == ["python=3", *lines]


def test_a_file_that_is_there_is_mentioned_and_kept(folder: Path) -> None:
    (folder / "environment.yml").write_text("name: mine\n")
    view = draft(folder, "packages", packages=["numpy"])
    assert "replace" in view.notes[-1]
    assert (folder / "environment.yml").read_text() == "name: mine\n"
