"""The process that a build runs in: alone, ended at once, its words apart from all noise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import filelock
import psutil
import pytest

from jupyter_envs.adapters.projects import Project
from jupyter_envs.core.errors import CancelledError, EnvsError
from jupyter_envs.manager import EnvironmentManager
from jupyter_envs.manager.builds import Build
from tests.conftest import MakeProject, build, generation

BIG = "channels: [conda-forge]\ndependencies:\n  - python=3.11\n  - pandas\n"
SMALL = "channels: [conda-forge]\ndependencies:\n  - versions-demo=1.0\n"


def wait_for(said: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


def workers(of: int) -> list[psutil.Process]:
    return psutil.Process(of).children(recursive=True)


@pytest.fixture
def running(manager: EnvironmentManager, project: MakeProject) -> tuple[Project, Build]:
    """A build that links files at this moment."""
    one = project(BIG)
    started = manager.start(one, "build", agree=True)
    wait_for(lambda: started.progress.step == "install" or started.outcome is not None)
    return one, started


def test_it_is_isolated_from_the_project_and_from_the_server(
    running: tuple[Project, Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, started = running
    (worker,) = (w for w in workers(os.getpid()) if "worker.run" in " ".join(w.cmdline()))
    assert worker.cwd() == "/"
    assert "-I" in worker.cmdline()
    assert os.getpgid(worker.pid) == worker.pid != os.getpgid(0)
    environment = worker.environ()
    assert "HOME" in environment
    assert not {
        n for n in environment if "TOKEN" in n or n.startswith(("JUPYTER", "CONDA", "PYTHON"))
    }
    started.cancel()


def test_cancelling_takes_under_a_second_and_nothing_comes_late(
    manager: EnvironmentManager, running: tuple[Project, Build]
) -> None:
    one, started = running
    alive = workers(os.getpid())
    began = time.monotonic()
    started.cancel()
    with pytest.raises(CancelledError):
        started.result()
    assert time.monotonic() - began < 1
    assert not [w for w in alive if w.is_running() and w.status() != psutil.STATUS_ZOMBIE]
    environment = manager.survey(one).environment
    assert environment is not None
    files = sum(1 for _ in environment.root.rglob("*"))
    time.sleep(0.3)
    assert files == sum(1 for _ in environment.root.rglob("*"))
    assert manager.survey(one).generation is None
    assert build(manager, one).outcome == "built"
    folders = [p for p in environment.generations.folder.iterdir() if p.is_dir()]
    assert [p.name for p in folders] == [generation(manager, one).id], "the leftovers are gone"


PARENT = """
import sys, time
from pathlib import Path
from jupyter_envs.adapters.projects import Project
from jupyter_envs.manager import EnvironmentManager
project = Project(Path(sys.argv[1]), "environment.yml")
build = EnvironmentManager().start(project, "build", agree=True)
while build.progress.step != "install":
    time.sleep(0.01)
print("installing", flush=True)
time.sleep(60)
"""


def test_it_ends_with_the_one_who_asked(manager: EnvironmentManager, project: MakeProject) -> None:
    one = project(BIG)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(one.folder)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "installing\n"
    alive = workers(parent.pid)
    assert alive
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_for(lambda: not [w for w in alive if w.is_running()], 5)
    parent.stdout.close()
    assert build(manager, one).outcome == "built"


NOISY = """
import os, sys
from jupyter_envs.worker import run
from jupyter_envs.worker.orders import LogNews
news = run._news()
tell = run._teller(news)
print("a print of some library", flush=True)
os.write(1, b"a write of some C code")
os.system("echo a child of ours")
tell(LogNews("the news"))
run._say_no_more(news)
print("too late", flush=True)
"""


def test_noise_never_mixes_with_the_news() -> None:
    said = subprocess.run([sys.executable, "-c", NOISY], capture_output=True, text=True, check=True)
    assert said.stdout == '{"text":"the news","tag":"log"}\n'
    for noise in ("a print of some library", "a write of some C code", "a child of ours"):
        assert noise in said.stderr
    assert "too late" not in said.stderr


def test_a_worker_that_died_after_the_switch_has_built(
    manager: EnvironmentManager, project: MakeProject, tmp_path: Path
) -> None:
    """The engine can crash when all is done; the generation says what was achieved."""
    one = project(SMALL)
    listing = tmp_path / "home/.conda"
    listing.mkdir()
    with filelock.FileLock(listing / ".environments.txt.lock"):  # holds it up behind the switch
        started = manager.start(one, "build", agree=True)
        wait_for(lambda: manager.survey(one).generation is not None)
        (worker,) = (w for w in workers(os.getpid()) if "worker.run" in " ".join(w.cmdline()))
        worker.send_signal(signal.SIGABRT)
        started.ended.wait(60)
    assert started.outcome == "built"
    assert started.error is None
    assert build(manager, one).outcome == "unchanged"


def test_a_worker_that_died_before_has_not(
    manager: EnvironmentManager, running: tuple[Project, Build]
) -> None:
    one, started = running
    (worker,) = (w for w in workers(os.getpid()) if "worker.run" in " ".join(w.cmdline()))
    worker.send_signal(signal.SIGABRT)
    with pytest.raises(EnvsError, match="stopped before it was done"):
        started.result()
    assert started.outcome == "failed"
    assert manager.survey(one).generation is None
