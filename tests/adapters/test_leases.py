"""Leases: nothing is removed under a running kernel, and a running kernel's generation is known."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_envs.adapters.launcher import command
from jupyter_envs.adapters.leases import RunningKernel, held, running, vacated

from .prefixes import add_program, add_python, complete, make_generation, register_all

ROUNDS = 200

# Its own prefix must be there from its first to its last moment.
WITNESS = '#!/bin/sh\n[ -f "$0" ] && sleep 0.02 && [ -f "$0" ] && echo "$CONDA_PREFIX"\n'


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return tmp_path / "envs" / "demo-1a2b"


def lease_of(prefix: Path) -> Path:
    return prefix.with_name(f"{prefix.name}.lease")


def remove(prefix: Path, trash: Path) -> bool:
    """Remove a generation as a collector does."""
    with vacated(lease_of(prefix)) as free:
        if free:
            time.sleep(0.002)  # a slow disk: whoever slips in between asking and removing is seen
            prefix.with_name(f"{prefix.name}.complete.json").unlink()
            prefix.rename(trash / prefix.name)
            lease_of(prefix).unlink()
        return free


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_a_kernel_is_known_by_its_id_and_its_children_are_not_taken_for_it(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    prefix = make_generation(environment, 1)
    add_python(prefix)
    complete(prefix)
    [name] = register_all(prefix, tmp_path / "JUPYTER_DATA_DIR" / "kernels")

    async def known_sessions() -> tuple[str, tuple[RunningKernel, ...], tuple[RunningKernel, ...]]:
        kernels = AsyncMultiKernelManager(connection_dir=str(tmp_path))
        kernel_id = await kernels.start_kernel(kernel_name=name)
        client = kernels.get_kernel(kernel_id).client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            fork = "import os, subprocess, time; subprocess.Popen(['sleep', '9'])\n"
            await client.execute_interactive(fork + "if os.fork() == 0: time.sleep(9); os._exit(0)")
            during = running(environment)
        finally:
            client.stop_channels()
            await kernels.shutdown_kernel(kernel_id, now=True)
        wait = time.monotonic() + 5
        while running(environment) and time.monotonic() < wait:
            await asyncio.sleep(0.01)
        return kernel_id, during, running(environment)

    kernel_id, during, after = asyncio.run(known_sessions())
    [session] = during
    assert (session.generation_id, session.kernel_id) == (prefix.name, kernel_id)
    assert session.pid > 0
    assert after == ()


def test_a_command_is_a_session_without_a_kernel(environment: Path) -> None:
    first = make_generation(environment, 1)
    complete(first)
    with subprocess.Popen(command(environment, ["sleep", "60"])) as process:
        wait_until(lambda: bool(running(environment)) and running(environment)[0].pid > 0)
        complete(make_generation(environment, 2))
        assert running(environment) == (RunningKernel(first.name, process.pid, ""),)
        process.kill()


def test_a_holder_out_of_sight_counts_too(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    hold = 'exec 8<"$0"; flock -s 8; echo; exec sleep 60'
    hidden = ["sh", "-c", hold, lease_of(prefix)]
    with subprocess.Popen(hidden, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        assert running(environment) == (RunningKernel(prefix.name),)
        process.kill()


def test_a_lease_that_is_not_there_is_not_held(tmp_path: Path) -> None:
    assert not held(tmp_path / "none.lease")
    assert running(tmp_path) == ()


def test_a_lease_is_free_within_a_second_of_a_kill(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    complete(prefix)
    for _ in range(10):
        with subprocess.Popen(command(environment, ["sleep", "60"])) as process:
            wait_until(lambda: held(lease_of(prefix)))
            process.send_signal(signal.SIGKILL)
            process.wait()
            wait_until(lambda: not held(lease_of(prefix)), seconds=1)


def test_a_generation_in_use_is_not_removed(environment: Path, tmp_path: Path) -> None:
    prefix = make_generation(environment, 1)
    complete(prefix)
    with subprocess.Popen(command(environment, ["sleep", "60"])) as process:
        wait_until(lambda: held(lease_of(prefix)))
        assert not remove(prefix, tmp_path)
        process.kill()
        process.wait()
    assert remove(prefix, tmp_path)


def test_no_program_runs_in_a_removed_generation_however_the_two_race(
    environment: Path, tmp_path: Path
) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    chance = random.Random(seed)
    trash = tmp_path / "trash"
    trash.mkdir()
    old = make_generation(environment, 1)
    add_program(old, "witness", WITNESS)
    complete(old)
    wrong, moved, kept = [], 0, 0
    for number in range(2, ROUNDS + 2):
        new = make_generation(environment, number)
        add_program(new, "witness", WITNESS)
        process = subprocess.Popen(
            command(environment, ["witness"]), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        time.sleep(chance.uniform(0, 0.005))
        complete(new)
        removed = remove(old, trash)
        out, err = process.communicate(timeout=30)
        where = out.decode().strip()
        if (
            process.returncode
            or where not in (str(old), str(new))
            or (removed and where == str(old))
        ):
            wrong.append((number, process.returncode, where, err.decode()))
        moved += where == str(new)
        kept += not removed
        old = new
    print(f"{ROUNDS} rounds: {kept} kept the old generation, {moved} started on the new one")
    assert wrong == []
    assert kept
    assert moved


def test_starts_while_somebody_looks_at_the_lease_all_succeed(environment: Path) -> None:
    prefix = make_generation(environment, 1)
    complete(prefix)
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            held(lease_of(prefix))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(20):
            subprocess.run(command(environment, ["true"]), check=True, timeout=30)
    finally:
        ended.set()
        looker.join()
