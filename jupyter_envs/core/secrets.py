"""What in a text is a password or token, and the same text without it. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

MASK = "***"

_TOKEN_OF_CHANNEL = re.compile(
    r"(?i)/t/(?P<secret>[^\s/\"'<>]+)"
    # A forum's topic looks alike: /t/<words>/<number>
    r"(?!/\d+(?:/\d+)?/?(?:[\s)\"'>]|$))(?=[/\s\"'<>]|$)"
)
"""https://host/t/<token>/channel; what precedes `/t/` is looked at apart, to stay fast."""

_SECRETS = (
    # https://user:pass@host and https://token@host; `git@` of ssh names a user, not a secret.
    re.compile(r"(?i)https?://(?P<secret>[^\s/\"'<>]+)@(?=[^\s\"'<>])"),
    re.compile(r"(?i)://[^\s/:\"'<>]*:(?P<secret>[^\s/\"'<>]+)@"),
    re.compile(r"(?i)https?%3a%2f%2f(?P<secret>[^\s/@\"'<>]{1,512}?)(?:%40|@)"),
    _TOKEN_OF_CHANNEL,
    re.compile(
        r"(?i)[?&](?:access_|auth_|api_|private_)?"
        r"(?:token|key|apikey|password|passwd|secret|sig|signature)=(?P<secret>[^\s&#\"'<>]+)"
    ),
    re.compile(
        r"(?i)(?<![\w-])authorization\s*:\s*(?:(?:basic|bearer|token)\s+)?(?P<secret>[^\s\"',]+)"
    ),
    re.compile(
        r"\b(?P<secret>gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}"
        r"|pypi-[\w-]{32,}|xox[abpr]-[\w-]{10,}|AKIA[A-Z0-9]{16}|tk-[0-9a-f]{8}-[\w-]{10,})"
    ),
)
_VARIABLE = re.compile(r"(?:\$\{?\w+\}?|%\w+%|:)+")


class Secret(NamedTuple):
    """Where a secret lies in a text; `end` is exclusive."""

    start: int
    end: int


def secrets_in(text: str) -> tuple[Secret, ...]:
    """Every secret, in order and apart; `***` and `${NAME}` are none."""
    spans = sorted(
        Secret(*match.span("secret"))
        for pattern in _SECRETS
        for match in pattern.finditer(text)
        if not _harmless(match["secret"])
        and (pattern is not _TOKEN_OF_CHANNEL or _in_url(text, match.start()))
    )
    apart: list[Secret] = []
    for span in spans:
        if apart and span.start < apart[-1].end:
            apart[-1] = Secret(apart[-1].start, max(span.end, apart[-1].end))
        else:
            apart.append(span)
    return tuple(apart)


def redact(text: str) -> str:
    """`text` with `***` in place of every secret; doing it twice changes nothing more."""
    for span in reversed(secrets_in(text)):
        text = text[: span.start] + MASK + text[span.end :]
    return text


def _harmless(secret: str) -> bool:
    return set(secret) <= set("*:") or _VARIABLE.fullmatch(secret) is not None


def _in_url(text: str, index: int) -> bool:
    scheme = text.rfind("://", max(0, index - 512), index)
    return scheme >= 0 and not re.search(r"\s", text[scheme:index])
