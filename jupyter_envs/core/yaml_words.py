"""What is wrong with YAML, in the words of the person who wrote it. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

import yaml

from .findings import error, quote
from .model import Place, Problem
from .source import Source

_COMMENT = re.compile(r"(?:^|(?<=\s))#")


def stray_tabs(
    source: Source, ends: Mapping[int, int], allowed: Iterable[tuple[int, int]]
) -> Iterator[int]:
    """Indexes of the tabs outside of the `allowed` spans and of comments.

    `ends` holds, for a line, the index behind its last scalar.
    """
    spans = sorted(allowed)
    starts = [start for start, _ in spans]
    reach = [0]
    for _, end in spans:
        reach.append(max(reach[-1], end))
    for number, start in enumerate(source.starts, 1):
        line_end = source.line_end(start)
        if source.text.find("\t", start, line_end) < 0:
            continue
        comment = _COMMENT.search(source.text, ends.get(number, start), line_end)
        for match in re.compile("\t").finditer(
            source.text, start, comment.start() if comment else line_end
        ):
            if match.start() >= reach[bisect_right(starts, match.start())]:
                yield match.start()


def syntax_problem(source: Source, unreadable: yaml.YAMLError) -> Problem:
    """The parser's complaint in the words of the person who wrote the file."""
    if not isinstance(unreadable, yaml.MarkedYAMLError) or unreadable.problem_mark is None:
        return error("E105", Place(), "The file is not YAML", "Write it as `key: value` lines")
    index = min(unreadable.problem_mark.index, len(source.text))
    context = unreadable.context or ""
    opened = unreadable.context_mark.index if unreadable.context_mark else index
    place, opening = source.place(index), source.place(opened)
    at = f"{opening.line}:{opening.column}"
    character = source.text[index : index + 1]
    if character == "\t":
        return error("E104", place, "A tab is used for indentation", "Write two spaces instead")
    if "quoted scalar" in context:
        message = f"The quote opened at {at} is never closed"
        return error("E105", opening, message, "Close the quote")
    if "flow" in context:
        message = f"The bracket opened at {at} is never closed, or a comma is missing"
        return error("E105", opening, message, "Close the bracket on its line")
    if "mapping values" in (unreadable.problem or ""):
        message = "A `:` is not expected here"
        return error("E105", place, message, "Put the value in quotes, or indent the line as its "
                     "neighbours are")  # fmt: skip
    line = source.text[source.starts[place.line - 1] : source.line_end(index)].strip()
    message = f"YAML is not understood at {quote(line)}" if line else "YAML is not understood"
    if "alias" in context:
        return error("E107", opening, f"An alias is not understood in {quote(line)}",
                     "Put the text in quotes")  # fmt: skip
    hint = "Write each package as `  - name`, with the same indentation; quote odd characters"
    return error("E105", place, message, hint)
