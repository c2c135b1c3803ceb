"""Kernelspecs: ordinary ones, which every client of Jupyter starts with none of our code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager, start_new_kernel

from jupyter_envs.adapters import leases
from jupyter_envs.adapters.kernelspecs import (
    inner_kernelspecs,
    register,
    registered,
    taken_names,
    unregister,
)
from jupyter_envs.core.errors import InstallError
from jupyter_envs.core.kernels import kernel_names

from .prefixes import (
    add_file,
    add_kernelspec,
    add_python,
    complete,
    install_conda,
    make_generation,
    register_all,
    switch,
)

WHERE = """import os, sys
print(sys.prefix, *map(os.environ.get, ("MINE", "GDAL_DATA", "GDAL_ENV_DEMO")))"""


@pytest.fixture
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's Jupyter folders; answers that of their kernelspecs."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return tmp_path / "data" / "kernels"


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return tmp_path / "store" / "envs" / "demo-1a2b"


@pytest.fixture
def python_prefix(environment: Path) -> Path:
    prefix = make_generation(environment, 1)
    add_python(prefix)
    complete(prefix)
    return prefix


@pytest.fixture(scope="module")
def conda_prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prefix = make_generation(tmp_path_factory.mktemp("store") / "envs" / "demo-1a2b", 1)
    install_conda(prefix, "python=3.11", "ipykernel", "gdal-env-demo")
    complete(prefix, {"MINE": "it's"})
    return prefix


def write_notebook(folder: Path, kernel: str, language: str, *cells: str) -> Path:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": kernel, "display_name": "x", "language": language}},
    )
    path = folder / "n.ipynb"
    nbformat.write(notebook, path)
    return path


@contextmanager
def kernel(name: str) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=60)
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def printed(client: BlockingKernelClient, code: str) -> str:
    texts: list[str] = []

    def keep(message: dict[str, dict[str, str]]) -> None:
        texts.append(message["content"].get("text", ""))

    reply = client.execute_interactive(code, output_hook=keep, timeout=30)
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(texts).strip()


def test_the_picker_shows_project_environment_and_language(
    jupyter: Path, python_prefix: Path
) -> None:
    [name] = register_all(python_prefix, jupyter, "/home/me/Climate Data")
    assert name == "climate-data-default"
    spec = KernelSpecManager().get_kernel_spec(name)
    assert spec.display_name == "Climate Data / default (Python)"
    assert (spec.language, spec.interrupt_mode) == ("python", "signal")
    assert spec.metadata["debugger"] is True
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"],
        capture_output=True,
        check=True,
    )
    assert name in json.loads(listed.stdout)["kernelspecs"]


@pytest.mark.parametrize("client", ["nbclient", "execute", "papermill", "nbconvert"])
def test_other_clients_start_it_with_none_of_our_code(
    jupyter: Path, conda_prefix: Path, tmp_path: Path, client: str
) -> None:
    [name] = register_all(conda_prefix, jupyter)
    path = str(write_notebook(tmp_path, name, "python", WHERE))
    nbclient = (
        "import sys, nbformat, nbclient; n = nbformat.read(sys.argv[1], 4);"
        "nbclient.NotebookClient(n).execute(); nbformat.write(n, sys.argv[1]);"
        "assert not any(m.startswith('jupyter_envs') for m in sys.modules)"
    )
    argv = {
        "nbclient": ["-c", nbclient, path],
        "execute": ["-m", "jupyter", "execute", "--inplace", path],
        "papermill": ["-m", "papermill", path, path, "--no-progress-bar"],
        "nbconvert": ["-m", "jupyter", "nbconvert", "--execute", "--inplace", path],
    }[client]
    done = subprocess.run(
        [sys.executable, *argv], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    [cell] = nbformat.read(path, 4).cells
    assert cell.outputs[0].text == f"{conda_prefix} it's {conda_prefix}/share/gdal 3.9.0\n"


def test_a_kernel_without_any_python_runs_a_cell(
    jupyter: Path, environment: Path, tmp_path: Path
) -> None:
    prefix = make_generation(environment, 1)
    install_conda(prefix, "deno")
    complete(prefix, {"GREETING": "it's"})
    assert not list(prefix.rglob("python*"))
    [name] = register_all(prefix, jupyter)
    assert KernelSpecManager().get_kernel_spec(name).display_name == "demo / default (TypeScript)"
    cell = "const n: number = 41; console.log(n + 1, Deno.execPath(), Deno.env.get('GREETING'))"
    path = write_notebook(tmp_path, name, "typescript", cell)
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "execute", "--inplace", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [ran] = nbformat.read(path, 4).cells
    assert "".join(output.text for output in ran.outputs) == f"42 {prefix}/bin/deno it's\n"


def test_a_restart_moves_to_the_newest_generation(
    jupyter: Path, environment: Path, python_prefix: Path
) -> None:
    [name] = register_all(python_prefix, jupyter)
    with kernel(name) as (manager, client):
        assert printed(client, "import sys; print(sys.prefix)") == str(python_prefix)
        newer = make_generation(environment, 2)
        add_python(newer)
        complete(newer)
        assert printed(client, "print(sys.prefix)") == str(python_prefix)
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        assert printed(client, "import sys; print(sys.prefix)") == str(newer)
        [running] = leases.running(environment)
        assert running.generation_id == newer.name
        assert not leases.held(python_prefix.with_name(f"{python_prefix.name}.lease"))


def test_a_kernel_never_mixes_two_generations(
    jupyter: Path, environment: Path, python_prefix: Path
) -> None:
    packages = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    newer = make_generation(environment, 2)
    add_python(newer)
    for prefix in (python_prefix, newer):
        for module in ("early", "late"):
            add_file(prefix, f"{packages}/{module}.py", f"whose = {prefix.name!r}\n")
    [name] = register_all(python_prefix, jupyter)
    with kernel(name) as (_, client):
        printed(client, "import early")
        complete(newer)
        assert (
            printed(client, "import late; print(early.whose, late.whose)")
            == f"{python_prefix.name} {python_prefix.name}"
        )


def test_an_interrupt_reaches_the_kernel(jupyter: Path, python_prefix: Path) -> None:
    [name] = register_all(python_prefix, jupyter)
    with kernel(name) as (manager, client):
        client.execute("import time; print(1, flush=True); time.sleep(30)")
        while client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
            pass
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=10)
        assert reply["content"]["ename"] == "KeyboardInterrupt"


def test_an_environment_that_is_not_built_says_so(jupyter: Path, python_prefix: Path) -> None:
    [name] = register_all(python_prefix, jupyter, "/home/me/it's {here}")
    (python_prefix.parent.parent / "current").unlink()
    argv = KernelSpecManager().get_kernel_spec(name).argv
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "The environment of `/home/me/it's {here}` is not built on this machine; "
        "run `jupyter envs build` in that folder\n"
    )


def test_a_client_shows_why_nothing_started(
    jupyter: Path, python_prefix: Path, tmp_path: Path
) -> None:
    [name] = register_all(python_prefix, jupyter)
    (python_prefix.parent.parent / "current").unlink()
    path = write_notebook(tmp_path, name, "python", "1")
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "execute", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "The environment of `/home/me/demo` is not built on this machine;" in done.stderr


def test_the_file_is_the_same_for_every_generation(
    jupyter: Path, environment: Path, python_prefix: Path
) -> None:
    [name] = register_all(python_prefix, jupyter)
    file = jupyter / name / "kernel.json"
    before = file.stat()
    newer = make_generation(environment, 2)
    add_python(newer)
    register_all(newer, jupyter)
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert "gens" not in file.read_text()


def test_a_reader_never_finds_half_a_kernelspec(jupyter: Path, python_prefix: Path) -> None:
    [name] = register_all(python_prefix, jupyter)
    ended = threading.Event()
    seen: set[str] = set()

    def read() -> None:
        while not ended.is_set():
            seen.add(json.loads((jupyter / name / "kernel.json").read_text())["display_name"])

    reader = threading.Thread(target=read)
    reader.start()
    [kernel] = kernel_names("/home/me/demo", "default", inner_kernelspecs(python_prefix), ())
    for title in ("one", "two") * 100:
        renamed = type(kernel)(kernel.name, kernel.inner, kernel.language, title)
        register((renamed,), python_prefix, jupyter, "/home/me/demo")
    ended.set()
    reader.join()
    assert seen <= {"demo / default (Python)", "one", "two"}
    assert sorted(p.name for p in (jupyter / name).iterdir()) == ["kernel.json"]


def test_logos_come_along_unless_they_lie_outside(
    jupyter: Path, python_prefix: Path, tmp_path: Path
) -> None:
    secret = add_file(tmp_path, "secret", "s")
    inner = python_prefix / "share/jupyter/kernels/python3"
    add_file(python_prefix, "share/jupyter/kernels/python3/logo-svg.svg", "<svg/>")
    (inner / "logo-64x64.png").symlink_to(secret)
    add_file(python_prefix, "share/jupyter/kernels/python3/kernel.js", "alert(1)")
    [name] = register_all(python_prefix, jupyter)
    assert sorted(p.name for p in (jupyter / name).iterdir()) == ["kernel.json", "logo-svg.svg"]


def test_a_second_language_has_its_name_behind(jupyter: Path, python_prefix: Path) -> None:
    add_kernelspec(python_prefix, "ir", ["R", "{connection_file}"], language="R")
    assert register_all(python_prefix, jupyter) == ["demo-default", "demo-default-r"]
    titles = [r.kernel.display_name for r in registered(jupyter)]
    assert titles == ["demo / default (Python)", "demo / default (R)"]


def test_what_packages_install_wrongly_is_left_out(python_prefix: Path) -> None:
    for number, argv in enumerate((None, [], "python", ["a", 1], ["a\0b"])):
        content = json.dumps({"argv": argv, "display_name": "x", "language": "x"})
        add_file(python_prefix, f"share/jupyter/kernels/k{number}/kernel.json", content)
    add_file(python_prefix, "share/jupyter/kernels/text/kernel.json", "no json")
    add_file(python_prefix, "share/jupyter/kernels/list/kernel.json", "[]")
    add_file(python_prefix, "share/jupyter/kernels/deep/kernel.json", "[" * 100_000)
    add_file(python_prefix, "share/jupyter/kernels/a b/kernel.json", "{}")
    os.mkfifo(add_file(python_prefix, "share/jupyter/kernels/fifo/x", "").with_name("kernel.json"))
    assert [kernel.name for kernel in inner_kernelspecs(python_prefix)] == ["python3"]


def test_only_ours_are_listed_and_removed(
    jupyter: Path, environment: Path, python_prefix: Path
) -> None:
    add_file(jupyter, "theirs/kernel.json", json.dumps({"argv": ["x"], "metadata": {}}))
    add_file(jupyter, "odd/kernel.json", json.dumps({"metadata": {"jupyter_envs": {"kernel": 1}}}))
    [name] = register_all(python_prefix, jupyter)
    other = make_generation(environment.with_name("other-3c4d"), 1)
    add_python(other)
    [other_name] = register_all(other, jupyter, "/home/me/other")

    assert taken_names(jupyter, environment) == {"theirs", "odd", other_name}
    store = environment.parent.parent
    assert [r.kernel.name for r in registered(jupyter, store)] == [name, other_name]
    assert registered(jupyter, store / "elsewhere") == ()
    [ours, _] = registered(jupyter)
    assert (ours.environment, ours.project) == (str(environment), "/home/me/demo")
    unregister(environment, jupyter, keep=(name,))
    assert (jupyter / name).exists()
    unregister(environment, jupyter)
    assert sorted(p.name for p in jupyter.iterdir()) == ["odd", other_name, "theirs"]


def test_a_kernelspec_of_somebody_else_is_never_overwritten(
    jupyter: Path, python_prefix: Path
) -> None:
    theirs = add_file(jupyter, "demo-default/kernel.json", '{"argv": ["x"]}')
    with pytest.raises(InstallError) as raised:
        register_all(python_prefix, jupyter)
    assert raised.value.message == "The kernelspec name `demo-default` belongs to somebody else"
    assert theirs.read_text() == '{"argv": ["x"]}'


def test_a_folder_that_cannot_be_written_is_named(
    jupyter: Path, python_prefix: Path, tmp_path: Path
) -> None:
    blocked = add_file(tmp_path, "file", "")
    with pytest.raises(InstallError) as raised:
        register_all(python_prefix, blocked)
    assert raised.value.message == f"The kernelspec cannot be written to `{blocked}`"


def test_a_rollback_starts_the_earlier_generation(
    jupyter: Path, environment: Path, python_prefix: Path
) -> None:
    newer = make_generation(environment, 2)
    add_python(newer)
    complete(newer)
    switch(python_prefix)
    [name] = register_all(python_prefix, jupyter)
    with kernel(name) as (_, client):
        assert printed(client, "import sys; print(sys.prefix)") == str(python_prefix)
