"""A server that starts, then loads one more extension and prints what that took.

`load_extension.py NAME [OPTION…]`: seconds of the start and of the extension, on a line.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

BEGAN = time.perf_counter()

from jupyter_server.serverapp import ServerApp  # noqa: E402


def main(name: str, *options: str) -> None:
    """The server is ready to serve before the extension; its handlers are added as at a start."""
    app = ServerApp.instance()
    app.initialize([*options, f'--ServerApp.jpserver_extensions={{"{name}": False}}'])
    started = time.perf_counter()
    extensions: Any = app.extension_manager
    extensions.add_extension(name, enabled=True)
    extensions.link_extension(name)
    extensions.load_extension(name)
    loaded = time.perf_counter()
    print(started - BEGAN, loaded - started, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
