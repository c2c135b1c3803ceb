"""URLs as they may be written down."""

from __future__ import annotations

from urllib.parse import urlsplit

from jupyter_envs.core.secrets import redact


def public(url: str) -> str:
    """A URL without user and password; `***` for what else in it is secret."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return redact(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
