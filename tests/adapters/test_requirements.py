"""pip lines mean what PEP 508 and PEP 440 say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_envs.adapters.requirements import applies, canonical, problem_of, satisfied
from jupyter_envs.core.model import Place, Requirement
from jupyter_envs.core.pip_lines import PipLine, pip_line


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("requests  >= 2, <3", "requests<3,>=2"),
        ("Foo[b,a]==1 ; python_version>'3'", 'Foo[a,b]==1; python_version > "3"'),
        ("a==1 --hash=sha256:ab", "a==1"),
        ("a@ https://h/a.whl", "a@ https://h/a.whl"),
        ("-e .", "-e ."),
        ("git+https://h/a", "git+https://h/a"),
        ("./a.whl", "./a.whl"),
    ],
)
def test_a_line_has_one_meaning(text: str, meaning: str) -> None:
    assert canonical(text).replace(" @", "@") == meaning


@pytest.mark.parametrize(
    ("text", "version", "answered"),
    [
        ("a>=1", "1.5", True),
        ("a>=1", "2.0rc1", True),
        ("a<1", "1.5", False),
        ("a", "anything", True),
        ("a>=1", "anything", False),
        ("-e .", "1", True),
    ],
)
def test_an_installed_version_answers_a_line(text: str, version: str, answered: bool) -> None:
    assert satisfied(text, version) is answered


def test_a_marker_says_where_a_line_applies() -> None:
    assert not applies("a; sys_platform == 'win32'", {"sys_platform": "linux"})
    assert applies("a; sys_platform == 'linux'", {"sys_platform": "linux"})
    assert applies("-e .", {})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Foo.Bar[x]>=1", PipLine("requirement", "foo-bar")),
        ("foo ; extra == 'x'", PipLine("requirement", "foo", marker="extra == 'x'")),
        ("foo @ https://h/f.zip ; x", PipLine("url", "foo", "https://h/f.zip", marker="x")),
        ("foo @ file:///f", PipLine("url", "foo", "file:///f")),
        ("foo@git+https://h/f@v1", PipLine("vcs", "foo", "git+https://h/f@v1")),
        ("git+https://h/f#egg=Foo", PipLine("vcs", "foo", "git+https://h/f#egg=Foo")),
        ("https://h/foo_x-1-py3-none-any.whl",
         PipLine("url", "foo-x", "https://h/foo_x-1-py3-none-any.whl")),
        ("./foo", PipLine("path", "", "./foo")),
        ("C:\\foo", PipLine("path", "", "C:\\foo")),
        ("-e .[dev]", PipLine("path", "", ".[dev]", "-e")),
        ("--editable=git+https://h/f", PipLine("vcs", "", "git+https://h/f", "--editable")),
        ("-r more.txt", PipLine("include", "", "more.txt", "-r")),
        ("--constraint c.txt", PipLine("include", "", "c.txt", "--constraint")),
        ("--index-url=https://h", PipLine("option", "", "https://h", "--index-url")),
        ("-i https://h", PipLine("option", "", "https://h", "-i")),
        ("foo==1 --hash=sha256:ab --hash sha256:cd",
         PipLine("requirement", "foo", hashes=("sha256:ab", "sha256:cd"))),
    ],
)  # fmt: skip
def test_a_line_is_cut_into_its_parts(text: str, line: PipLine) -> None:
    assert pip_line(text) == line


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_line_has_a_form_and_at_most_a_problem(text: str) -> None:
    assert pip_line(text).form
    problem = problem_of(Requirement("pip", text.strip(), "", Place(3, 5)))
    if problem:
        assert problem.code == "E162"
        assert 5 <= problem.place.column <= 5 + len(text)
