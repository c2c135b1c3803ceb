"""Command lines read strictly: what nobody defined is refused, not warned about."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NoReturn

from traitlets.config.loader import ArgumentError, KVArgParseConfigLoader, _KVArgParser

ENGINE = "EnvironmentManager."
"""Options of the engine: every verb takes them, so that one list of options does for all."""


class UsageError(Exception):
    """The command line is wrong; one line says how."""


class _Parser(_KVArgParser):
    """Options and names in any order; a mistake is a `UsageError`."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        return self.parse_intermixed_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


class StrictLoader(KVArgParseConfigLoader):
    """Refuses options that no class of the command has, and values that they cannot have."""

    parser_class = _Parser

    def _parse_args(self, args: Any) -> Any:
        words = itertools.takewhile(lambda word: word != "--", args)
        for option in (word.split("=", 1)[0] for word in words if word[:1] == "-" != word):
            if not self._is_known(option):
                raise UsageError(f"there is no option `{option}`")
        return super()._parse_args(args)

    def _convert_to_config(self) -> None:
        try:
            super()._convert_to_config()
        except ArgumentError as error:
            raise UsageError(str(error)) from error

    def _is_known(self, option: str) -> bool:
        name = option.lstrip("-")
        if len(option) - len(name) != (1 if len(name) == 1 else 2):
            return False
        if name.startswith(ENGINE) and not any(t.startswith(ENGINE) for t in self.argparse_traits):
            return True
        return name in {*self.flags, *self.aliases, *self.argparse_traits}


def split_command(argv: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """What comes before the first `--` and what behind it; None where there is none."""
    words = list(argv)
    if "--" not in words:
        return words, None
    at = words.index("--")
    return words[:at], words[at + 1 :]


def at_most_one(names: Sequence[str], word: str) -> str:
    """The one positional name, or empty; raises `UsageError` for more."""
    if len(names) > 1:
        raise UsageError(f"give one {word}, not {len(names)}")
    return names[0] if names else ""
