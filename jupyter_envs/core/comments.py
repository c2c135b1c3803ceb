"""The selectors that stand in comments, as `- pywin32  # [win]` (CEP 24). Pure."""

from __future__ import annotations

import re

from .findings import quote, warning
from .model import Place, Problem
from .selectors import is_selector
from .source import Source

_COMMENT = re.compile(r"(?:^|\s)#(.*)")
_BRACKETS = re.compile(r"(?:^|#)\s*\[([^\[\]]*)\]")
_EXPRESSION = re.compile(r"\s*(?:not\s+)?\(?[a-z]\w*\)?(?:\s+(?:and|or)\s.*|\s*)", re.IGNORECASE)


class Comments:
    """Finds the comment of a line; notes what looks like a selector and is none."""

    def __init__(self, source: Source, ends: dict[int, int]) -> None:
        self._source = source
        self._ends = ends
        self._told: dict[int, Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._told.values())

    def selector(self, place: Place) -> str:
        """The expression that guards the line of `place`; empty if none does."""
        start = self._ends.get(place.line)
        if start is None:
            return ""
        comment = _COMMENT.search(self._source.text[start : self._source.line_end(start)])
        for match in _BRACKETS.finditer(comment[1]) if comment else ():
            expression = match[1].strip()
            if is_selector(expression):
                return expression
            if _EXPRESSION.fullmatch(expression):
                self._tell(place, expression)
        return ""

    def _tell(self, place: Place, expression: str) -> None:
        message = f"Selector {quote(expression)} is not understood, so the line always counts"
        hint = "Use `linux`, `osx`, `win`, `unix` or a machine, with `and`, `or`, `not`"
        self._told.setdefault(place.line, warning("E129", place, message, hint))
