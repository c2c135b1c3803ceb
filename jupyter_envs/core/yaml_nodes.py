"""What a YAML document is made of: texts, sequences and mappings, each with its place. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .model import Place, Problem


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, as written."""

    text: str
    place: Place
    plain: bool = True
    """Without quotes, and not a block."""
    tag: str = ""
    """A tag that is more than a plain kind of value."""


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    place: Place
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place
    tag: str = ""


Node: TypeAlias = "Scalar | Sequence | Mapping"


@dataclass(frozen=True, slots=True)
class Document:
    """The one document of a file."""

    root: Node
    problems: tuple[Problem, ...]
    ends: dict[int, int]
    """Line → index behind its last scalar: from there on a `#` starts a comment."""
