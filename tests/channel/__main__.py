"""Command line: `python -m tests.channel [--out DIR] [--interpreters 3.11,3.12] [--serve]`."""

from __future__ import annotations

import argparse
import contextlib
import logging
import threading
from pathlib import Path

from .build import make_channel, renew_pins
from .server import serve


def main() -> None:
    """Make the channel, say what is in it and, when asked, serve it until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.channel", description=__doc__)
    parser.add_argument(
        "--out", type=Path, help="folder to keep channels in (default: the cache of the tests)"
    )
    parser.add_argument(
        "--interpreters", help="Python versions, e.g. 3.11,3.12 (default: all that are found)"
    )
    parser.add_argument("--serve", action="store_true", help="serve it over HTTP on loopback")
    parser.add_argument(
        "--port", type=int, default=0, help="port to serve on (default: a free one)"
    )
    parser.add_argument(
        "--renew-pins", action="store_true", help="resolve the recipes again, then stop"
    )
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if chosen.renew_pins:
        renew_pins()
        return
    channel = make_channel(
        chosen.out, chosen.interpreters.split(",") if chosen.interpreters else None
    )
    print(
        f"channel     {channel.path}\n"
        f"wheelhouse  {channel.wheelhouse}\n"
        f"packages    {len(channel.packages)}"
    )
    for name, why in channel.missing.items():
        print(f"missing     {name}: {why.splitlines()[-1] if why else ''}")
    if chosen.serve:
        with serve(channel, port=chosen.port) as server:
            print(f"serving     {server.url}", flush=True)
            _until_interrupted()


def _until_interrupted() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


if __name__ == "__main__":
    main()
