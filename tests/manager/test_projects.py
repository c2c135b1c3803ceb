"""Which folder a notebook belongs to, and which of its files counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_envs.core.errors import NotFoundError
from jupyter_envs.manager import EnvironmentManager

SPEC = "dependencies:\n  - text-prefix-demo\n"


def write(root: Path, *files: str) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(SPEC)


def found(manager: EnvironmentManager, start: Path, root: Path) -> str:
    project = manager.find(start, root)
    return str(project.path.relative_to(root.resolve())) if project else ""


def test_a_notebook_belongs_to_the_nearest_folder_with_a_file(
    manager: EnvironmentManager, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    write(root, "environment.yml", "course/environment.yml", "course/week1/notes.ipynb")
    assert found(manager, root / "course/week1/notes.ipynb", root) == "course/environment.yml"
    assert found(manager, root / "other.ipynb", root) == "environment.yml"


def test_a_file_above_the_root_does_not_count(manager: EnvironmentManager, tmp_path: Path) -> None:
    write(tmp_path, "environment.yml", "root/a.ipynb")
    assert found(manager, tmp_path / "root/a.ipynb", tmp_path / "root") == ""


@pytest.mark.parametrize(
    ("files", "winner"),
    [
        (["environment.yaml", "environment.yml"], "environment.yml"),
        (["environment.yaml", "binder/environment.yml"], "environment.yaml"),
        (["conda/environment.yml", ".binder/environment.yml"], "conda/environment.yml"),
        ([".binder/environment.yml", "binder/environment.yml"], ".binder/environment.yml"),
        (["binder/environment.yaml"], "binder/environment.yaml"),
        (["environment-gpu.yml"], ""),
    ],
)
def test_one_file_of_a_folder_wins(
    manager: EnvironmentManager, tmp_path: Path, files: list[str], winner: str
) -> None:
    root = tmp_path / "root"
    write(root, *files, "a.ipynb")
    assert found(manager, root / "a.ipynb", root) == winner


def test_a_notebook_in_binder_belongs_to_the_folder_above(
    manager: EnvironmentManager, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    write(root, "project/binder/environment.yml", "project/binder/a.ipynb")
    project = manager.find(root / "project/binder/a.ipynb", root)
    assert project is not None
    assert project.folder == (root / "project").resolve()


def test_another_file_is_chosen_by_hand_and_back(
    manager: EnvironmentManager, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    write(root, "environment.yml", "environment-gpu.yml", "a.ipynb")
    project = manager.find(root, root)
    assert project is not None
    chosen = manager.choose_file(project, "environment-gpu.yml")
    assert found(manager, root / "a.ipynb", root) == "environment-gpu.yml"
    assert chosen.lock.name == "environment-gpu.conda-lock.yml"
    manager.choose_file(project, "environment.yml")
    assert found(manager, root / "a.ipynb", root) == "environment.yml"


def test_only_files_that_are_there_can_be_chosen(
    manager: EnvironmentManager, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    write(root, "environment.yml")
    project = manager.find(root, root)
    assert project is not None
    with pytest.raises(NotFoundError):
        manager.choose_file(project, "../elsewhere.yml")


def test_looking_leaves_no_trace(manager: EnvironmentManager, tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, "environment.yml")
    before = sorted(p for p in tmp_path.rglob("*"))
    view = manager.view(root, root, str)
    assert view.state == "unbuilt"
    assert not view.trusted
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_a_kernel_chosen_by_hand_is_remembered_outside_the_notebook(
    manager: EnvironmentManager, tmp_path: Path
) -> None:
    notebook = tmp_path / "root/a.ipynb"
    write(tmp_path / "root", "environment.yml", "a.ipynb")
    manager.choose_kernel(notebook, "ir")
    again = EnvironmentManager()
    kernels = again.kernel_map(tmp_path / "root", str)
    assert [(c.notebook, c.kernel) for c in kernels.choices] == [(str(notebook), "ir")]
    again.choose_kernel(notebook, "")
    assert again.kernel_map(tmp_path / "root", str).choices == []
