"""Selectors hold where CEP 24 says they hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_envs.core.selectors import both, is_selector, selects

PLATFORMS = ("linux-64", "linux-aarch64", "linux-ppc64le", "osx-64", "osx-arm64", "win-64")


@pytest.mark.parametrize(
    ("expression", "held"),
    [
        ("", PLATFORMS),
        ("linux", ("linux-64", "linux-aarch64", "linux-ppc64le")),
        ("osx", ("osx-64", "osx-arm64")),
        ("win", ("win-64",)),
        ("unix", PLATFORMS[:5]),
        ("linux64", ("linux-64",)),
        ("osx64", ("osx-64",)),
        ("win64", ("win-64",)),
        ("x86_64", ("linux-64", "osx-64", "win-64")),
        ("x86", ("linux-64", "osx-64", "win-64")),
        ("arm64", ("osx-arm64",)),
        ("aarch64", ("linux-aarch64",)),
        ("ppc64le", ("linux-ppc64le",)),
        ("not win", PLATFORMS[:5]),
        ("not not win", ("win-64",)),
        ("osx and arm64", ("osx-arm64",)),
        ("osx or linux and aarch64", ("linux-aarch64", "osx-64", "osx-arm64")),
        ("(osx or linux) and not arm64 and not aarch64", ("linux-64", "linux-ppc64le", "osx-64")),
        ("not (osx or win)", ("linux-64", "linux-aarch64", "linux-ppc64le")),
    ],
)
def test_an_expression_holds_on(expression: str, held: tuple[str, ...]) -> None:
    assert tuple(p for p in PLATFORMS if selects(expression, p)) == held


@pytest.mark.parametrize(
    "expression",
    ["py37", "osx and", "and", "(osx", "osx)", "osx linux", "not", "1", "win and ()", "osx; win",
     "__import__('os')", "(" * 50 + "win" + ")" * 50, "win or " * 300 + "win"],
)  # fmt: skip
def test_what_is_no_expression_is_refused(expression: str) -> None:
    assert not is_selector(expression)
    with pytest.raises(ValueError, match=r"."):
        selects(expression, "linux-64")


@settings(deadline=None)
@given(st.text(alphabet="()andortwiluxs 6_4", max_size=40))
def test_any_text_is_judged_or_refused(expression: str) -> None:
    if is_selector(expression):
        assert selects(f"not ({expression})", "win-64") is not selects(expression, "win-64")


def test_two_guards_hold_together() -> None:
    assert both("", "osx") == "osx"
    assert [p for p in PLATFORMS if selects(both("osx or win", "not arm64"), p)] == [
        "osx-64", "win-64",
    ]  # fmt: skip
