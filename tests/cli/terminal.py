"""`jupyter envs` as a person or a script calls it: a process, its two outputs, its exit code."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
COMMAND = (sys.executable, "-m", "jupyter_envs")


@dataclass(frozen=True)
class Said:
    """What one call printed, and how it ended."""

    code: int
    out: str
    err: str
    verb: str

    @property
    def json(self) -> Any:
        """The one object on standard output, which fits the schema of its verb."""
        assert self.out.count("\n") == 1, self.out
        answer = json.loads(self.out)
        schema = json.loads((REFERENCE / f"cli-{self.verb}.schema.json").read_text())
        jsonschema.validate(answer, schema)
        return answer


def envs(*words: str, cwd: Path | None = None) -> Said:
    """Call it without a terminal, as CI does."""
    ran = subprocess.run(
        [*COMMAND, *words], cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return Said(ran.returncode, ran.stdout, ran.stderr, words[0] if words else "")


def interrupted(*words: str, at: str, number: int = signal.SIGINT) -> Said:
    """Send a signal as soon as its standard error says `at`."""
    process = subprocess.Popen(
        [*COMMAND, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background makes its children deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    assert process.stderr is not None
    told = ""
    while at not in told and (line := process.stderr.readline()):
        told += line
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, told + err, words[0])


def at_a_terminal(*words: str, answers: Sequence[tuple[str, str]] = ()) -> tuple[int, str]:
    """Exit code and screen of a call on a terminal; each prompt gets its answer."""
    child, screen = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execv(COMMAND[0], [*COMMAND, *words])
    seen, left = b"", list(answers)
    while select.select([screen], [], [], 120)[0]:
        try:
            block = os.read(screen, 65536)
        except OSError:
            break
        if not block:
            break
        seen += block
        if left and left[0][0].encode() in seen:
            os.write(screen, left.pop(0)[1].encode())
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode()
