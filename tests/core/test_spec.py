"""What `environment.yml` says is what the spec holds."""

from __future__ import annotations

import time
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_envs.core.checking import check
from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.model import ChannelLine, Place, Requirement, Spec, Variable
from jupyter_envs.core.selectors import on_platform
from jupyter_envs.core.spec import read_spec

WHOLE = """\
name: weather
channels:
  - conda-forge
  - https://host/ch
  - nodefaults
dependencies:
  - python=3.10
  - conda-forge::numpy >=2,<3  # arrays
  - "pandas"
  - pip
  - pip:
    - requests[socks]>=2 ; python_version > "3"
    - -e .
variables:
  COLOR: on
  COUNT: 1.10
platforms: [linux-64, osx-arm64]
"""


def read(text: str) -> Spec:
    return read_spec(text.encode())


def codes(spec: Spec) -> set[str]:
    return {problem.code for problem in spec.problems if problem.severity != "note"}


def test_a_whole_file_is_read_as_it_was_written() -> None:
    spec = read(WHOLE)
    assert spec.name == "weather"
    assert spec.sha256 == sha256(WHOLE.encode()).hexdigest()
    assert spec.channels == (
        ChannelLine("conda-forge", Place(3, 5)),
        ChannelLine("https://host/ch", Place(4, 5)),
    )
    assert spec.nodefaults
    assert spec.requirements == (
        Requirement("conda", "python=3.10", "python", Place(7, 5)),
        Requirement("conda", "conda-forge::numpy >=2,<3", "numpy", Place(8, 5)),
        Requirement("conda", "pandas", "pandas", Place(9, 6)),
        Requirement("conda", "pip", "pip", Place(10, 5)),
        Requirement("pip", 'requests[socks]>=2 ; python_version > "3"', "requests", Place(12, 7)),
        Requirement("pip", "-e .", "", Place(13, 7)),
    )
    assert spec.variables == (
        Variable("COLOR", "on", Place(15, 3)),
        Variable("COUNT", "1.10", Place(16, 3)),
    )
    assert spec.platforms == ("linux-64", "osx-arm64")


@pytest.mark.parametrize(
    ("end", "encoding"),
    [("\n", "utf-8"), ("\r\n", "utf-8"), ("\r", "utf-8"), ("\n", "utf-8-sig"), ("\r\n", "utf-16")],
)
def test_encoding_and_line_ends_change_no_place(end: str, encoding: str) -> None:
    spec = read_spec(WHOLE.replace("\n", end).encode(encoding))
    assert spec.requirements == read(WHOLE).requirements
    assert spec.variables == read(WHOLE).variables


def test_columns_count_characters() -> None:
    spec = read('dependencies: ["\U0001f600é", {pip: [a]}]\n')
    assert [r.place for r in spec.requirements] == [Place(1, 17), Place(1, 29)]


@pytest.mark.parametrize("text", ["python=3.10", "on", "1.2.3a", "yes", "0755x", "x=*=mkl_*"])
def test_what_looks_like_a_value_stays_text(text: str) -> None:
    assert read(f"dependencies:\n  - {text}\n").requirements[0].text == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NumPy >=1", "numpy"),
        ("conda-forge::numpy", "numpy"),
        ("https://host/ch/linux-64::numpy==1", "numpy"),
        ("defaults/win-64::blas==1.0=mkl", "blas"),
        ("numpy[version='>=1', channel=x::y]", "numpy"),
        ("_libgcc_mutex=0.1=main", "_libgcc_mutex"),
        ("r-base", "r-base"),
    ],
)
def test_a_conda_line_is_named_behind_its_channel(text: str, name: str) -> None:
    assert read(f"dependencies:\n  - {text}\n").requirements[0].name == name


@pytest.mark.parametrize(
    ("written", "platforms"),
    [
        ("- a  # [osx]", {"osx-64", "osx-arm64"}),
        ("- a # [not win]", {"linux-64", "osx-64", "osx-arm64"}),
        ("- a  #[linux64]", {"linux-64"}),
        ("- a  # [osx or linux]", {"linux-64", "osx-64", "osx-arm64"}),
        ("- a  # why [win] only", {"linux-64", "osx-64", "osx-arm64", "win-64"}),
        ("- a  # why # [win] only", {"win-64"}),
        ("- 'a'  # [arm64]", {"osx-arm64"}),
        ("- sel(win): a", {"win-64"}),
        ("- sel(unix): a  # [arm64]", {"osx-arm64"}),
        ("- pip:  # [osx]\n    - a", {"osx-64", "osx-arm64"}),
        ("- pip:  # [osx]\n    - a  # [arm64]", {"osx-arm64"}),
        ("- pip: [a]  # [win]", {"win-64"}),
        ("- pip:\n    - sel(win): a", {"win-64"}),
        ("- a  # [1]", {"linux-64", "osx-64", "osx-arm64", "win-64"}),
    ],
)
def test_a_selector_guards_its_line(written: str, platforms: set[str]) -> None:
    spec = read(f"dependencies:\n  {written}\n")
    known = ("linux-64", "osx-64", "osx-arm64", "win-64")
    assert {p for p in known if [r.name for r in on_platform(spec, p)] == ["a"]} == platforms
    assert codes(spec) == set() or "pip" in written


def test_a_selector_on_a_key_guards_all_below_it() -> None:
    spec = read("channels:  # [win]\n  - a\ndependencies:  # [osx]\n  - b\n  - c  # [arm64]\n")
    assert [r.selector for r in spec.requirements] == ["osx", "(osx) and (arm64)"]
    assert spec.channels[0].selector == "win"


def test_a_selector_that_is_none_is_told_and_the_line_counts() -> None:
    spec = read("dependencies:\n  - a  # [py37]\n")
    assert "E129" in codes(spec)
    assert on_platform(spec, "linux-64") == spec.requirements


def test_a_hash_in_quotes_starts_no_comment() -> None:
    assert read('dependencies:\n  - "a # [win]"\n').requirements[0].selector == ""


def test_two_pip_lists_are_read_and_told() -> None:
    spec = read("dependencies:\n  - pip:\n    - a\n  - pip:\n    - b\n")
    assert [r.text for r in spec.requirements] == ["a", "b"]
    assert "E111" in codes(spec)


def test_anchors_and_merge_keys_are_followed_and_told() -> None:
    spec = read(
        "x: &v {A: 1, B: 2}\ndependencies:\n  - &n numpy\n  - *n\nvariables:\n  <<: *v\n  B: 3\n"
    )
    assert [r.text for r in spec.requirements] == ["numpy", "numpy"]
    assert {(v.name, v.value) for v in spec.variables} == {("A", "1"), ("B", "3")}
    assert "E107" in codes(spec)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SpecError) as raised:
        read("channels: x\ndependencies:\n  - 3.10\n  -\nfoo: 1\n")
    assert [p.code for p in raised.value.problems if p.severity == "error"] == [
        "E123", "E133", "E133",
    ]  # fmt: skip
    assert raised.value.place == Place(1, 11)
    assert raised.value.file == "environment.yml"


def test_a_password_is_reported_and_never_shown() -> None:
    spec = read("channels:\n  - https://me:hunter2@host/ch\ndependencies: [a]\n")
    assert "E151" in codes(spec)
    assert "hunter2" not in str(spec.problems)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b"a: " + b"{x: " * 50_000,
        b"- " * 100_000,
        b"? " * 100_000,
        b"&a " * 1000,
        b"x: '" + b"\t#" * 500_000,
        b"x: [" + b"a,\t" * 4_000 + b"]",
        b"a: |\n" + b" \t#\n" * 200_000,
        b"dependencies:\n" + b"  - a # [(" * 50_000,
        b"dependencies:\n  - a  # [" + b"not " * 200_000 + b"win]",
        b"https://" + b"a:" * 500_000,
        b"://" * 300_000,
        b"?token=" * 100_000,
        b"name: " + b"x" * 1_000_000,
        b"\n" * 1_000_000,
        b"# \xe2\x80\xae\n" * 100_000,
    ],
    ids=range(16),
)
def test_hostile_files_end_quickly(content: bytes) -> None:
    start = time.monotonic()
    with suppress(SpecError):
        read_spec(content)
    assert time.monotonic() - start < 5


YAML_WORDS = st.sampled_from(
    ["name: ", "channels:", "dependencies:", "- ", "  - ", "pip:", "sel(win): ", "# [osx]", "\n",
     "\n  ", "[", "]", "{", "}", "&a ", "*a", "<<: ", "!!str ", "'", '"', "|\n", ">", "---\n", "? ",
     ": ", "numpy", ">=1", "=", "::", "https://u:p@h/t/x/", "-e .", "-r ../x", "\t", "\r", "\0"]
)  # fmt: skip


@settings(max_examples=300, deadline=2000)
@given(st.one_of(st.binary(max_size=300), st.lists(YAML_WORDS, max_size=40).map("".join)))
def test_any_bytes_are_read_or_refused(content: bytes | str) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    outcome = check("environment.yml", raw, lambda r: r.text, lambda _: None)
    assert outcome.ok is not any(problem.severity == "error" for problem in outcome.problems)
    for problem in outcome.problems:
        assert problem.message
        assert problem.hint or problem.severity == "note"
        assert problem.place.line >= 1
        assert problem.place.column >= 1
