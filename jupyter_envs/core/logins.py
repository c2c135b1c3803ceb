"""The login in a channel's address, kept apart: no lock, record or log ever holds it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_TOKEN = re.compile(r"/t/([^/]+)(?=/)")


@dataclass(frozen=True, slots=True)
class Login:
    """What a host asks for: a token, or a name and a password."""

    host: str
    """Without its port, as rattler looks it up."""
    name: str = ""
    password: str = ""
    token: str = ""


def without_login(url: str) -> tuple[str, Login | None]:
    """The address without its login, and that login if there was one."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url, None
    token = _TOKEN.match(parts.path)
    if token:
        parts = parts._replace(path=parts.path[token.end() :])
    user, at, place = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    public, host = parts._replace(netloc=place).geturl(), parts.hostname or ""
    if token:
        return public, Login(host, token=token[1])
    return public, Login(host, unquote(name), unquote(password)) if at else None
