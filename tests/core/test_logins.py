"""The login in a channel's address, kept apart."""

from __future__ import annotations

import pytest

from jupyter_envs.core.logins import Login, without_login


@pytest.mark.parametrize(
    ("url", "public", "login"),
    [
        ("https://host/ch", "https://host/ch", None),
        ("https://u:p@host:8/ch", "https://host:8/ch", Login("host", "u", "p")),
        ("https://u:p%40ss@host/ch", "https://host/ch", Login("host", "u", "p@ss")),
        ("https://tk@host/ch", "https://host/ch", Login("host", "tk")),
        ("https://host/t/tk-1/ch", "https://host/ch", Login("host", token="tk-1")),
        ("https://u:p@host/t/tk-1/ch", "https://host/ch", Login("host", token="tk-1")),
        ("file:///t/x/ch", "file:///t/x/ch", None),
        ("conda-forge", "conda-forge", None),
    ],
)
def test_an_address_and_its_login_part(url: str, public: str, login: Login | None) -> None:
    assert without_login(url) == (public, login)
