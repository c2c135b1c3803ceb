"""Command line: `python -m tests.channel [--out DIR] [--interpreters 3.11,3.12] [--serve]`."""

from __future__ import annotations

import argparse
import logging
import threading
from pathlib import Path

from .build import make_channel
from .server import serve


def main() -> None:
    """Make the channel, say what is in it and, when asked, serve it until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.channel", description=__doc__)
    parser.add_argument("--out", type=Path, help="folder to keep channels in (default: the cache of the tests)")
    parser.add_argument("--interpreters", help="Python versions, e.g. 3.11,3.12 (default: all that are found)")
    parser.add_argument("--serve", action="store_true", help="serve it over HTTP on loopback")
    parser.add_argument("--port", type=int, default=0, help="port to serve on (default: a free one)")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    channel = make_channel(chosen.out, chosen.interpreters.split(",") if chosen.interpreters else None)
    print(f"channel     {channel.path}\nwheelhouse  {channel.wheelhouse}\npackages    {len(channel.packages)}")
    for name, why in channel.missing.items():
        print(f"missing     {name}: {why.splitlines()[-1] if why else ''}")
    if chosen.serve:
        with serve(channel, port=chosen.port) as server:
            print(f"serving     {server.url}", flush=True)
            _until_interrupted()


def _until_interrupted() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
