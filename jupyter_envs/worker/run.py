"""The process that a build runs in: one order in, JSON lines out.

It ends with `os._exit`, for the engine can crash at interpreter exit after all is done; what it
achieved is judged by the completion record of the generation, never by its exit code.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from jupyter_envs.adapters import neighbours, projects
from jupyter_envs.adapters.conda.engine import CondaEngine
from jupyter_envs.adapters.conda.install import Installer
from jupyter_envs.adapters.files import write_atomically
from jupyter_envs.adapters.store import Environment, Store
from jupyter_envs.builder import Builder
from jupyter_envs.core.errors import EnvsError, NotFoundError
from jupyter_envs.core.model import Lock, Progress
from jupyter_envs.core.secrets import redact

from .orders import (
    DoneNews,
    ErrorNews,
    LockNews,
    LogNews,
    News,
    PlanNews,
    ProgressNews,
    WorkerOrder,
)
from .wheels import Wheels
from .workshop import CondaAndPip, Prefix, Registry, Shelf

Tell = Callable[[News], None]


def main() -> None:
    """Read one order from standard input, carry it out, end."""
    _die_with_parent()
    news = _news()
    tell = _teller(news)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=WorkerOrder)
    store = Store(Path(order.places.store))
    try:
        _carry_out(order, store, tell)
    except EnvsError as error:
        tell(_news_of(error, order.places.file))
    except Exception as error:  # noqa: BLE001 the one place that must record every outcome
        tell(LogNews(redact(traceback.format_exc())))
        words = f"Something unexpected happened: {redact(str(error))[:200]}"
        tell(ErrorNews("BuildError", "E900", words, "See the log; report it if it stays"))
    _say_no_more(news)
    store.empty_trash()
    os._exit(0)


def _carry_out(order: WorkerOrder, store: Store, tell: Tell) -> None:
    environment = store.get(order.places.environment)
    if environment is None:
        raise NotFoundError("no-environment", "The environment is gone", "Start the build again")
    with environment.generations.locked():
        environment.generations.recover()
        _steps(order, store, environment, tell)


def _steps(order: WorkerOrder, store: Store, environment: Environment, tell: Tell) -> None:
    builder = _builder(order, store, environment, tell)
    current = environment.generations.current()
    if current and order.verb == "build":
        neighbours.refuse_frozen(Path(current.prefix))
    lock = builder.lock(order.order)
    if order.verb == "review":
        write_atomically(environment.root / "reviewed.json", msgspec.json.encode(lock))
        tell(PlanNews(builder.plan(order.order, lock)))
        tell(DoneNews(changed=False))
        return
    if not order.lock_in_place:
        _write_lock(order, environment, lock, tell)
    if order.verb == "lock":
        tell(DoneNews())
        return
    generation = builder.build(order.order, lock)
    tell(DoneNews(generation.id, current is None or generation.id != current.id))


def _builder(order: WorkerOrder, store: Store, environment: Environment, tell: Tell) -> Builder:
    engine = CondaEngine(
        repodata=store.cache / "repodata",
        packages=store.cache / "pkgs",
        lower=tuple(Path(folder) for folder in order.channels.lower_caches),
        tls_verify=order.channels.tls_verify,
        logins=order.channels.logins,
    )
    spec = Path(order.places.project) / order.places.file
    wheels = Wheels(order.indexes, spec, store.cache / "uv")
    installer = Installer(engine)

    def report(progress: Progress) -> None:
        tell(ProgressNews(progress))

    return Builder(
        CondaAndPip(order, engine, wheels),
        lambda prefix: Prefix(prefix, order, installer, wheels, store.cache),
        Shelf(environment),
        Registry(store, environment, order),
        report,
    )


def _write_lock(order: WorkerOrder, environment: Environment, lock: Lock, tell: Tell) -> None:
    """Beside the spec; in the store where that cannot be written, or another lock has come."""
    from jupyter_envs.adapters import lockfile  # a build from a lock need not load it

    content = lockfile.write(lock, Path(order.places.file).name)
    target = Path(order.places.lock)
    try:
        found = target.read_bytes() if target.exists() else b""
        if found != content and sha256(found).hexdigest() != order.lock_seen:
            raise FileExistsError(target)  # it came while we solved
        if found != content:
            write_atomically(target, content)
        tell(LockNews(str(target), fallback=False))
    except OSError:
        kept = environment.root / projects.LOCKS
        write_atomically(kept, content)
        tell(LockNews(str(kept), fallback=True))


def _news() -> BinaryIO:
    """Standard output, for the news alone; whatever else is printed goes to the log."""
    news = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return news


def _say_no_more(news: BinaryIO) -> None:
    """Whoever listens need not wait for the deletion of what was replaced."""
    news.close()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _teller(news: BinaryIO) -> Tell:
    encoder = msgspec.json.Encoder()

    def tell(item: News) -> None:
        with contextlib.suppress(BrokenPipeError):
            news.write(encoder.encode(item) + b"\n")

    return tell


def _news_of(error: EnvsError, file: str) -> ErrorNews:
    return ErrorNews(
        type(error).__name__,
        error.code,
        redact(error.message),
        redact(error.hint),
        error.place.line if error.place else 0,
        error.place.column if error.place else 0,
        redact(error.details),
        error.problems,
        error.file or (file if error.place else ""),
    )


def _die_with_parent() -> None:
    """Stop with the server or terminal that asked; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    main()
