"""What is odd about the channels of a spec, and secrets anywhere in its text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import nearest, note, quote, warning
from .model import ChannelLine, Place, Problem
from .secrets import redact
from .source import Source

KNOWN_CHANNELS = (
    "anaconda", "bioconda", "conda-forge", "defaults", "dglteam", "fastai", "huggingface",
    "microsoft", "nvidia", "plotly", "pytorch", "pytorch-nightly", "rapidsai", "robostack",
)  # fmt: skip
MOST_CHANNELS = 100

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PATH = re.compile(r"[./~\\]|[A-Za-z]:[\\/]")
_WORD = re.compile(r"\S+")
_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*)://")


def channel_findings(written: str, place: Place) -> tuple[Problem, ...]:
    """E150 to E155 and E167 of one channel line."""
    text = written.strip()
    if text != written or not text:
        likely = text if text in KNOWN_CHANNELS else nearest(text, KNOWN_CHANNELS)
        message = f"Channel {quote(written)} has blanks around its name"
        hint = f"Did you mean `{likely}`? Write it so" if likely else "Delete the blanks"
        return (warning("E155", place, message, hint),)
    if re.search(r"\$\{?\w", text):
        message = f"`$` variables are not allowed in channel {quote(text)}"
        hint = "Write the address itself; passwords belong in the login command"
        return (warning("E167", place, message, hint, "never"),)
    scheme = _SCHEME.match(text)
    if scheme and not re.match(r"[A-Za-z]:[\\/]", text):
        return tuple(url_findings(text, place))
    if _PATH.match(text):
        return (_local(text, place),)
    return tuple(_named(text, place))


def url_findings(url: str, place: Place, needs_http: str = "http") -> Iterator[Problem]:
    """E150, E152 and E153 of one URL."""
    scheme = url.split(":", 1)[0].lower()
    if scheme == "http":
        message = f"{quote(url)} is not encrypted"
        yield warning("E150", place, message, "Write `https://`", needs_http)
    elif scheme == "file":
        yield _local(url, place)
    elif scheme != "https":
        message = f"Scheme `{scheme}:` of {quote(url)} is not supported"
        yield warning("E153", place, message, "Use an `https://` address", "never")
    odd = re.search(r"[\s\\]|%2e|%2f|%5c|%00|[^\x21-\x7e]|xn--", url, re.IGNORECASE)
    if odd and scheme in ("http", "https"):
        message = f"{quote(odd[0])} is not allowed in the URL {quote(url)}"
        yield warning("E153", place, message, "Write the plain address", "never")


def list_findings(
    channels: tuple[ChannelLine, ...], nodefaults: Place | None, source: Source
) -> tuple[Problem, ...]:
    """What the list as a whole lacks or has twice, and every secret of the file."""
    return (*_of_list(channels, nodefaults), *_secrets(source))


def plain_channel(text: str) -> str:
    """The name of a channel, or its URL where it is not at one of the usual homes."""
    text = redact(text).rstrip("/").removesuffix("/noarch")
    return re.sub(r"^https?://(conda\.anaconda\.org|repo\.prefix\.dev|prefix\.dev)/", "", text)


def _of_list(channels: tuple[ChannelLine, ...], nodefaults: Place | None) -> Iterator[Problem]:
    if len(channels) > MOST_CHANNELS:
        extra = channels[MOST_CHANNELS].place
        message = f"More than {MOST_CHANNELS} channels, the first extra at line {extra.line}"
        yield warning("E109", extra, message, "Name only those you need", "never")
    if not channels and nodefaults:
        message = "`nodefaults` stands alone, so no channel is left"
        yield warning("E156", nodefaults, message, "Add `- conda-forge`", "never")
    elif not channels:
        message = "Channels are missing: those of `.condarc` are used, or else conda-forge"
        yield note("N157", Place(), message, "Write `channels:` and below it `  - conda-forge`")
    seen: dict[str, int] = {}
    for channel in channels:
        first = seen.setdefault(plain_channel(channel.text), channel.place.line)
        if first != channel.place.line and not channel.selector:
            message = f"Channel {quote(channel.text)} is given twice, first at line {first}"
            yield warning("W158", channel.place, message, "Delete one of the lines", "")


def _local(text: str, place: Place) -> Problem:
    message = f"Channel {quote(text)} is a folder of one machine"
    return warning("E152", place, message, "Use a channel that others can reach", "file_channels")


def _named(text: str, place: Place) -> Iterator[Problem]:
    likely = nearest(text, KNOWN_CHANNELS)
    if likely and text.casefold() != likely:
        message = f"Channel {quote(text)} is unusual, did you mean `{likely}`?"
        yield warning("E155", place, message, f"Write `{likely}`")
    elif re.search(r"[\s\\]|[^\x21-\x7e]|\.\.", text):
        message = f"{quote(text)} is not a name of a channel"
        yield warning("E153", place, message, "Write its name or its `https://` address", "never")


def _secrets(source: Source) -> Iterator[Problem]:
    for number, line in enumerate(source.text.split("\n"), 1):
        shown = redact(line)
        if shown == line:
            continue
        # Redaction keeps every blank, so the words still pair up.
        for word, masked in zip(_WORD.finditer(line), _WORD.finditer(shown), strict=True):
            if word[0] != masked[0]:
                yield _secret(Place(number, word.start() + 1), word[0], masked[0])


def _secret(place: Place, word: str, masked: str) -> Problem:
    url = _URL.search(word)
    start = url.start() if url else len(word) - len(word.lstrip("'\"[({"))
    shown = masked[start:].rstrip("'\"])},")
    message = f"A password or token stands in the file, in `{shown[:80]}`"
    hint = "Remove it, store it with the login command, and change it: it is no longer secret"
    return warning("E151", Place(place.line, place.column + start), message, hint, "never")
