"""The list under `dependencies:` as requirements (CEP 24). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .comments import Comments
from .conda_lines import conda_line
from .findings import error, quote, warning
from .model import Place, Problem, Requirement
from .pip_lines import pip_line
from .selectors import both, is_selector
from .source import INVISIBLE
from .yaml_nodes import Mapping, Node, Scalar, Sequence

_NULL = re.compile(r"~|null|Null|NULL|")
_NOT_TEXT = re.compile(
    r"""true|True|TRUE|false|False|FALSE
    |[-+]?[0-9][0-9_]*|0o[0-7]+|0x[0-9a-fA-F]+
    |[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)
    |[0-9]{4}-[0-9]{2}-[0-9]{2}""",
    re.VERBOSE,
)
_SEL = re.compile(r"sel\((?P<expression>.*)\)")
_LONGEST_NUMBER = 256


def is_null(node: Node) -> bool:
    """Whether conda reads the node as nothing."""
    return isinstance(node, Scalar) and node.plain and bool(_NULL.fullmatch(node.text))


def is_text(node: Node) -> bool:
    """Whether conda reads the node as text, not as a number, a truth value or nothing."""
    return isinstance(node, Scalar) and not (
        node.plain and (_NULL.fullmatch(node.text) or _NOT_TEXT.fullmatch(node.text))
    )


class Dependencies:
    """Requirements and problems, in the file's order, gathered by `read`."""

    def __init__(self, comments: Comments) -> None:
        self.requirements: list[Requirement] = []
        self.problems: list[Problem] = []
        self._comments = comments
        self._pip: Place | None = None

    def read(self, node: Sequence, selector: str) -> None:
        """Add what the list holds; `selector` guards all of it."""
        for item in node.items:
            guard = both(selector, self._comments.selector(item.place))
            if isinstance(item, Scalar):
                self._conda(item, guard)
            elif isinstance(item, Mapping):
                self._subsections(item, selector)
            else:
                self._refuse(item, "A list is not a package", "Move its lines one level out")

    def _conda(self, item: Scalar, selector: str) -> None:
        text = item.text.strip()
        if item.tag:
            message = f"Tag {quote(item.tag)} is not allowed on a package"
            self.problems.append(error("E110", item.place, message, "Delete the tag"))
        elif not text or is_null(item):
            line = item.place.line
            self._refuse(item, f"Empty entry at line {line}", "Write a package or delete the line")
        elif not is_text(item):
            self._not_text(item)
        elif found := INVISIBLE.search(text):
            place = Place(item.place.line, item.place.column + found.start())
            message = f"Invisible character U+{ord(found[0]):04X} in {quote(text)}"
            self.problems.append(error("E115", place, message, "Delete it"))
        else:
            name = conda_line(text).name
            self.requirements.append(Requirement("conda", text, name, item.place, selector))

    def _not_text(self, item: Scalar) -> None:
        if len(item.text) > _LONGEST_NUMBER:
            message = f"A number of {len(item.text):,} digits is not a package"
            self.problems.append(error("E131", item.place, message, "Write a package name"))
            return
        message = f"{quote(item.text)} is not a package but a number or truth value"
        self._refuse(item, message, f"Write a name in front, as `python={item.text}`")

    def _subsections(self, item: Mapping, selector: str) -> None:
        for key, value in item.pairs:
            beside = value.place.line == key.place.line
            guard = both(selector, self._comments.selector(key.place))
            expression = _SEL.fullmatch(key.text.strip())
            if key.text == "pip":
                self._pip_section(key, value, selector if beside else guard)
            elif expression:
                self._selected(key, value, guard, expression["expression"].strip())
            else:
                self._unknown_section(key, value)

    def _selected(self, key: Scalar, value: Node, guard: str, expression: str) -> None:
        if not is_selector(expression):
            message = f"Selector {quote(expression)} is not understood"
            hint = "Use `sel(linux)`, `sel(osx)`, `sel(win)` or `sel(unix)`"
            self.problems.append(warning("E129", key.place, message, hint, "never"))
        elif isinstance(value, Scalar):
            self._conda(value, both(guard, expression))
        else:
            message = f"{quote(key.text)} must hold one package"
            hint = f"Write one line each, as `- {key.text}: name`"
            self.problems.append(warning("E133", value.place, message, hint, "never"))

    def _unknown_section(self, key: Scalar, value: Node) -> None:
        """Conda drops such a line without a word; a missing package is worse than a refusal."""
        if isinstance(value, Scalar):
            message = f"{quote(key.text + ': ' + value.text)} is not a package line"
            hint = f"Write `- {key.text}={value.text}`".rstrip("=")
            if re.fullmatch(r"\d+\.\d*0", value.text):
                hint += f" ({value.text} is not {value.text.rstrip('0')})"
        else:
            message = f"Section {quote(key.text)} is not known, so its lines would be lost"
            hint = "Only `pip:` may stand here"
        self.problems.append(warning("E133", key.place, message, hint, "never"))

    def _pip_section(self, key: Scalar, value: Node, selector: str) -> None:
        if self._pip:
            message = f"`pip:` is given twice, at lines {self._pip.line} and {key.place.line}"
            hint = "Merge the two lists: conda reads only the last one"
            self.problems.append(warning("E111", key.place, message, hint))
        self._pip = key.place
        if isinstance(value, Sequence):
            for item in value.items:
                self._pip_item(item, both(selector, self._comments.selector(item.place)))
        elif is_null(value):
            hint = "Delete the line, or write packages below it"
            self.problems.append(warning("E160", key.place, "`pip:` is empty", hint, ""))
        else:
            written = f"`- {value.text}`" if isinstance(value, Scalar) else "`- name==1.2`"
            message = "`pip:` must be a list"
            hint = f"Write {written} on a line of its own below it"
            self.problems.append(warning("E160", value.place, message, hint, "never"))

    def _pip_item(self, item: Node, selector: str) -> None:
        if isinstance(item, Scalar) and (is_null(item) or not item.text.strip()):
            message = f"Empty entry at line {item.place.line}"
            hint = "Write a package or delete the line"
            self.problems.append(warning("E162", item.place, message, hint, ""))
        elif isinstance(item, Scalar):
            text = item.text.strip()
            name = pip_line(text).name
            self.requirements.append(Requirement("pip", text, name, item.place, selector))
        else:
            for key, value in _selected_pairs(item):
                expression = key.text.strip()[4:-1].strip()
                self._pip_item(value, both(selector, expression))
            if not any(True for _ in _selected_pairs(item)):
                message = "A line of `pip:` must be text"
                hint = "Write it as `- name==1.2`"
                self.problems.append(warning("E162", item.place, message, hint, "never"))

    def _refuse(self, item: Node, message: str, hint: str) -> None:
        self.problems.append(error("E133", item.place, message, hint))


def _selected_pairs(item: Node) -> Iterator[tuple[Scalar, Scalar]]:
    for key, value in item.pairs if isinstance(item, Mapping) else ():
        found = _SEL.fullmatch(key.text.strip())
        if found and is_selector(found["expression"]) and isinstance(value, Scalar):
            yield key, value
