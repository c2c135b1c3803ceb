"""What a pip line needs before it may be built, beyond being valid. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .channel_lines import url_findings
from .findings import LENIENCE, quote, warning
from .model import Problem, Requirement
from .pip_lines import PipLine, pip_line

_INDEX = (
    "-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--no-index",
)  # fmt: skip
_OPTION_NEEDS = {
    "--pre": LENIENCE,
    "--prefer-binary": LENIENCE,
    "--only-binary": LENIENCE,
    "--no-binary": "build_code",
    "--trusted-host": "http",
}
_COMMIT = re.compile(r"@[0-9a-f]{40}(?:$|#)")
_HASH = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
_VARIABLE = re.compile(r"\$\{?\w")
_ABSOLUTE = re.compile(r"[/\\~]|[A-Za-z]:[\\/]|[A-Za-z][A-Za-z0-9+.-]+:", re.ASCII)


def pip_findings(requirement: Requirement) -> Iterator[Problem]:
    """E150 and E163 to E169 of one line of the pip section."""
    line = pip_line(requirement.text)
    if line.form != "requirement" and _VARIABLE.search(requirement.text):
        message = f"`$` variables are not allowed in {quote(requirement.text)}"
        hint = "Write the address itself; passwords belong in the login command"
        yield warning("E167", requirement.place, message, hint, "never")
    for digest in line.hashes:
        if not _HASH.fullmatch(digest):
            message = f"`--hash` {quote(digest)} is not a SHA-256"
            hint = "Write `--hash=sha256:` and 64 hexadecimal digits"
            yield warning("E166", requirement.place, message, hint, "never")
    yield from _OF_FORM[line.form](requirement, line)


def _option(requirement: Requirement, line: PipLine) -> Iterator[Problem]:
    needs = "index_options" if line.option in _INDEX else _OPTION_NEEDS.get(line.option, "never")
    message = f"pip option {quote(line.option)} is not allowed here"
    hint = "Allow it in the settings, or delete the line"
    if line.option in _INDEX:
        message = f"{quote(line.option)} takes packages from another place than PyPI"
    yield warning("E166", requirement.place, message, hint, needs)
    if line.option in _INDEX and line.target.lower().startswith("http://"):
        yield from url_findings(line.target, requirement.place)


def _include(requirement: Requirement, line: PipLine) -> Iterator[Problem]:
    if leaves_folder(line.target):
        yield _outside(requirement, line.target, "never" if _is_absolute(line.target) else "")


def _path(requirement: Requirement, line: PipLine) -> Iterator[Problem]:
    if line.editable:
        yield _editable(requirement)
    if leaves_folder(line.target):
        yield _outside(requirement, line.target)
    elif not line.editable:
        needs = LENIENCE if line.target.lower().endswith(".whl") else "build_code"
        message = f"{quote(line.target)} is built from the project's own files"
        yield warning("E168", requirement.place, message, "Allow build code, or publish it", needs)


def _url(requirement: Requirement, line: PipLine) -> Iterator[Problem]:
    if line.target.lower().startswith("file:"):
        yield _outside(requirement, line.target)
        return
    yield from url_findings(line.target.split("#", 1)[0], requirement.place)
    if line.editable:
        yield _editable(requirement)
    if not line.hashes and not re.search(r"[#&]sha256=[0-9a-f]{64}\b", line.target):
        message = f"{quote(line.target)} has no hash, so its content may change unseen"
        hint = "Add `#sha256=` and the hash at its end"
        yield warning("E169", requirement.place, message, hint, "unhashed_urls")


def _vcs(requirement: Requirement, line: PipLine) -> Iterator[Problem]:
    kind, _, rest = line.target.partition("+")
    url = rest.split("#", 1)[0]
    if line.editable:
        yield _editable(requirement)
    if kind.lower() != "git" or re.search(r"\s|--", url) or not re.match(r"(https?|ssh)://", url):
        message = f"{quote(line.target)} is not supported"
        hint = "Use `git+https://` and a commit"
        yield warning("E168", requirement.place, message, hint, "never")
        return
    if url.startswith("http://"):
        yield from url_findings(url, requirement.place)
    message = f"{quote(line.target)} is built from source, which runs its code"
    hint = "Allow build code"
    if not _COMMIT.search(line.target):
        message += ", and it is not pinned"
        hint += ", and give the commit as `@` and 40 hexadecimal digits"
    yield warning("E168", requirement.place, message, hint, "vcs")


def _nothing(_requirement: Requirement, _line: PipLine) -> Iterator[Problem]:
    yield from ()


_OF_FORM = {
    "requirement": _nothing,
    "option": _option,
    "include": _include,
    "path": _path,
    "url": _url,
    "vcs": _vcs,
}


def leaves_folder(path: str) -> bool:
    """Whether a path of a pip line leads out of the folder of the file (links not followed)."""
    if _is_absolute(path):
        return True
    depth = 0
    for part in re.split(r"[/\\]", path.split("[", 1)[0]):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return True
    return False


def _is_absolute(path: str) -> bool:
    return bool(_ABSOLUTE.match(path))


def _editable(requirement: Requirement) -> Problem:
    message = f"Editable {quote(requirement.text)} runs the project's build code"
    return warning("E163", requirement.place, message, "Allow build code, or install it as a "
                   "package", "editable")  # fmt: skip


def _outside(requirement: Requirement, path: str, needs: str = "") -> Problem:
    message = f"{quote(path)} lies outside the project"
    hint = "Move it into the folder of this file"
    return warning("E164", requirement.place, message, hint, needs or "outside_paths")
