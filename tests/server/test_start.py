"""What the extension costs a server that nobody asks about environments."""

from __future__ import annotations

import functools
import subprocess
import sys

LOAD = """
import sys, time
import jupyter_server.serverapp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_events import EventLogger
import jsonschema
logger = EventLogger()
known = set(sys.modules)
begun = time.process_time()
import jupyter_envs
[point] = jupyter_envs._jupyter_server_extension_points()
from jupyter_envs.server import events
logger.register_event_schema(events.SCHEMA_FILE)
print(round((time.process_time() - begun) * 1000))
print(*sorted(set(sys.modules) - known))
"""
HEAVY = {"rattler", "msgspec", "uv", "yaml", "filelock", "packaging"}


@functools.cache
def loaded() -> tuple[int, set[str]]:
    """Milliseconds of the processor, and the modules that are loaded with it."""
    runs = [
        subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    said = [run.stdout.splitlines()[-2:] for run in runs]
    return min(int(milliseconds) for milliseconds, _ in said), set(said[0][1].split())


def test_loading_takes_at_most_60_milliseconds() -> None:
    assert loaded()[0] <= 60


def test_nothing_heavy_is_loaded_before_the_first_question() -> None:
    modules = loaded()[1]
    assert modules.isdisjoint(HEAVY)
    assert not any(name.startswith("jupyter_envs.manager") for name in modules)
    assert not any(name.startswith("jupyter_envs.adapters") for name in modules)
