"""`jupyter envs` itself: the list of its verbs, each read when it is asked for."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from typing import Any

from .arguments import UsageError
from .command import USAGE, Command

VERBS = {
    "check": ("check.CheckApp", "Read environment files and say what is odd in them."),
    "lock": ("lock.LockApp", "Solve, and write the lock beside the file; install nothing."),
    "build": ("build.BuildApp", "Solve, install, and register the kernel."),
    "status": ("status.StatusApp", "Say whether what is built is what the file declares."),
    "list": ("listing.ListApp", "List every environment of the store."),
    "run": ("run.RunApp", "Run a command in the environment."),
    "remove": ("remove.RemoveApp", "Remove what was built; the project's files stay."),
}


class EnvsApp(Command):
    """Every project its own conda environment: check, lock, build and run it from a terminal."""

    name = "jupyter-envs"
    description = __doc__
    subcommands: Any = {  # noqa: RUF012 traitlets reads it from the class
        verb: (f"jupyter_envs.cli.{place}", text) for verb, (place, text) in VERBS.items()
    }
    flags: Any = {}  # noqa: RUF012

    @classmethod
    def carry_out_line(cls, argv: Sequence[str]) -> int:
        """Read a command line and carry it out; answers the exit code."""
        app = cls.instance()
        verb = argv[0] if argv and argv[0] in VERBS else ""
        name = f"jupyter envs {verb}".rstrip()
        try:
            app.initialize(list(argv))
            if not isinstance(app.subapp, Command):
                raise UsageError(_without_verb(app.extra_args))
            return app.subapp.carry_out()
        except UsageError as error:
            sys.stderr.write(f"{name}: {error}; see `{name} --help`\n")
            return USAGE

    def emit_description(self) -> Any:
        """What there is to do."""
        yield "usage: jupyter envs VERB [--json] …"
        yield ""
        yield str(self.__doc__)
        yield ""

    def emit_subcommands_help(self) -> Any:
        """One line a verb."""
        for verb, (_, text) in VERBS.items():
            yield f"  {verb:<7} {text}"
        yield ""

    def emit_options_help(self) -> Any:
        """Options belong to the verbs."""
        yield "`jupyter envs VERB --help` shows the options of a verb."


def _without_verb(words: Sequence[str]) -> str:
    if not words:
        return f"say what to do: {', '.join(VERBS)}"
    meant = difflib.get_close_matches(words[0], VERBS, 1)
    return f"there is no `{words[0]}`" + (f", did you mean `{meant[0]}`?" if meant else "")
