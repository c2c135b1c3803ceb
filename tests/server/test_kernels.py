"""Kernels that the server runs: which of them are behind, and when that changes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.building import built, until
from tests.server.conftest import TINY, Ask, Events

WITH_KERNEL = TINY + "  - python=3.11\n  - ipykernel\n"


@pytest.mark.slow
@pytest.mark.usefixtures("condarc")
async def test_a_kernel_is_behind_until_it_is_restarted(
    ask: Ask, project: Path, heard: Events, jp_fetch: Callable[..., Awaitable[Any]]
) -> None:
    (project / "environment.yml").write_text(WITH_KERNEL)
    await built(ask)
    [known] = (await ask("GET", "kernels")).json["projects"]
    session = {
        "path": "course/notebook.ipynb",
        "name": "notebook.ipynb",
        "type": "notebook",
        "kernel": {"name": known["kernels"][0]["name"]},
    }
    reply = await jp_fetch(
        "api", "sessions", method="POST", body=json.dumps(session), request_timeout=60
    )
    kernel = json.loads(reply.body)["kernel"]["id"]
    (project / "environment.yml").write_text(WITH_KERNEL.replace("demo=1", "demo=2"))
    await built(ask)
    await until(lambda: heard[-1]["behind"] == 1)
    view = (await ask("GET", "environment", path="course")).json
    [behind] = view["drift"]["behind"]
    assert (behind["kind"], behind["name"]) == ("kernel", kernel)
    assert "notebook.ipynb" in json.dumps(behind)
    await jp_fetch(
        "api", "kernels", kernel, "restart", method="POST", body="{}", request_timeout=60
    )
    assert await until(lambda: heard[-1]["behind"] == 0) < 1.0
    assert heard[-1]["state"] == "ready"
    await jp_fetch("api", "kernels", kernel, method="DELETE")
