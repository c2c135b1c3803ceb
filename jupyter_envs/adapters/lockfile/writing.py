"""`Lock` → the bytes of `conda-lock.yml`, the same for equal locks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from jupyter_envs.core.model import Lock, Package
from jupyter_envs.core.secrets import redact

from .records import dependencies_of

Value = str | bool | list["Value"] | Mapping[str, "Value"]

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./+:@%=~!#-]*(?<!:)")
_HEX = re.compile(r"(?=[0-9a-f]*[abcdf])[0-9a-f]{32,64}")
_RESERVED = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf")
)
_USER = re.compile(r"(https?://)[^/@]*@")
_TOKEN = re.compile(r"(://[^/]+)/t/[^/]+")
_HEADER = """\
# The exact packages of this project, made by jupyter_envs from `{source}`.
# Keep it in version control. conda-lock, micromamba and others that know CEP 37 install it too.
"""


def write(lock: Lock, source: str = "environment.yml") -> bytes:
    """The file of a lock that was made from `source`, a path relative to the file."""
    document: dict[str, Value] = {
        "version": _Number("1"),
        "metadata": _metadata(lock, source),
        "package": [_entry(package) for package in sorted(lock.packages, key=_order)],
    }
    lines = _lines(document, 0)
    return (_HEADER.format(source=source) + "\n".join(lines) + "\n").encode()


def content_hash(lock: Lock, platform: str) -> str:
    """SHA-256 of the entries of one platform, as hexadecimal digits (CEP 37)."""
    entries = [_entry(package) for package in sorted(lock.on(platform), key=_order)]
    text = json.dumps(entries, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class _Number(str):
    """A text that is written bare although it looks like a number."""


def _order(package: Package) -> tuple[str, str, str]:
    """conda-lock's order, which keeps the platforms of one package together."""
    return (package.kind, package.name, package.platform)


def _metadata(lock: Lock, source: str) -> dict[str, Value]:
    hashes: dict[str, Value] = {name: content_hash(lock, name) for name in sorted(lock.platforms)}
    channels: list[Value] = [
        {"url": without_secrets(url), "used_env_vars": []} for url in lock.channels
    ]
    declared = json.dumps([without_secrets(name) for name in lock.declared_channels])
    custom: dict[str, Value] = {"declared_channels": declared}
    if lock.made_by:
        custom["made_by"] = lock.made_by
    return {
        "content_hash": hashes,
        "channels": channels,
        "platforms": [*sorted(lock.platforms)],
        "sources": [source],
        "custom_metadata": custom,
    }


def _entry(package: Package) -> dict[str, Value]:
    hashes = {"md5": package.md5, "sha256": package.sha256}
    entry: dict[str, Value] = {
        "name": package.name,
        "version": package.version,
        "manager": package.kind,
        "platform": package.platform,
        "dependencies": dict(dependencies_of(package)),
        "url": without_secrets(package.url),
        "hash": {name: value for name, value in hashes.items() if value},
    }
    if package.build:
        entry["build"] = package.build
    return {**entry, "category": "main", "optional": False}


def without_secrets(url: str) -> str:
    """A URL or name without user, password and conda token, and `***` for what else is secret."""
    return redact(_TOKEN.sub(r"\1", _USER.sub(r"\1", url))) if "://" in url else url


def _lines(value: Mapping[str, Value], depth: int) -> Iterator[str]:
    blanks = "  " * depth
    for key, inner in value.items():
        if isinstance(inner, Mapping) and inner:
            yield f"{blanks}{_scalar(key)}:"
            yield from _lines(inner, depth + 1)
        elif isinstance(inner, list) and inner:
            yield f"{blanks}{_scalar(key)}:"
            yield from _items(inner, depth)
        else:
            yield f"{blanks}{_scalar(key)}: {_flow(inner)}"


def _items(values: list[Value], depth: int) -> Iterator[str]:
    """A list stands at its key's own indent, as conda-lock writes it."""
    blanks = "  " * depth
    for value in values:
        if not isinstance(value, Mapping):
            yield f"{blanks}- {_flow(value)}"
            continue
        first, *rest = _lines(value, 0)
        yield f"{blanks}- {first}"
        yield from (f"{blanks}  {line}" for line in rest)


def _flow(value: Value) -> str:
    """A scalar, or a collection that is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if isinstance(value, _Number) else _scalar(value)
    return "{}" if isinstance(value, Mapping) else "[]"


def _scalar(text: str) -> str:
    """Quoted wherever some reader of YAML might take it for something else than a text."""
    if _HEX.fullmatch(text) or (_PLAIN.fullmatch(text) and text.lower() not in _RESERVED):
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text)
