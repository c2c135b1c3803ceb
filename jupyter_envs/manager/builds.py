"""Builds that run: a worker process each, its news collected, cancelled by ending its group."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from jupyter_envs.adapters.store import Store
from jupyter_envs.core import errors
from jupyter_envs.core.errors import CancelledError, EnvsError
from jupyter_envs.core.model import Outcome, Place, Plan, Progress
from jupyter_envs.core.secrets import redact
from jupyter_envs.worker.orders import (
    DoneNews,
    ErrorNews,
    LockNews,
    LogNews,
    News,
    PlanNews,
    ProgressNews,
    WorkerOrder,
)

MOST_LINES = 5_000
KEPT = (
    "PATH",
    "LD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
KEPT_LATER = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "RATTLER_AUTH_FILE", "NETRC")
START = "import sys; sys.path[:] = {path!r}; from jupyter_envs.worker.run import main; main()"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a build's log."""

    number: int
    text: str


@dataclass(slots=True)
class Build:
    """One run of a worker; its fields change while it runs, `ended` says when no more."""

    id: str
    project: Path
    order: WorkerOrder
    changed: Callable[[Build], None]
    agreed: str = ""
    """Key of the files that the person agreed to, without the lock."""
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    progress: Progress = field(default_factory=lambda: Progress("solve"))
    outcome: Outcome | None = None
    error: EnvsError | None = None
    plan: Plan | None = None
    lock: LockNews | None = None
    done: DoneNews | None = None
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    seconds: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _begun: float = field(default_factory=time.monotonic)
    _process: subprocess.Popen[bytes] | None = None
    _cancelled: bool = False
    _logged: int = 0
    _before: str = ""

    @property
    def elapsed(self) -> float:
        """Seconds from start to now, or to the end."""
        return self.seconds or time.monotonic() - self._begun

    def start(self) -> None:
        """Begin in a thread of its own: the worker dies with the thread that started it."""
        threading.Thread(target=self._run, name=f"build-{self.id}", daemon=True).start()

    def cancel(self) -> None:
        """End the worker and all it started; what it had begun is put away by the next build."""
        with self._guard:
            self._cancelled = True
            process = self._process
        if process is not None and self.outcome is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def result(self) -> Build:
        """Wait for the end; raises what ended it when it did not succeed."""
        self.ended.wait()
        if self.error is not None:
            raise self.error
        return self

    def lines_after(self, number: int) -> list[Line]:
        return [line for line in tuple(self.lines) if line.number > number]

    def say(self, text: str) -> None:
        """Add a line to the log, without secrets."""
        self._logged += 1
        self.lines.append(Line(self._logged, redact(text)[:2_000]))

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 a build always ends, and says how
            self.error = errors.BuildError(
                "worker", "The worker could not be started", "Try again", details=redact(str(error))
            )
        self._conclude()
        if self._process is not None:
            self._process.wait()  # it may still delete what was replaced

    def _work(self) -> None:
        with self._guard:
            if self._cancelled:
                return
            self._before = _current(self.order)
            self._process = process = _spawn(self.order.channels.network)
        errors_read = threading.Thread(target=self._read_errors, args=(process,), daemon=True)
        errors_read.start()
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(msgspec.json.encode(self.order))
            process.stdin.close()
        for line in process.stdout:
            self._hear(line)
        errors_read.join(timeout=1)
        process.stdout.close()

    def _read_errors(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        with process.stderr as stream:
            for line in stream:
                self.say(line.decode(errors="replace").rstrip())

    def _hear(self, line: bytes) -> None:
        try:
            news = _decode(line)
        except msgspec.DecodeError:
            self.say(line.decode(errors="replace").rstrip())
            return
        if isinstance(news, ProgressNews):
            if news.progress.message and news.progress.message != self.progress.message:
                self.say(news.progress.message)
            self.progress = news.progress
        elif isinstance(news, LogNews):
            self.say(news.text)
        elif isinstance(news, ErrorNews):
            self.error = _error_of(news)
        elif isinstance(news, PlanNews):
            self.plan = news.plan
        elif isinstance(news, LockNews):
            self.lock = news
            self.say(f"Wrote {news.path}")
        else:
            self.done = news
        self.changed(self)

    def _conclude(self) -> None:
        self.seconds = round(time.monotonic() - self._begun, 3)
        self.outcome = self._outcome()
        if self.done is not None:
            self.progress = Progress("register", None, 1.0, "Done")
        if self.outcome == "failed" and self.error is None:
            self.error = errors.BuildError(
                "worker-died",
                "The build stopped before it was done; your environment is as it was",
                "Build again",
            )
        if self.outcome == "cancelled":
            self.error = CancelledError(
                "cancelled", "The build was cancelled; your environment is as it was"
            )
        self.say(self.error.message if self.error else f"Done in {self.seconds:.1f} s")
        try:
            self.changed(self)  # first: whoever waits for the end may be gone right after it
        finally:
            self.ended.set()

    def _outcome(self) -> Outcome:
        if self.done is not None:
            return "built" if self.done.changed else "unchanged"
        if self.error is None and _current(self.order) != self._before:
            return "built"  # it was all done; only the worker's last words are missing
        if self._cancelled:
            return "cancelled"
        return "refused" if isinstance(self.error, errors.RefusedError) else "failed"


def new_build(
    project: Path, order: WorkerOrder, changed: Callable[[Build], None], agreed: str = ""
) -> Build:
    """A build with an id that nobody can guess; `agreed` names what the person said yes to."""
    return Build(secrets.token_hex(8), project, order, changed, agreed)


def _spawn(network: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Isolated from the project, in a group of its own; the path is ours, not the project's."""
    path = _import_path()
    return subprocess.Popen(
        [sys.executable, "-I", "-c", START.format(path=path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**_environment(os.environ), **network},
        cwd="/",
        start_new_session=True,
    )


def _import_path() -> list[str]:
    """Ours, without the folder that `python -m` was called in: a project must not be imported."""
    here = Path(__file__).resolve().parents[2]
    called = Path.cwd()
    found = [entry for entry in sys.path if entry and Path(entry).resolve() != called]
    return [*found, str(here)] if str(here) not in found else found


def _current(order: WorkerOrder) -> str:
    """Id of the generation that kernels start on: what a build achieved, whatever it says."""
    environment = Store(Path(order.places.store)).get(order.places.environment)
    current = environment.generations.current() if environment else None
    return current.id if current else ""


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """An allow-list: no token of the server, no setting of a tool."""
    names = (*KEPT, *KEPT_LATER, *(name.lower() for name in KEPT_LATER), "HOME")
    return {name: environ[name] for name in names if name in environ}


_SHAPES: dict[str, type[News]] = {
    "progress": ProgressNews,
    "log": LogNews,
    "lock": LockNews,
    "plan": PlanNews,
    "done": DoneNews,
    "error": ErrorNews,
}


@dataclass(frozen=True, slots=True)
class _Tagged:
    tag: str


def _decode(line: bytes) -> News:
    shape = _SHAPES[msgspec.json.decode(line, type=_Tagged).tag]
    return msgspec.json.decode(line, type=shape)


def _error_of(news: ErrorNews) -> EnvsError:
    kind = getattr(errors, news.kind, errors.BuildError)
    place = Place(news.line, news.column) if news.line else None
    error = kind(
        news.code,
        news.message,
        news.hint,
        place=place,
        details=news.details,
        problems=news.problems,
        file=news.file,
    )
    assert isinstance(error, EnvsError)
    return error
