"""YAML as a tree of texts that know their line, read within limits.

The text is scanned event by event: an alias, a tag or a depth that could cost more than the file's
own size is refused before anything is built of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from jupyter_envs.core.errors import LockError
from jupyter_envs.core.model import Place

MOST_BYTES = 60 * 1024 * 1024
MOST_NODES = 4_000_000
DEEPEST = 10
_HINT = "Restore it from version control, or delete it and build again"
_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list or a mapping, and the line it starts on."""

    value: str | list[Node] | dict[str, Node]
    line: int
    null: bool = False
    """A text that YAML takes for nothing."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """How this file's errors are made."""

    file: str

    def __call__(self, code: str, message: str, line: int = 1, hint: str = _HINT) -> LockError:
        return LockError(code, message, hint, file=self.file, place=Place(line))


def parse(content: bytes, refuse: Refusal) -> Node:
    """The tree of `content`; `LockError` with the line for what is no plain YAML of fair size."""
    text = _decoded(content, refuse)
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return _Composer(refuse).compose(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise refuse("E180", f"The lock cannot be read: line {line} is no YAML", line) from error


def _decoded(content: bytes, refuse: Refusal) -> str:
    if len(content) > MOST_BYTES:
        raise refuse("E102", f"The lock is larger than 60 MiB ({len(content):,} bytes)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse("E103", "The lock is not UTF-8", line) from error
    if not text.strip():
        raise refuse("E180", "The lock is empty")
    _refuse_conflict(text, refuse)
    if (index := text.find("\0")) >= 0:
        raise refuse("E103", "Control character U+0000 in the lock", text.count("\n", 0, index) + 1)
    return text


def _refuse_conflict(text: str, refuse: Refusal) -> None:
    index = 0 if text.startswith("<<<<<<< ") else text.find("\n<<<<<<< ") + 1
    if index or text.startswith("<<<<<<< "):
        line = text.count("\n", 0, index) + 1
        hint = "Keep one side's lock whole, or delete it and build again"
        raise refuse("E113", f"Unresolved merge conflict at line {line}", line, hint)


class _Composer:
    """Builds the tree with a stack of its own, so that depth costs nothing."""

    def __init__(self, refuse: Refusal) -> None:
        self.refuse = refuse
        self.open: list[Node] = []
        self.keys: list[str | None] = []
        self.root: Node | None = None

    def compose(self, events: Iterator[yaml.Event]) -> Node:
        for count, event in enumerate(events):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if count > MOST_NODES:
                raise self.refuse("E109", f"The lock has more than {MOST_NODES:,} entries", line)
            self._refuse_dangerous(event, line)
            self._take(event, line)
        if self.root is None:
            raise self.refuse("E180", "The lock is empty")
        return self.root

    def _take(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._start(Node({} if isinstance(event, yaml.MappingStartEvent) else [], line))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.keys.pop()
            self._add(self.open.pop())

    def _refuse_dangerous(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.refuse("E107", "Anchors and aliases are not allowed in a lock", line)
        if getattr(event, "tag", None):
            raise self.refuse("E110", "Tags are not allowed in a lock", line)
        if isinstance(event, yaml.DocumentStartEvent) and self.root:
            raise self.refuse("E106", f"A second document starts at line {line}", line)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._expects_key():
            self._set_key(event.value, line)
        else:
            self._add(Node(event.value, line, event.style is None and event.value in _NULLS))

    def _start(self, node: Node) -> None:
        if self._expects_key():
            raise self.refuse("E114", "A key must be text", node.line)
        if len(self.open) >= DEEPEST:
            raise self.refuse("E108", f"The lock is nested deeper than {DEEPEST}", node.line)
        self.open.append(node)
        self.keys.append(None)

    def _expects_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].value, dict) and self.keys[-1] is None

    def _set_key(self, key: str, line: int) -> None:
        if key in self.open[-1].value:
            raise self.refuse("E111", f"`{key[:80]}` is given twice", line)
        self.keys[-1] = key

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1].value
        key = self.keys[-1]
        if isinstance(parent, dict) and key is not None:
            parent[key] = node
            self.keys[-1] = None
        elif isinstance(parent, list):
            parent.append(node)
