"""What every verb shares: options, one answer, one error, one exit code."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jupyter_core.application import JupyterApp
from traitlets import Bool, TraitError

from jupyter_envs import wire
from jupyter_envs._version import __version__
from jupyter_envs.core.errors import BuildError, CancelledError, EnvsError
from jupyter_envs.core.secrets import redact

from .arguments import StrictLoader, UsageError

DONE, FAILED, USAGE, OUT_OF_SYNC = 0, 1, 2, 3

FLAGS: dict[str | tuple[str, ...], tuple[dict[str, Any], str]] = {
    "json": ({"Command": {"json": True}}, "Print one JSON object, and nothing else."),
    "debug": ({"Application": {"log_level": 10}}, "Log what is done, to standard error."),
}
ALIASES = {"config": "JupyterApp.config_file", "log-level": "Application.log_level"}
YES: dict[str | tuple[str, ...], tuple[dict[str, Any], str]] = {
    ("y", "yes"): ({"Command": {"yes": True}}, "Agree; nothing is asked."),
}


class Command(JupyterApp):
    """One verb of `jupyter envs`."""

    usage = ""
    """What follows the verb, as `[DIR]`."""
    version = __version__
    flags: Any = FLAGS
    aliases: Any = ALIASES

    json = Bool(False, help="Print one JSON object, and nothing else.").tag(config=True)
    yes = Bool(False, help="Agree; nothing is asked.").tag(config=True)

    def perform(self) -> int:
        """Do it and `answer`; answers the exit code. Raises `EnvsError` and `UsageError`."""
        raise NotImplementedError

    def carry_out(self) -> int:
        """Perform; whatever goes wrong is said once, in words, and is an exit code."""
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            return self.perform()
        except EnvsError as error:
            self.fail(error)
        except TraitError as error:
            raise UsageError(str(error)) from error
        except KeyboardInterrupt as interrupt:
            self.fail(CancelledError("cancelled", "Cancelled; your environment is as it was"))
            return ended_by(interrupt)
        except (UsageError, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 whoever reads the answer still gets one
            self.log.debug("%s", redact(traceback.format_exc()))
            self.fail(unexpected(error))
        return FAILED

    def answer(self, answer: object, lines: Callable[[], Iterable[str]]) -> None:
        """Print the answer: one JSON object, or lines for people."""
        if self.json:
            sys.stdout.buffer.write(wire.encode(answer) + b"\n")
        else:
            sys.stdout.writelines(f"{line}\n" for line in lines())
        sys.stdout.flush()

    def fail(self, error: EnvsError) -> None:
        """Say what went wrong: as JSON on standard output, else in words on standard error."""
        from .words import error_lines

        if self.json:
            self.answer(self.failure(error), tuple)
        else:
            sys.stderr.writelines(f"{line}\n" for line in error_lines(error))

    def failure(self, error: EnvsError) -> object:
        """The shape that says so with `--json`."""
        from jupyter_envs.manager.views import error_view

        from .answers import Failure

        return Failure(error_view(error))

    def note(self, line: str) -> None:
        """A line for people beside the answer."""
        if not self.json:
            sys.stderr.write(f"{line}\n")

    def emit_description(self) -> Any:
        """The command line, and what it does."""
        yield f"usage: jupyter envs {self.name.rpartition(' ')[2]} {self.usage}".rstrip()
        yield ""
        yield from super().emit_description()

    def emit_options_help(self) -> Any:
        """One line an option."""
        yield from option_lines(self.flags)
        yield ""
        yield "Every setting can be given as --Class.setting=value; --help-all lists them."
        yield ""

    def emit_help_epilogue(self, classes: bool) -> Any:
        """Nothing more."""
        return ()

    def exit(self, exit_status: int | str | None = 0) -> None:
        """Leave after help or version; settings that cannot be used are wrong usage."""
        sys.exit(USAGE if exit_status else DONE)

    def update_config(self, config: Any) -> None:
        """Take settings; one that cannot be taken is wrong usage."""
        try:
            super().update_config(config)
        except TraitError as error:
            raise UsageError(str(error)) from error

    def migrate_config(self) -> None:
        """Looking at a file writes nothing, not even for the sake of IPython 3."""

    def _log_level_default(self) -> int:
        return 30

    def _config_file_name_default(self) -> str:
        return "jupyter_envs_config"

    def _find_subcommand(self, name: str) -> str:
        return ""

    def _create_loader(self, argv: Any, aliases: Any, flags: Any, classes: Any) -> StrictLoader:
        return StrictLoader(argv, aliases, flags, classes=classes, log=self.log)


def option_lines(flags: dict[str | tuple[str, ...], tuple[dict[str, Any], str]]) -> Iterable[str]:
    """Options with what they do, in two columns."""
    rows = [(_spelled(names), text) for names, (_, text) in flags.items()]
    rows.append(("-h, --help", "Show this."))
    width = max(len(left) for left, _ in rows)
    return [f"  {left:<{width}}  {text}" for left, text in rows]


def _spelled(names: str | Sequence[str]) -> str:
    each = (names,) if isinstance(names, str) else names
    return ", ".join(f"-{name}" if len(name) == 1 else f"--{name}" for name in each)


def ended_by(interrupt: KeyboardInterrupt) -> int:
    """The exit code of a command that a signal ended."""
    number = interrupt.args[0] if interrupt.args else signal.SIGINT
    return 128 + int(number)


def unexpected(error: Exception) -> EnvsError:
    """An error that nobody foresaw, in the shape of those that were."""
    words = redact(f"{type(error).__name__}: {error}")[:300]
    return BuildError(
        "E900", f"Something unexpected happened: {words}", "Try again with `--debug`; report it"
    )


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)
