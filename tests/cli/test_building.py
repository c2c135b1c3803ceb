"""From a file to a kernel and back, by the command line alone, on a real channel."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient

from jupyter_envs.adapters.projects import Project
from tests.conftest import MakeProject

from .terminal import at_a_terminal, envs, interrupted

PYTHON = """\
name: demo
channels: [conda-forge]
dependencies:
  - python=3.11
  - ipykernel
  - versions-demo=1.0
  - activation-demo
variables:
  GREETING: hello
"""


def rewrite(project: Project, old: str, new: str) -> None:
    project.path.write_text(project.path.read_text().replace(old, new))


def test_a_project_that_is_not_built_is_out_of_sync(tiny: Project) -> None:
    said = envs("status", str(tiny.folder), "--json")
    assert said.code == 3
    assert said.json == {
        "project": str(tiny.folder),
        "spec": str(tiny.path),
        "kernel": None,
        "generation": None,
        "prefix": None,
        "drift": {"unmet": [], "altered": [], "behind": []},
    }
    assert envs("status", cwd=tiny.folder).out.startswith("project / tiny: Not built yet\n")


def test_nothing_is_built_without_a_yes(tiny: Project, store: Path) -> None:
    said = envs("build", str(tiny.folder), "--json")
    assert said.code == 1
    assert (said.json["outcome"], said.json["error"]["code"]) == ("refused", "consent")
    assert "--yes" in said.json["error"]["hint"]
    assert not (store / "envs").exists()
    told = envs("build", cwd=tiny.folder)
    assert (told.code, told.out) == (1, "")
    assert told.err.splitlines()[-1] == "  hint: Look at what it declares, then add `--yes`"


def test_a_lock_needs_no_yes_and_gives_none(tiny: Project) -> None:
    said = envs("lock", str(tiny.folder), "--json")
    assert said.code == 0
    assert said.json["path"] == str(tiny.folder / "conda-lock.yml")
    assert [(p["name"], p["version"]) for p in said.json["packages"]] == [("versions-demo", "1.0")]
    assert envs("build", str(tiny.folder), "--json").json["outcome"] == "refused"


def test_a_lock_answers_every_platform_of_the_file(project: MakeProject, store: Path) -> None:
    made = project(
        "channels: [conda-forge]\nplatforms: [linux-64, osx-arm64]\n"
        "dependencies: [three-platforms-demo]\n"
    )
    said = envs("lock", cwd=made.folder)
    assert said.code == 0
    assert said.out.splitlines() == [
        f"Wrote `{made.folder / 'conda-lock.yml'}`",
        "  linux-64: 1 package",
        "  osx-arm64: 1 package",
    ]
    answer = envs("lock", str(made.folder), "--json").json
    assert answer["platforms"] == ["linux-64", "osx-arm64"]
    assert {p["platform"] for p in answer["packages"]} == {"linux-64", "osx-arm64"}


def test_a_build_says_what_it_changed(tiny: Project) -> None:
    first = envs("build", str(tiny.folder), "--yes", "--json")
    assert first.code == 0, first.err
    assert (first.json["outcome"], first.json["generation"]) == ("built", 1)
    assert [c["name"] for c in first.json["added"]] == ["versions-demo"]
    assert envs("status", str(tiny.folder)).code == 0

    rewrite(tiny, "=1.0", "=1.1")
    status = envs("status", str(tiny.folder), "--json")
    assert status.code == 3
    (item,) = status.json["drift"]["unmet"]
    assert (item["name"], item["asked"], item["line"]) == ("versions-demo", "versions-demo=1.1", 4)
    assert set(item) == {"name", "kind", "asked", "locked", "installed", "why", "line"}
    words = envs("status", str(tiny.folder)).out.splitlines()
    assert words[0] == "project / tiny: Out of sync: 1 missing"
    assert words[2].startswith("    versions-demo (line 4): ")

    second = envs("build", str(tiny.folder), "--yes", "--json").json
    assert (second["outcome"], second["generation"]) == ("built", 2)
    assert [(c["before"][:3], c["after"][:3]) for c in second["changed"]] == [("1.0", "1.1")]
    assert (second["added"], second["removed"]) == ([], [])
    assert Path(second["prefix"]).is_dir()

    third = envs("build", str(tiny.folder), "--json")
    assert (third.code, third.json["outcome"], third.json["generation"]) == (0, "unchanged", 2)


def test_a_failed_build_leaves_what_stands_and_says_so(tiny: Project) -> None:
    before = envs("build", str(tiny.folder), "--yes", "--json").json
    rewrite(tiny, "versions-demo=1.0", "unsolvable-demo")
    said = envs("build", str(tiny.folder), "--yes", "--json")
    assert (said.code, said.json["outcome"]) == (1, "failed")
    assert said.json["error"]["message"]
    assert said.json["error"]["hint"]
    assert (said.json["generation"], said.json["prefix"]) == (1, before["prefix"])
    assert Path(before["prefix"]).is_dir()


def test_a_file_that_cannot_be_read_is_an_error_with_its_place(tiny: Project) -> None:
    tiny.path.write_text("dependencies:\n  - python\n - numpy\n")
    for verb in ("status", "lock", "build"):
        said = envs(verb, str(tiny.folder), "--json")
        assert said.code == 1
        assert said.json["error"]["code"].startswith("E1")
        assert said.json["error"]["line"] == 3


@pytest.mark.parametrize("verb", ["status", "lock", "build", "remove"])
def test_a_folder_without_a_file_is_said_to_have_none(
    tmp_path: Path, store: Path, verb: str
) -> None:
    said = envs(verb, str(tmp_path), "--json")
    assert (said.code, said.json["error"]["code"]) == (1, "no-file")


def test_the_project_of_a_folder_deep_inside_is_meant(tiny: Project) -> None:
    deep = tiny.folder / "a" / "b"
    deep.mkdir(parents=True)
    assert envs("status", "--json", cwd=deep).json["project"] == str(tiny.folder)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_cancels_a_build_and_nothing_breaks(tiny: Project, number: int, code: int) -> None:
    assert envs("build", str(tiny.folder), "--yes").code == 0
    tiny.path.write_text(PYTHON)
    said = interrupted("build", str(tiny.folder), "--yes", at="Link", number=number)
    assert said.code == code, said.err
    assert said.err.splitlines()[-1] == "Cancelled; your environment is as it was"
    status = envs("status", str(tiny.folder), "--json").json
    assert status["generation"] == 1
    assert Path(status["prefix"]).is_dir()


def test_progress_is_one_line_a_step_where_there_is_no_terminal(tiny: Project) -> None:
    said = envs("build", str(tiny.folder), "--yes")
    steps = [line.split("] ", 1)[1] for line in said.err.splitlines()]
    assert steps[0] == "Solve"
    assert len(steps) == len(set(steps))
    assert "\x1b" not in said.err + said.out
    assert said.out.startswith("project / tiny: built in ")


def test_a_person_is_shown_what_a_build_fetches_and_asked(tiny: Project) -> None:
    code, screen = at_a_terminal("build", str(tiny.folder), answers=[("[y/N]", "n\n")])
    assert code == 1
    assert "`versions-demo=1.0`" in screen
    assert "channels  `conda-forge`" in screen
    assert "Nothing was built: you did not agree" in screen
    code, screen = at_a_terminal("build", str(tiny.folder), answers=[("[y/N]", "y\n")])
    assert code == 0, screen
    assert "built in " in screen


def test_removing_needs_a_yes_and_leaves_the_files(tiny: Project, store: Path) -> None:
    prefix = Path(envs("build", str(tiny.folder), "--yes", "--json").json["prefix"])
    refused = envs("remove", str(tiny.folder), "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "consent")
    assert prefix.is_dir()
    said = envs("remove", str(tiny.folder), "--yes", "--json")
    assert said.json == {"project": str(tiny.folder), "removed": True, "kernels": []}
    assert not prefix.exists()
    assert tiny.path.is_file()
    again = envs("remove", str(tiny.folder), "--yes", "--json")
    assert (again.code, again.json["removed"]) == (0, False)


def test_an_environment_whose_project_is_gone_is_listed_and_can_be_removed(tiny: Project) -> None:
    assert envs("build", str(tiny.folder), "--yes").code == 0
    (known,) = envs("list", "--json").json["environments"]
    assert known == envs("status", str(tiny.folder), "--json").json
    shutil.rmtree(tiny.folder)
    (orphan,) = envs("list", "--json").json["environments"]
    assert (orphan["project"], orphan["spec"]) == (str(tiny.folder), None)
    assert "Its project is gone" in envs("list").out
    assert envs("remove", str(tiny.folder), "--yes").code == 0
    assert envs("list", "--json").json == {"environments": []}


def test_a_command_needs_something_built(tiny: Project) -> None:
    said = envs("run", str(tiny.folder), "--json", "--", "true")
    assert (said.code, said.json["error"]["code"]) == (1, "unbuilt")


@pytest.mark.slow
def test_what_was_built_runs_by_name_without_any_code_of_ours(
    project: MakeProject, store: Path, tmp_path: Path
) -> None:
    made = project(PYTHON)
    built = envs("build", str(made.folder), "--yes", "--json")
    assert built.code == 0, built.out
    kernel = built.json["kernel"]
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter_client.kernelspecapp", "list", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert kernel in json.loads(listed.stdout)["kernelspecs"]

    cell = "import os, sys; print(sys.prefix, os.environ['GREETING'])"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(notebook, kernel_name=kernel, timeout=120).execute()
    assert notebook.cells[0].outputs[0]["text"] == f"{built.json['prefix']} hello\n"

    source, target = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)]), source)
    papermill.execute_notebook(source, target, kernel_name=kernel, progress_bar=False)
    assert "hello" in target.read_text()

    code = "import os, sys; print(sys.prefix, os.environ['GREETING']); sys.exit(7)"
    ran = envs("run", str(made.folder), "--", "python", "-c", code)
    assert (ran.code, ran.out) == (7, f"{built.json['prefix']} hello\n")
    assert envs("run", "--", "true", cwd=made.folder).code == 0
    assert envs("run", "--", "no-such-program", cwd=made.folder).code == 127
    assert os.environ["JUPYTER_ENVS_STORE"] in built.json["prefix"]
