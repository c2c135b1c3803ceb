"""`jupyter envs`: the same use cases from a terminal, for scripts and for CI.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 out of sync (`status` only), 128 and the
number of the signal where one ended it. `run` exits with the command's own code.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line; answers the exit code."""
    from .app import EnvsApp

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return EnvsApp.carry_out_line(sys.argv[1:] if argv is None else argv)
    except BrokenPipeError:
        # Whoever read the answer has gone; Python must not say so again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
