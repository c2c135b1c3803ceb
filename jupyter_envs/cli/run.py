"""`jupyter envs run`: a command with the kernel's whole activation."""

from __future__ import annotations

import os
import signal
from typing import Any

from jupyter_envs.core.errors import NotFoundError
from jupyter_envs.manager.commands import command_in

from .arguments import UsageError, split_command
from .managed import ManagedCommand


class RunApp(ManagedCommand):
    """Run a command in the environment of a project, activated as its kernels are.

    It takes the place of this process: its input, output, signals and exit code are its own.
    """

    name = "jupyter-envs run"
    description = __doc__
    usage = "[DIR] -- COMMAND…"
    examples = "jupyter envs run -- python report.py\njupyter envs run analysis/ -- pytest -q"

    command: tuple[str, ...] = ()

    def parse_command_line(self, argv: Any = None) -> None:
        """What stands behind `--` is not ours to read."""
        words, command = split_command(argv or ())
        super().parse_command_line(words)
        self.command = tuple(command or ())

    def perform(self) -> int:
        """Raises `NotFoundError` where nothing is built, or the command is not there."""
        if not self.command:
            raise UsageError("write the command behind `--`")
        argv = command_in(self.manager.survey(self.project()), self.command)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python's own choice is not the command's
        try:
            os.execv(argv[0], argv)
        except OSError as error:
            raise NotFoundError(
                "launcher", f"The command cannot be started: {error.strerror}", "Build again"
            ) from error
