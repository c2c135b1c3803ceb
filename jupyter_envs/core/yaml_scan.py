"""YAML read as text with positions: no type is guessed, no object made, every limit kept. Pure.

A stream of parse events is turned into nodes in one pass without recursion, so that neither depth
nor aliases can hurt: what would grow beyond the limits is refused at the event that exceeds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from .findings import error, note, quote, spec_error, warning
from .model import Place, Problem
from .source import Source
from .yaml_nodes import Document, Mapping, Node, Scalar, Sequence
from .yaml_words import stray_tabs, syntax_problem

DEEPEST = 20
MOST_ENTRIES = 5_000
MOST_CHARACTERS = 1024 * 1024

_Events: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN_TAGS = re.compile(
    r"(!|tag:yaml\.org,2002:(str|seq|map|null|bool|int|float|python/(tuple|list|dict|str|unicode)))"
)
_MERGE = "<<"


class _Weight(NamedTuple):
    entries: int
    characters: int


@dataclass(slots=True)
class _Open:
    """A sequence or mapping whose end is still to come."""

    place: Place
    is_mapping: bool
    tag: str
    anchor: str
    flow_start: int
    """Index of its bracket; -1 where it has none."""
    nodes: list[Node] = field(default_factory=list)
    entries: int = 0
    characters: int = 0

    @property
    def awaits_key(self) -> bool:
        return self.is_mapping and len(self.nodes) % 2 == 0


def scan(source: Source) -> Document:
    """The document of `source`; `SpecError` E104 to E111 and E114 where there is none."""
    try:
        return _Scan(source).document()
    except yaml.YAMLError as unreadable:
        raise _refusal(source, syntax_problem(source, unreadable)) from unreadable


def _refusal(source: Source, problem: Problem) -> Exception:
    return spec_error(source.file, (problem,))


class _Scan:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.anchors: dict[str, tuple[Node, _Weight]] = {}
        self.problems: list[Problem] = []
        self.ends: dict[int, int] = {}
        self.tabs_allowed: list[tuple[int, int]] = []
        self.entries = self.characters = 0
        self.first_alias: tuple[str, Place] | None = None

    def document(self) -> Document:
        seen = False
        for event in yaml.parse(self.source.text, Loader=_Events):
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    self._second_document(self._place(event))
                seen = True
            self._take(event)
        self._refuse_tabs()
        root = self.root or Scalar("", Place())
        return Document(root, tuple(self.problems), self.ends)

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            self._open(event)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._close(event)

    def _scalar(self, event: Any) -> None:
        place = self._place(event)
        plain = not event.style
        if event.style in ("'", '"'):
            place = Place(place.line, place.column + 1)
        tag = self._tag(event.tag, place)
        end = event.end_mark.index
        if end == event.start_mark.index and self.stack and not self.stack[-1].awaits_key:
            place = self._behind_key(place)
        if event.style not in ("|", ">") and end > event.start_mark.index:
            self.ends[self.source.place(end).line] = end
        if not plain:
            self.tabs_allowed.append((event.start_mark.index, end))
        node = Scalar(event.value, place, plain, tag)
        weight = _Weight(1, len(event.value))
        if event.anchor:
            self.anchors[event.anchor] = (node, weight)
        self._add(node, weight)

    def _behind_key(self, place: Place) -> Place:
        """The parser puts an empty value where the next token stands."""
        before = self.stack[-1].nodes[-1] if self.stack[-1].is_mapping else None
        if not isinstance(before, Scalar):
            return place
        end = self.ends.get(before.place.line, self.source.index(before.place))
        return self.source.place(min(end + 1, len(self.source.text)))

    def _alias(self, event: Any) -> None:
        place = self._place(event)
        self.ends[place.line] = event.end_mark.index
        if any(open_.anchor == event.anchor for open_ in self.stack):
            message = f"Alias {quote('*' + event.anchor)} stands inside what it names"
            raise _refusal(self.source, _no_aliases(place, message))
        if event.anchor not in self.anchors:
            message = f"Alias {quote('*' + event.anchor)} names nothing"
            hint = f"Put quotes around it if it is text: {quote(repr('*' + event.anchor))}"
            raise _refusal(self.source, error("E107", place, message, hint))
        if self.first_alias is None:
            self.first_alias = (event.anchor, place)
            message = f"Alias {quote('*' + event.anchor)}: anchors and aliases are hard to follow"
            self.problems.append(warning("E107", place, message, "Write it out"))
        self._add(*self.anchors[event.anchor])

    def _open(self, event: Any) -> None:
        place = self._place(event)
        if len(self.stack) >= DEEPEST:
            message = f"The file is nested deeper than {DEEPEST}"
            raise _refusal(self.source, error("E108", place, message, "Write it flatter"))
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        self._count(_Weight(1, 0), place)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        tag = self._tag(event.tag, place)
        flow_start = event.start_mark.index if event.flow_style else -1
        self.stack.append(_Open(place, is_mapping, tag, event.anchor or "", flow_start))

    def _close(self, event: Any) -> None:
        done = self.stack.pop()
        if done.flow_start >= 0:
            self.tabs_allowed.append((done.flow_start, event.end_mark.index))
        node: Node
        if done.is_mapping:
            node = Mapping(tuple(self._pairs(done.nodes)), done.place, done.tag)
        else:
            node = Sequence(tuple(done.nodes), done.place, done.tag)
        weight = _Weight(done.entries + 1, done.characters)
        if done.anchor:
            self.anchors[done.anchor] = (node, weight)
        self._attach(node, weight)

    def _add(self, node: Node, weight: _Weight) -> None:
        self._count(weight, node.place)
        self._attach(node, weight)

    def _attach(self, node: Node, weight: _Weight) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if not parent.awaits_key:
            parent.entries += weight.entries
        parent.characters += weight.characters
        parent.nodes.append(node)

    def _count(self, weight: _Weight, place: Place) -> None:
        """Keys are free, and so are the few entries at the top of the file."""
        if len(self.stack) > 1 and not self.stack[-1].awaits_key:
            self.entries += weight.entries
        self.characters += weight.characters
        if self.entries <= MOST_ENTRIES and self.characters <= MOST_CHARACTERS:
            return
        if self.first_alias:
            anchor, at = self.first_alias
            message = f"Alias {quote('*' + anchor)} and others grow beyond {MOST_ENTRIES:,} entries"
            raise _refusal(self.source, _no_aliases(at, message))
        message = f"The file has more than {MOST_ENTRIES:,} entries, the first extra at line"
        problem = error("E109", place, f"{message} {place.line}", "Name only what you import")
        raise _refusal(self.source, problem)

    def _pairs(self, nodes: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Place] = {}
        merged: list[tuple[Scalar, Node]] = []
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                message = "A key must be text"
                self.problems.append(warning("E114", key.place, message, "Write a word", "never"))
            elif key.plain and key.text == _MERGE:
                merged += self._merged(value)
            elif key.text in seen:
                raise _refusal(self.source, _twice(key, seen[key.text]))
            else:
                seen[key.text] = key.place
                yield key, value
        for key, value in merged:
            if key.text not in seen:
                seen[key.text] = key.place
                yield key, value

    def _merged(self, value: Node) -> list[tuple[Scalar, Node]]:
        nodes = value.items if isinstance(value, Sequence) else (value,)
        mappings = [node for node in nodes if isinstance(node, Mapping)]
        if len(mappings) < len(nodes):
            message = "`<<` merges only what has keys"
            raise _refusal(self.source, error("E107", value.place, message, "Write it out"))
        return [pair for mapping in mappings for pair in mapping.pairs]

    def _tag(self, tag: str | None, place: Place) -> str:
        if not tag:
            return ""
        message = f"Tag {quote(tag.replace('tag:yaml.org,2002:', '!!'))} is not needed"
        if _PLAIN_TAGS.fullmatch(tag):
            self.problems.append(note("E110", place, f"{message} and ignored", "Delete it"))
            return ""
        message = message.replace("needed", "allowed")
        self.problems.append(warning("E110", place, message, "Delete the tag", "never"))
        return tag

    def _second_document(self, place: Place) -> None:
        message = f"A second document starts at line {place.line}"
        hint = "Keep one document: delete the `---` or what follows it"
        raise _refusal(self.source, error("E106", place, message, hint))

    def _refuse_tabs(self) -> None:
        """Conda's parser knows tabs only in quotes, brackets and comments."""
        if index := next(stray_tabs(self.source, self.ends, self.tabs_allowed), 0):
            message = "A tab stands here, which conda cannot read"
            problem = error("E104", self.source.place(index), message, "Write spaces instead")
            raise _refusal(self.source, problem)

    def _place(self, event: Any) -> Place:
        return self.source.place(event.start_mark.index)


def _no_aliases(place: Place, message: str) -> Problem:
    return error("E107", place, f"{message}: such anchors and aliases are not allowed",
                 "Write it out")  # fmt: skip


def _twice(key: Scalar, first: Place) -> Problem:
    message = f"{quote(key.text)} is given twice, at lines {first.line} and {key.place.line}"
    return error("E111", key.place, message, f"Merge the two {quote(key.text)} into one")
