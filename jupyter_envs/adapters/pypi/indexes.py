"""Where candidates are looked for: the settings' indexes and those that a spec's lines add."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.model import Requirement
from jupyter_envs.core.pip_lines import PipLine

from .settings import PipSettings

_WITHOUT_EFFECT = frozenset({"--prefer-binary", "--require-hashes"})


@dataclass(frozen=True, slots=True)
class Indexes:
    """What the option lines of a pip section say."""

    url: str = ""
    extra_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    prereleases: bool = False


NO_INDEXES = Indexes()


def with_option(indexes: Indexes, line: PipLine, requirement: Requirement, base: Path) -> Indexes:
    """`indexes` and what one more option says; `SpecError` E166 for an option we do not know."""
    if line.option in ("-i", "--index-url"):
        return replace(indexes, url=_address(line, requirement))
    if line.option == "--extra-index-url":
        return replace(indexes, extra_urls=(*indexes.extra_urls, _address(line, requirement)))
    if line.option in ("-f", "--find-links"):
        place = line.target if "://" in line.target else str(_folder(line, requirement, base))
        return replace(indexes, find_links=(*indexes.find_links, place))
    if line.option == "--no-index":
        return replace(indexes, no_index=True)
    if line.option == "--pre":
        return replace(indexes, prereleases=True)
    if line.option in _WITHOUT_EFFECT:
        return indexes
    message = f"The option `{line.option[:40]}` is not allowed in a pip line"
    raise _error("E166", message, requirement)


def configuration(indexes: Indexes, settings: PipSettings) -> str:
    """The text of a `uv.toml`: in a private file, where addresses may hold a password."""
    values: dict[str, object] = {
        "extra-index-url": [*indexes.extra_urls, *settings.extra_index_urls],
        "find-links": [*indexes.find_links, *settings.find_links],
        "no-index": indexes.no_index or settings.no_index,
    }
    if url := indexes.url or settings.index_url:
        values["index-url"] = url
    if indexes.prereleases:
        values["prerelease"] = "allow"
    # A JSON text, list or truth value is also TOML's.
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def with_credentials(url: str, settings: PipSettings) -> str:
    """A locked URL with the user and password of the settings' index on the same host."""
    parts = urlsplit(url)
    for index in (settings.index_url, *settings.extra_index_urls):
        known = urlsplit(index)
        user, at, host = known.netloc.rpartition("@")
        if at and (known.scheme, host) == (parts.scheme, parts.netloc):
            return parts._replace(netloc=f"{user}@{host}").geturl()
    return url


def _address(line: PipLine, requirement: Requirement) -> str:
    if urlsplit(line.target).scheme not in ("https", "http"):
        raise _error("E166", "An index has to be an `https` address", requirement)
    return line.target


def _folder(line: PipLine, requirement: Requirement, base: Path) -> Path:
    path = (base / line.target).resolve()
    if not path.is_relative_to(base.resolve()):
        raise _error("E164", "A folder of wheels lies outside the project", requirement)
    return path


def _error(code: str, message: str, requirement: Requirement) -> SpecError:
    return SpecError(code, message, "Take the line away", place=requirement.place)
