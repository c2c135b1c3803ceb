"""Requirements that point at a URL, repository or folder, held against PEP 610 origins. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from .installed import Origin
from .pip_lines import pip_line

_REPOSITORY = re.compile(r"(git|hg|svn|bzr)\+(.+)", re.IGNORECASE)
_EXTRAS = re.compile(r"\[[^\]/]*\]$")
_SHORTEST_COMMIT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a requirement points at; `url` is without credentials and fragment."""

    url: str
    vcs: str = ""
    reference: str = ""
    """Branch, tag or commit; empty: any."""
    editable: bool = False

    def is_of(self, origin: Origin) -> bool:
        """Whether what was installed came from here, whatever the branch, tag or commit."""
        if (self.url, self.vcs) != (_plain(origin.url), origin.vcs):
            return False
        return not self.editable or origin.editable or bool(self.vcs)

    def gave(self, origin: Origin) -> bool:
        """Whether it came from here at this reference; a short commit stands for the long one."""
        if not self.is_of(origin):
            return False
        if not self.reference or self.reference == origin.requested:
            return True
        return len(self.reference) >= _SHORTEST_COMMIT and origin.commit.startswith(self.reference)


def source_of(text: str, folder: str = "") -> Source | None:
    """What a pip requirement points at, relative to `folder`; None where it names an index's."""
    line = pip_line(text)
    if line.form not in ("url", "path", "vcs"):
        return None
    try:
        if repository := _REPOSITORY.match(line.target):
            return _repository(repository[1].lower(), repository[2], line.editable)
        return Source(url=_absolute(line.target, folder), editable=line.editable)
    except ValueError:  # no URL, as `https://[`
        return Source(url=line.target, editable=line.editable)


def _repository(vcs: str, address: str, editable: bool) -> Source:
    url, _, _ = address.partition("#")
    parts = urlsplit(url)
    path, at, reference = parts.path.rpartition("@")
    if not at:
        return Source(url=_plain(url), vcs=vcs, editable=editable)
    bare = parts._replace(path=path, query="").geturl()
    return Source(url=_plain(bare), vcs=vcs, reference=reference, editable=editable)


def _absolute(target: str, folder: str) -> str:
    target = _EXTRAS.sub("", target.partition("#")[0])
    if "://" in target:
        return _plain(target)
    path = target.removeprefix("file:")
    return _plain(urljoin(f"file://{quote(folder)}/", quote(path)))


def _plain(url: str) -> str:
    """Without credentials, fragment, closing slash and `.git`, so that equal places are equal."""
    parts = urlsplit(url.partition("#")[0])
    host = parts.netloc.rpartition("@")[2].lower()
    path = unquote(parts.path).rstrip("/").removesuffix(".git")
    return parts._replace(netloc=host, path=path).geturl()
