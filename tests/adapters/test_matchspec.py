"""A conda line means what rattler says, and where conda says more, that too."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_envs.adapters.conda.matchspec import canonical, matches, name_of, problem_of
from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.model import Package, Place, Requirement

NUMPY = Package(
    kind="conda", name="numpy", version="1.26.4", build="py311h64a7726_0", subdir="linux-64",
    channel="https://conda.anaconda.org/conda-forge/", md5="0" * 32, sha256="1" * 64,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("python=3.10", "python 3.10.*"),
        ("python==3.10", "python ==3.10"),
        ("numpy >=1.2,<2", "numpy >=1.2,<2"),
        ("Blas=1.0=mkl", "blas ==1.0 mkl"),
        ("conda-forge::numpy", "conda-forge::numpy"),
    ],
)
def test_a_line_has_one_meaning(text: str, meaning: str) -> None:
    assert canonical(text) == meaning
    assert name_of(text) == meaning.split("::")[-1].split()[0]


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("numpy", True),
        ("NumPy", True),
        ("numpy=1.26", True),
        ("numpy=1.2", False),
        ("numpy>=2", False),
        ("numpy=1.26.4=py311*", True),
        ("numpy=1.26.4=py312*", False),
        ("numpy[build_number=0]", True),
        ("numpy[md5=00000000000000000000000000000000]", True),
        ("numpy[md5=11111111111111111111111111111111]", False),
        ("conda-forge::numpy", True),
        ("https://conda.anaconda.org/conda-forge::numpy", True),
        ("bioconda::numpy", False),
        ("https://mirror.org/conda-forge::numpy", False),
        ("conda-forge/linux-64::numpy", True),
        ("conda-forge/win-64::numpy", False),
        ("numpy[subdir=osx-64]", False),
        ("scipy", False),
    ],
)
def test_a_package_answers_a_line(text: str, answered: bool) -> None:
    assert matches(text, NUMPY) is answered


def test_the_defaults_are_several_channels() -> None:
    home = "https://repo.anaconda.com/pkgs/main"
    main = Package(kind="conda", name="x", version="1", channel=home)
    assert matches("defaults::x", main)
    assert not matches("defaults::numpy", NUMPY)


def test_a_pip_package_answers_no_conda_line() -> None:
    assert not matches("numpy", Package(kind="pip", name="numpy", version="1.26.4"))


def test_what_would_end_the_process_never_reaches_the_parser() -> None:
    for text in ("numpy " + "(" * 100_000, "x[version='" + "(" * 900 + "']", "a" * 2_000):
        with pytest.raises(SpecError) as raised:
            canonical(text)
        assert raised.value.code == "E134"


TOKENS = st.sampled_from(
    ["numpy", "==", "=", ">=", "<", "!", "|", ",", "*", "1.2", "[", "]", "version=", "'", "::",
     "/", "linux-64", "#", "@", " ", "é", "(", ")", "sha256=", "url=", "https://", "1!2", "\\", "$"]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(TOKENS, max_size=8).map("".join)))
def test_any_line_has_a_meaning_or_a_problem(text: str) -> None:
    requirement = Requirement("conda", text, "", Place(3, 5))
    try:
        canonical(text)
    except SpecError:
        problem = problem_of(requirement)
        # An artefact by URL is for the policy to refuse; conda reads it.
        assert problem is not None or "://" in text or text.rstrip().endswith((".conda", ".bz2"))
    else:
        problem = problem_of(requirement)
    if problem:
        assert problem.place.line == 3
        assert 5 <= problem.place.column <= 5 + len(text)
        assert problem.hint


def test_rattler_is_imported_at_the_first_question() -> None:
    code = (
        "import sys, os\n"
        "import jupyter_envs.adapters.conda, jupyter_envs.adapters.conda.matchspec as m\n"
        "print('rattler' in sys.modules, m.canonical('a=1'), end=' ')\n"
        "print('rattler' in sys.modules, flush=True)\n"
        "os._exit(0)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False", "a", "1.*", "True"]
