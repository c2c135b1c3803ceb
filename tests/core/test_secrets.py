"""Secrets are masked, and what only looks like one is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_envs.core.secrets import redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:hunter2@h/x", "https://***@h/x"),
        ("https://me@corp:hunter2@h/x", "https://***@h/x"),
        ("git+https://ghp_x@github.com/a", "git+https://***@github.com/a"),
        ("ftp://u:hunter2@h/", "ftp://u:***@h/"),
        ("https://h/t/hunter2/ch", "https://h/t/***/ch"),
        ("https://h/t/hunter2", "https://h/t/***"),
        ("https://h/s?a=1&token=hunter2&b=2", "https://h/s?a=1&token=***&b=2"),
        ("Authorization: Bearer hunter2", "Authorization: Bearer ***"),
        ("https%3A%2F%2Fu%3Ahunter2%40h", "https%3A%2F%2F***%40h"),
        ("x ghp_abcdefghij0123456789 y", "x *** y"),
        ("a https://u:one@h b https://u:two@h", "a https://***@h b https://***@h"),
    ],
)
def test_a_secret_is_masked(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "git+ssh://git@github.com/a/b@main",
        "git+https://github.com/a/b@v1.0",
        "https://${USER}:${TOKEN}@h/simple",
        "https://forum.org/t/some-words/1476/5",
        "azure-mgmt-authorization=1.0",
        "pkg @ https://h/x.whl#sha256=abc",
        "/srv/t/thing/x",
        "https://***@h/t/***/x",
        "https://host:8080/simple",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert redact(text) == text


@settings(deadline=None)
@given(st.text(alphabet=":/@t?token=ahps%3 \n", max_size=60))
def test_masking_twice_changes_nothing_and_keeps_every_blank(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert len(once.split()) == len(text.split())
