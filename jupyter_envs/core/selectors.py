"""Selectors: which lines of a spec count on a platform (CEP 24). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from .model import ChannelLine, Requirement, Spec, Variable

_TOKEN = re.compile(r"\s*([()]|[A-Za-z_]\w*)")
_LONGEST = 1000
_MACHINES = ("aarch64", "arm64", "armv6l", "armv7l", "ppc64", "ppc64le", "riscv64", "s390x")

Line = TypeVar("Line", Requirement, ChannelLine, Variable)


def selects(expression: str, platform: str) -> bool:
    """Whether `expression` holds on `platform` (as `linux-64`); the empty one always does.

    The variables are those of CEP 24: systems, machines and the pairs `linux64`, `osx64`, `win64`.
    `ValueError` for what is no such expression.
    """
    return not expression.strip() or _evaluate(expression, platform)


def is_selector(expression: str) -> bool:
    """Whether `selects` understands it."""
    try:
        return bool(expression.strip()) and selects(expression, "linux-64") in (True, False)
    except ValueError:
        return False


def both(outer: str, inner: str) -> str:
    """The selector that holds where both do."""
    return f"({outer}) and ({inner})" if outer and inner else outer or inner


def on_platform(spec: Spec, platform: str) -> tuple[Requirement, ...]:
    """The requirements that count on `platform`, in the file's order."""
    return _selected(spec.requirements, platform)


def channels_on(spec: Spec, platform: str) -> tuple[ChannelLine, ...]:
    """The channels that count on `platform`, in the file's order."""
    return _selected(spec.channels, platform)


def variables_on(spec: Spec, platform: str) -> tuple[Variable, ...]:
    """The variables that count on `platform`, in the file's order."""
    return _selected(spec.variables, platform)


def _selected(lines: Iterable[Line], platform: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if selects(line.selector, platform))


def _variables(platform: str) -> dict[str, bool]:
    system, _, machine = platform.partition("-")
    held = {name: system == name for name in ("linux", "osx", "win", "emscripten", "wasi")}
    held |= {f"{name}{bits}": platform == f"{name}-{bits}"
             for name in ("linux", "osx", "win") for bits in ("32", "64")}  # fmt: skip
    held |= {name: machine == name for name in _MACHINES}
    held["unix"] = system in ("linux", "osx", "emscripten")
    held["x86"] = machine in ("32", "64")
    held["x86_64"] = held["x64"] = machine == "64"
    return held


@lru_cache(maxsize=1024)
def _evaluate(expression: str, platform: str) -> bool:
    if len(expression) > _LONGEST:
        raise ValueError("too long")
    tokens = []
    position, text = 0, expression.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise ValueError(f"`{text[position:]}` is not understood")
        tokens.append(match[1])
        position = match.end()
    parser = _Parser(tokens, _variables(platform))
    held = parser.any_of()
    if parser.tokens:
        raise ValueError(f"`{parser.tokens[-1]}` is not expected here")
    return held


class _Parser:
    """`or` binds weaker than `and`, which binds weaker than `not`."""

    def __init__(self, tokens: list[str], variables: dict[str, bool]) -> None:
        self.tokens = tokens[::-1]
        self.variables = variables
        self.depth = 0

    def any_of(self) -> bool:
        held = self.all_of()
        while self._next_is("or"):
            held = self.all_of() or held
        return held

    def all_of(self) -> bool:
        held = self.term()
        while self._next_is("and"):
            held = self.term() and held
        return held

    def term(self) -> bool:
        negated = False
        while self._next_is("not"):
            negated = not negated
        if self._next_is("("):
            return self._group() is not negated
        name = self.tokens.pop() if self.tokens else ""
        if name not in self.variables:
            raise ValueError(f"`{name}` is no platform")
        return self.variables[name] is not negated

    def _group(self) -> bool:
        self.depth += 1
        if self.depth > 20:
            raise ValueError("nested too deep")
        held = self.any_of()
        if not self._next_is(")"):
            raise ValueError("`)` is missing")
        self.depth -= 1
        return held

    def _next_is(self, token: str) -> bool:
        if self.tokens and self.tokens[-1] == token:
            self.tokens.pop()
            return True
        return False
