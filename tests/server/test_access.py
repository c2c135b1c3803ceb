"""Who may ask what."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer, User
from jupyter_server.base.handlers import JupyterHandler

import jupyter_envs.server.handlers
from tests.server.conftest import Ask

READS = (
    ("GET", "environment"),
    ("GET", "environments"),
    ("GET", "packages"),
    ("GET", "kernels"),
    ("GET", "builds/0123456789abcdef"),
)
WRITES = (
    ("DELETE", "environment"),
    ("PUT", "kernels"),
    ("POST", "builds"),
    ("DELETE", "builds/0123456789abcdef"),
    ("PUT", "file"),
    ("POST", "draft"),
)
ADDRESSES = sorted({address for _, address in (*READS, *WRITES)})
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "TRACE")
HANDLERS = Path(jupyter_envs.server.handlers.__file__)


class ReadOnly(Authorizer):
    """Lets everybody look and nobody change anything."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        self.asked.append((action, resource))
        return action == "read"


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any], request: pytest.FixtureRequest) -> Any:
    if "read_only" in request.fixturenames:
        jp_server_config["ServerApp"]["authorizer_class"] = ReadOnly
    return jp_server_config


@pytest.fixture
def read_only() -> list[tuple[str, str]]:
    ReadOnly.asked.clear()
    return ReadOnly.asked


@pytest.mark.parametrize("token", ["", "token wrong"])
async def test_nothing_is_answered_without_the_token(ask: Ask, token: str) -> None:
    for method, address in (*READS, *WRITES):
        reply = await ask(method, address, headers={"Authorization": token}, path="", project="")
        assert (method, address, reply.status) == (method, address, 403)
        assert reply.code == "forbidden"


async def test_who_may_only_read_changes_nothing(
    ask: Ask, project: Path, read_only: list[tuple[str, str]]
) -> None:
    for method, address in WRITES:
        reply = await ask(method, address, {"project": "course"}, project="course")
        assert (method, address, reply.status) == (method, address, 403)
        assert reply.code == "forbidden"
    for method, address in READS:
        reply = await ask(method, address, path="course", project="course")
        assert (method, address, reply.status) in (
            (method, address, 200),
            ("GET", "builds/0123456789abcdef", 404),
        )
    assert {resource for _, resource in read_only} == {"jupyter_envs"}


async def test_another_origin_is_not_answered(ask: Ask, project: Path) -> None:
    strange = {"Origin": "https://example.org", "Authorization": ""}
    for method, address in WRITES:
        assert (await ask(method, address, {}, headers=strange)).status in (403, 404)


async def test_every_other_method_is_refused(ask: Ask) -> None:
    known = {*READS, *WRITES}
    for address in ADDRESSES:
        for method in METHODS:
            if (method, address) not in known:
                reply = await ask(method, address)
                assert (method, address, reply.status) == (method, address, 405)


def verbs() -> list[ast.AsyncFunctionDef]:
    tree = ast.parse(HANDLERS.read_text())
    names = {method.lower() for method in METHODS}
    return [n for n in ast.walk(tree) if isinstance(n, ast.AsyncFunctionDef) and n.name in names]


def test_every_verb_asks_who_it_is_and_whether_they_may() -> None:
    assert len(verbs()) == len(READS) + len(WRITES)
    for verb in verbs():
        decorators = [ast.unparse(decorator) for decorator in verb.decorator_list]
        assert decorators == ["web.authenticated", "authorized"], f"line {verb.lineno}"


def test_a_verb_has_at_most_ten_lines() -> None:
    assert all(verb.end_lineno - verb.lineno < 10 for verb in verbs())
