"""The launcher: one generation, its lease, the whole activation, and then the program itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from jupyter_envs.adapters import leases
from jupyter_envs.adapters.launcher import command

from .prefixes import (
    add_file,
    add_kernelspec,
    add_program,
    add_python,
    complete,
    make_generation,
    switch,
)

ENV_AS_JSON = "import json, os; print(json.dumps(dict(os.environ)))"
PYENV = Path.home() / ".pyenv" / "versions"


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return tmp_path / "envs" / "demo-1a2b"


def run(
    environment: Path, *arguments: str, env: Mapping[str, str] | None = None, **more: object
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(environment, arguments),
        env={"PATH": os.environ["PATH"], **(env or {})},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
        **more,  # type: ignore[call-overload]
    )


def environ_of(environment: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    done = run(environment, "python", "-c", ENV_AS_JSON, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_command_has_the_whole_activation(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    add_python(prefix)
    complete(prefix)
    seen = environ_of(environment)
    assert seen["PATH"].split(":")[0] == f"{prefix}/bin"
    assert seen["CONDA_PREFIX"] == seen["CONDA_DEFAULT_ENV"] == str(prefix)
    assert seen["CONDA_SHLVL"] == "1"
    assert seen["PYTHONNOUSERSITE"] == "1"
    assert seen["JUPYTER_ENVS_GENERATION"] == str(prefix)


def test_what_another_environment_left_is_gone(environment: Path, tmp_path: Path) -> None:
    prefix = make_generation(environment, 1)
    add_python(prefix)
    complete(prefix)
    other = tmp_path / "other"
    add_file(other, "etc/conda/deactivate.d/1.sh", "unset PROJ_DATA; trace=${trace}1\n")
    add_file(other, "etc/conda/deactivate.d/2.sh", "export trace=2\n")
    left = {
        "CONDA_PREFIX": str(other),
        "CONDA_SHLVL": "2",
        "CONDA_PREFIX_1": "/base",
        "PROJ_DATA": "/other/share/proj",
        "VIRTUAL_ENV": "/a venv",
        "PYTHONPATH": "/elsewhere",
        "PYTHONHOME": "/nowhere",
        "PATH": f"{other}/bin:/a venv/bin:/usr/bin:{other}/bin:/bin",
    }
    seen = environ_of(environment, left)
    assert seen["PATH"] == f"{prefix}/bin:/usr/bin:/bin"
    assert seen["trace"] == "21"
    gone = {"PROJ_DATA", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "CONDA_PREFIX_1"}
    assert not gone & seen.keys()


def test_variables_keep_every_character(environment: Path) -> None:
    odd = 'it\'s "q" $HOME `id` \\ {x} \n second ☃ line \t'
    prefix = make_generation(environment, 1)
    add_python(prefix)
    add_file(prefix, "etc/conda/env_vars.d/a.json", '{"FROM_PACKAGE": "a", "BOTH": "package"}')
    complete(prefix, {"ODD": odd, "EMPTY": "", "BOTH": "spec", "PYTHONPATH": "/mine", "A B": "x"})
    seen = environ_of(environment)
    assert seen["ODD"] == odd
    assert (seen["EMPTY"], seen["FROM_PACKAGE"], seen["BOTH"]) == ("", "a", "spec")
    assert seen["PYTHONPATH"] == "/mine"
    assert "A B" not in seen


def test_activation_scripts_run_in_bash_in_order_after_the_variables(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    add_python(prefix)
    add_file(prefix, "etc/conda/activate.d/b.sh", 'export LAST="${FIRST[1]}$MINE"; cd /\n')
    add_file(
        prefix,
        "etc/conda/activate.d/a.sh",
        'FIRST=(x "it\'s\n two")\nset -eu; set -- lost; echo noise; read line; export ENDED=yes\n',
    )
    add_file(prefix, "etc/conda/activate.d/c.txt", "exit 1\n")
    complete(prefix, {"MINE": "!"})
    seen = environ_of(environment)
    assert seen["LAST"] == "it's\n two!"
    assert seen["ENDED"] == "yes"
    assert run(environment, "pwd", cwd="/usr").stdout == "/usr\n"


def test_activation_scripts_run_where_there_is_no_bash(environment: Path, tmp_path: Path) -> None:
    prefix = make_generation(environment, 1)
    add_file(prefix, "etc/conda/activate.d/a.sh", 'export GREETING="a  b"\nfalse\n')
    complete(prefix)
    for tool in ("flock", "sleep", "env"):
        found = shutil.which(tool)
        assert found
        add_file(tmp_path, "tools/.keep", "")
        (tmp_path / "tools" / tool).symlink_to(found)
    done = run(environment, "env", env={"PATH": str(tmp_path / "tools")})
    assert "GREETING=a  b" in done.stdout.splitlines()


def test_an_activation_script_that_fails_is_named_and_passed_over(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    script = add_file(prefix, "etc/conda/activate.d/a.sh", "false\n")
    broken = add_file(prefix, "etc/conda/activate.d/b.sh", "if then fi (\n")
    add_file(prefix, "etc/conda/activate.d/c.sh", "export REACHED=1\n")
    complete(prefix)
    done = run(environment, "sh", "-c", "echo $REACHED")
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert f"`{script}` ended with an error; going on" in done.stderr
    assert f"`{broken}` ended with an error; going on" in done.stderr


def test_an_activation_script_that_exits_is_named_and_stops_the_start(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    script = add_file(prefix, "etc/conda/activate.d/a.sh", "exit 0\n")
    complete(prefix)
    done = run(environment, "echo", "never")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The activation script `{script}` stopped the start; "
        "update or remove the package that brought it\n"
    )


def test_a_foreign_bash_env_is_not_read(environment: Path, tmp_path: Path) -> None:
    prefix = make_generation(environment, 1)
    add_file(prefix, "etc/conda/activate.d/a.sh", "[[ x == x ]] && export IN_BASH=1\n")
    complete(prefix)
    foreign = add_file(tmp_path, "bash_env", "echo foreign\nexport FOREIGN=1\n")
    done = run(environment, "env", env={"BASH_ENV": str(foreign)})
    assert "IN_BASH=1" in done.stdout.splitlines()
    assert "FOREIGN=1" not in done.stdout.splitlines()


@pytest.mark.parametrize("folder", ["with space", "a'b\"c$d`e", "données ☃", "x" * 140, "-n"])
def test_any_path_will_do(tmp_path: Path, folder: str) -> None:
    environment = tmp_path / folder / "demo"
    prefix = make_generation(environment, 1)
    add_python(prefix)
    add_file(prefix, "etc/conda/activate.d/a.sh", "export SOURCED=1\n")
    complete(prefix)
    done = run(
        environment, "python", "-c", "import os, sys; print(sys.prefix, os.environ['SOURCED'])"
    )
    assert done.stdout == f"{prefix} 1\n", done.stderr


def test_output_status_and_input_of_a_command_are_its_own(environment: Path) -> None:
    complete(make_generation(environment, 1))
    done = run(environment, "sh", "-c", 'cat; echo "$1"; exit 7', "sh", "a  b'c", input="in\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, "in\na  b'c\n", "")


def test_a_command_that_is_not_there_is_named(environment: Path) -> None:
    complete(make_generation(environment, 1))
    done = run(environment, "no-such-command")
    assert done.returncode == 127
    assert done.stderr.startswith("`no-such-command` is neither in the environment nor on `PATH`;")


def test_a_builtin_of_the_shell_is_run_as_a_program(environment: Path) -> None:
    complete(make_generation(environment, 1))
    assert run(environment, "echo", "-e", "x").returncode == 0
    assert run(environment, "test", "a", "=", "b").returncode == 1
    assert run(environment).stderr == "There is no command to run; name one\n"


def test_an_environment_without_a_generation_says_so(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    launcher = complete(prefix)
    (environment / "current").unlink()
    direct = prefix / "etc/jupyter-envs/launch"
    done = subprocess.run(
        ["/bin/sh", direct, "--run", "true"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0  # a generation's own launcher needs no `current`
    prefix.with_name(f"{prefix.name}.complete.json").unlink()
    done = subprocess.run([direct, "--run", "true"], capture_output=True, text=True, check=False)
    assert done.stderr == f"The environment at `{prefix}` is not complete; build it again\n"
    done = subprocess.run(
        ["/bin/sh", "-c", f'. "{direct}"', str(launcher)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        done.stderr == f"There is no environment at `{environment / 'current'}`; build it again\n"
    )


def test_a_kernel_that_the_generation_lost_is_named(environment: Path) -> None:
    launcher = complete(make_generation(environment, 1))
    done = subprocess.run([launcher, "ir", "/c.json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The environment has no kernel `ir` any more;")


def test_a_kernel_runs_with_its_own_argv_and_variables(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    add_program(prefix, "show", '#!/bin/sh\nprintf "%s\\n" "$0" "$@" "$A" "$B" "$C" "$D" "$E"\n')
    through = f"{environment}/current/share/x"
    add_kernelspec(
        prefix,
        "show",
        [
            "show",
            "it's",
            "--f={connection_file}",
            "{resource_dir}",
            "{prefix}",
            "{other}",
            "",
            through,
        ],
        env={
            "A": "${A}:new",
            "B": "$A.b",
            "C": "$$x ${NOT_THERE} $NOT_HERE",
            "D": "'\"`id`\\",
            "E": "${unclosed",
        },
    )
    launcher = complete(prefix)
    done = subprocess.run(
        [launcher, "show", "/tmp/kernel 1.json"],
        env={"PATH": os.environ["PATH"], "A": "old"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        f"{prefix}/bin/show",
        "it's",
        "--f=/tmp/kernel 1.json",
        f"{prefix}/share/jupyter/kernels/show",
        str(prefix),
        "{other}",
        "",
        f"{prefix}/share/x",
        "old:new",
        "old.b",
        "$x ${NOT_THERE} $NOT_HERE",
        "'\"`id`\\",
        "${unclosed",
    ]


def test_a_kernel_never_borrows_a_python(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    add_kernelspec(prefix, "python3", ["python3", "-c", "print(1)"])
    done = subprocess.run(
        [complete(prefix), "python3", "/c.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 127
    assert done.stderr.startswith(f"`{prefix}/bin/python` is neither in the environment")


@pytest.mark.parametrize(
    "version", ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
)
@pytest.mark.parametrize("locker", ["flock", "python"])
def test_any_python_can_be_started_and_take_the_lease(
    environment: Path, tmp_path: Path, version: str, locker: str
) -> None:
    python = next(iter(sorted(PYENV.glob(f"{version}.*/bin/python{version}"))), None)
    if not python:
        pytest.skip(f"Python {version} is not installed below {PYENV}")
    prefix = make_generation(environment, 1)
    (prefix / "bin" / "python").symlink_to(python)
    complete(prefix)
    tools = path_with(tmp_path, "flock" if locker == "flock" else "sleep")
    code = "import os, sys; print('%d.%d' % sys.version_info[:2]); os.fstat(9)"
    done = run(environment, "python", "-c", code, env={"PATH": tools, "PYTHONHOME": "/nowhere"})
    assert (done.stdout, done.stderr) == (f"{version}\n", "")


@pytest.mark.parametrize("locker", ["flock", "python", "perl"])
def test_the_lease_is_held_as_long_as_the_program_lives(
    environment: Path, tmp_path: Path, locker: str
) -> None:
    prefix = make_generation(environment, 1)
    if locker == "python":
        add_python(prefix)
    elif not shutil.which(locker):
        pytest.skip(f"`{locker}` is not installed")
    complete(prefix)
    lease = prefix.with_name(f"{prefix.name}.lease")
    tools = path_with(tmp_path, "sleep", *([locker] if locker != "python" else []))
    assert not leases.held(lease)
    with subprocess.Popen(command(environment, ["sleep", "60"]), env={"PATH": tools}) as process:
        try:
            wait_until(lambda: leases.held(lease))
        finally:
            process.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        process.wait()
        wait_until(lambda: not leases.held(lease))
        assert time.monotonic() - killed < 1


def test_without_any_way_to_lock_nothing_starts(environment: Path, tmp_path: Path) -> None:
    complete(make_generation(environment, 1))
    done = run(environment, "sleep", "0", env={"PATH": path_with(tmp_path, "sleep")})
    assert done.returncode == 1
    assert "there is no `flock` command on `PATH`; install it" in done.stderr


def test_a_removal_under_way_is_waited_for_and_the_next_generation_taken(environment: Path) -> None:
    old, new = make_generation(environment, 1), make_generation(environment, 2)
    complete(new)
    complete(old)
    old.with_name(f"{old.name}.complete.json").unlink()
    with subprocess.Popen(
        command(environment, ["sh", "-c", "echo $CONDA_PREFIX"]), stdout=subprocess.PIPE, text=True
    ) as process:
        time.sleep(0.3)
        switch(new)
        assert process.communicate(timeout=10)[0] == f"{new}\n"


def test_a_switch_between_two_starts_moves_the_next_one(environment: Path) -> None:
    first, second = make_generation(environment, 1), make_generation(environment, 2)
    for prefix in (first, second):
        add_program(prefix, "which-one", f"#!/bin/sh\necho {prefix.name}\n")
        complete(prefix)
    assert run(environment, "which-one").stdout == f"{second.name}\n"
    switch(first)
    assert run(environment, "which-one").stdout == f"{first.name}\n"


def path_with(folder: Path, *tools: str) -> str:
    """A PATH with these tools alone."""
    for tool in tools:
        found = shutil.which(tool)
        assert found, f"`{tool}` is not installed"
        add_file(folder, "tools/.keep", "")
        (folder / "tools" / tool).symlink_to(found)
    return str(folder / "tools")


def wait_until(holds: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
