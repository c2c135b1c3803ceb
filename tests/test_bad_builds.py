"""What only a solver or a network can find wrong: code, words that name lines, one action.

The rows that reading alone finds are in `test_bad_input.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from .adapters.misbehaving import misbehaving
from .channel import Channel
from .engine import Task, lines, run


class Solve(NamedTuple):
    id: str
    texts: tuple[str, ...]
    """Lines of the file, from line 4 on."""
    code: str
    line: int
    message: str
    hint: str
    platform: str = "linux-64"


SOLVES = [
    Solve("C18 nobody", ("idna", "reqests"), "E201", 5, r"`reqests` was not found in `conda-forge`",
          r"Did you mean `requests`\?"),
    Solve("C18 nothing near", ("xq-zv-w",), "E201", 4, "`xq-zv-w` was not found", "Check"),
    Solve("C19 version", ("versions-demo=9",), "E202", 4,
          r"No build of `versions-demo` matches `versions-demo=9`",
          r"The newest here is `versions-demo=2\.0`"),
    Solve("C19 build", ("versions-demo=2.0=zzz",), "E202", 4, "No build", "newest here"),
    Solve("C20 conflict", ("needs-old-demo", "idna", "needs-new-demo"), "E203", 4,
          r"cannot hold together: `needs-old-demo` \(line 4\) and `needs-new-demo` \(line 6\)$",
          "Loosen or remove one of them"),
    Solve("C20 with a version", ("versions-demo>=2", "needs-old-demo"), "E203", 4,
          r"`versions-demo>=2` \(line 4\) and `needs-old-demo` \(line 5\)$", "Loosen"),
    Solve("C20 constrained", ("constrains-demo", "versions-demo>=2"), "E203", 4,
          r"`constrains-demo` \(line 4\) and `versions-demo>=2` \(line 5\)$", "Loosen"),
    Solve("C20 needs what nobody has", ("idna", "unsolvable-demo"), "E203", 5,
          r"`unsolvable-demo` needs `package-that-does-not-exist >=1`, which no channel has",
          "Add the channel that has it, or remove the line"),
    Solve("C21 not for the Mac", ("idna", "osx-lacks-demo"), "E204", 5,
          r"`osx-lacks-demo` exists, but not for osx-arm64",
          r"`- osx-lacks-demo  # \[not osx\]`", "osx-arm64"),
    Solve("C21 not for Windows", ("linux-only-demo",), "E204", 4, "but not for win-64",
          r"# \[not win\]`", "win-64"),
    Solve("C21 not for this Linux", ("linux-only-demo",), "E204", 4, "but not for linux-aarch64",
          r"# \[not \(linux and aarch64\)\]`", "linux-aarch64"),
    Solve("C23 no card", ("idna", "cuda-demo"), "E206", 5,
          r"`cuda-demo` needs `__cuda >=11`; this machine has no `__cuda`", "Choose another"),
    Solve("C23 old system", ("glibc-future-demo",), "E206", 4,
          r"needs `__glibc >=99`; this machine has `__glibc 2\.\d+`", "another machine"),
]  # fmt: skip


class Answer(NamedTuple):
    id: str
    path: str
    code: str
    says: str
    hint: str


ANSWERS = [
    Answer("D12 missing", "missing", "E210", "has no packages at its address", "name"),
    Answer("D12 login", "login", "E210", "asks for a login", "Log in"),
    Answer("D12 forbidden", "forbidden", "E210", "asks for a login", "Log in"),
    Answer("D12 HTML", "html", "E211", "no list of packages, as a login page", "browser"),
    Answer("D12 list", "list", "E211", "no list of packages", "browser"),
    Answer("D12 truncated", "truncated", "E212", "cut off", "Build again"),
    Answer("D12 cut", "cut", "E212", "cut off", "Build again"),
    Answer("D14 proxy", "proxy", "E215", "proxy's password", "HTTPS_PROXY"),
    Answer("D14 broken", "broken", "E217", "does not answer", "network"),
]


@pytest.fixture(scope="module")
def bad() -> Iterator[str]:
    with misbehaving() as address:
        yield address


@pytest.fixture
def task(channel: Channel, tmp_path: Path) -> Task:
    return Task(cache=str(tmp_path), channels=(channel.path.as_uri(),))


@pytest.mark.parametrize("row", SOLVES, ids=lambda row: row.id)
def test_an_unsolvable_file_is_told_by_its_lines(task: Task, row: Solve) -> None:
    told = run(replace(task, requirements=lines(*row.texts), platform=row.platform))
    assert (told.code, told.place and told.place.line) == (row.code, row.line)
    assert re.search(row.message, told.message), told.message
    assert re.search(row.hint, told.hint), told.hint
    assert told.details


def test_every_line_that_is_wrong_alone_is_told_at_once(task: Task) -> None:
    told = run(replace(task, requirements=lines("versions-demo=9", "idna", "nunpy")))
    assert [(p.code, p.place.line) for p in told.problems] == [("E202", 4), ("E201", 6)]


@pytest.mark.parametrize("row", ANSWERS, ids=lambda row: row.id)
def test_a_channel_that_misbehaves_is_named(
    task: Task, channel: Channel, bad: str, row: Answer
) -> None:
    url = f"{bad}/{row.path}/some-channel"
    told = run(replace(task, channels=(channel.path.as_uri(), url), requirements=lines("idna")))
    assert told.code == row.code, told.details
    assert told.message == f"Channel `{url}` {told.message.split('` ', 1)[1]}"
    assert re.search(row.says, told.message), told.message
    assert re.search(row.hint, told.hint), told.hint


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("http://no-such-host.invalid/ch", "E216", "host that nobody knows"),
        ("http://127.0.0.1:9/ch", "E217", "does not answer"),
        ("file:///no/such/folder", "E210", "has no packages at its address"),
        ("ftp://127.0.0.1/ch", "E153", "address that is not supported"),
    ],
)
def test_a_channel_that_cannot_be_reached_is_named(
    task: Task, url: str, code: str, says: str
) -> None:
    told = run(replace(task, channels=(url,), requirements=lines("idna")))
    assert told.code == code, told.details
    assert says in told.message


def test_a_channel_without_encryption_where_it_is_promised_is_a_matter_of_trust(
    task: Task, bad: str
) -> None:
    url = bad.replace("http:", "https:") + "/missing/ch"
    told = run(replace(task, channels=(url,), requirements=lines("idna")))
    assert told.code == "E214"
    assert "certificate" in told.message
    assert "ssl_verify" in told.hint


def test_no_secret_of_a_channel_is_told(task: Task) -> None:
    for url in (
        "http://127.0.0.1:9/t/tk-12345678-canarycanary/ch",
        "http://user:canarycanary@127.0.0.1:9/ch",
    ):
        told = run(replace(task, channels=(url,), requirements=lines("idna")))
        assert told.code == "E217"
        assert "***" in told.message
        assert "canary" not in str(told)
