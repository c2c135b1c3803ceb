"""The bytes of a file as text with positions. Pure.

UTF-8 is the encoding; a byte order mark, UTF-16 with one, CRLF and the single CR of old Macs are
understood as conda understands them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass

from .findings import error, note, quote, spec_error, warning
from .model import Place, Problem

MOST_BYTES = 1024 * 1024

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that knows lines and columns; every line ends with a line feed."""

    file: str
    text: str
    starts: tuple[int, ...]
    """Index at which each line starts."""
    problems: tuple[Problem, ...] = ()

    def place(self, index: int) -> Place:
        """Line and column of the character at `index`."""
        line = bisect_right(self.starts, index)
        return Place(line, index - self.starts[line - 1] + 1)

    def index(self, place: Place) -> int:
        """The reverse of `place`."""
        return self.starts[place.line - 1] + place.column - 1

    def line_end(self, index: int) -> int:
        """Index just behind the last character of the line that holds `index`."""
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end


def read_source(content: bytes, file: str) -> Source:
    """The text of `content`; `SpecError` E101, E102, E103 or E113 where there is none."""
    if len(content) > MOST_BYTES:
        raise _error(
            file,
            "E102",
            f"The file is larger than 1 MiB ({len(content):,} bytes)",
            "Move data elsewhere: the file only names packages",
        )
    text, problems = _decode(content, file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = (0, *(match.end() for match in re.finditer("\n", text)))
    source = Source(file, text, starts)
    _refuse_unreadable(source)
    return Source(file, text, starts, problems + _invisible(source))


def _error(file: str, code: str, message: str, hint: str, place: Place | None = None) -> Exception:
    return spec_error(file, (error(code, place or Place(), message, hint),))


def _decode(content: bytes, file: str) -> tuple[str, tuple[Problem, ...]]:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
        message = "The file is UTF-16, which most tools cannot read"
        return text, (warning("E103", Place(), message, "Save it as UTF-8"),)
    body = content.removeprefix(BOM_UTF8)
    marked = (note("N103", Place(), "The file starts with a byte order mark, which is ignored"),)
    try:
        return body.decode("utf-8"), marked if body is not content else ()
    except UnicodeDecodeError as undecodable:
        before = body[: undecodable.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        byte = body[undecodable.start]
        message = f"The file is not UTF-8: byte 0x{byte:02x}"
        raise _error(file, "E103", message, "Save the file as UTF-8", place) from undecodable


def _refuse_unreadable(source: Source) -> None:
    if found := _CONTROL.search(source.text):
        place = source.place(found.start())
        message = f"Control character U+{ord(found[0]):04X} in the file"
        raise _error(source.file, "E103", message, "Delete that character", place)
    if found := _CONFLICT.search(source.text):
        place = source.place(found.start())
        message = f"Unresolved merge conflict at line {place.line}"
        raise _error(source.file, "E113", message, "Resolve it, then save the file", place)
    if not re.search(r"^[ \t]*[^\s#]", source.text, re.MULTILINE):
        hint = "Write `dependencies:` and below it one package, as `  - python`"
        raise _error(source.file, "E101", "The file is empty", hint)


def _invisible(source: Source) -> tuple[Problem, ...]:
    found = INVISIBLE.search(source.text)
    if not found:
        return ()
    line = source.text[source.starts[source.place(found.start()).line - 1] :].split("\n", 1)[0]
    message = f"Invisible character U+{ord(found[0]):04X} in {quote(line.strip())}"
    return (warning("E115", source.place(found.start()), message, "Delete it", "never"),)
