"""What is asked badly is told so, in one shape, and nothing of the server is given away."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.manager import AsyncContentsManager

from jupyter_envs.manager import EnvironmentManager
from tests.server.conftest import Ask

DEEP = b'{"project": ' + b"[" * 1000 + b"]" * 1000 + b"}"
LARGE = json.dumps({"project": "x" * (1 << 20)}).encode()
BODIES = {
    "nothing": (b"", 400, "not-json", "JSON"),
    "half an object": (b'{"project": "course"', 400, "not-json", "JSON"),
    "broken UTF-8": (b'{"project": "\xff\xfe"}', 400, "not-json", "JSON"),
    "not a number": (b'{"project": NaN}', 400, "not-json", "JSON"),
    "a list": (b"[]", 400, "E190", "Expected `object`"),
    "a field too little": (b'{"verb": "build"}', 400, "E190", "`project`"),
    "a field too much": (b'{"project": "course", "force": true}', 400, "E190", "`force`"),
    "a number for a text": (b'{"project": 1}', 400, "E190", "$.project"),
    "a text for a yes": (b'{"project": "", "agree": "yes"}', 400, "E190", "$.agree"),
    "another verb": (b'{"project": "", "verb": "destroy"}', 400, "E190", "$.verb"),
    "too deep": (DEEP, 400, "E190", "$.project"),
    "too deep in an unknown field": (DEEP.replace(b"project", b"other"), 400, "not-json", "JSON"),
    "too large": (LARGE, 413, "too-large", "1 MiB"),
}
OUTSIDE = (
    "..",
    "../",
    "../secret",
    "../secret/environment.yml",
    "course/../../secret",
    "/etc/passwd",
    "//etc",
    "%2e%2e/secret",
    "..%2fsecret",
    "course\0",
    "\0",
    "link-out",
    "link-out/environment.yml",
    "ring",
    "missing",
    "course/missing.ipynb",
    "RTC:../secret",
    "GDrive:course",
    "x" * 10_000,
    "a/" * 5_000,
)


class Failing(EnvironmentManager):
    """Has a defect, whose message holds a secret."""

    def environments(self, show: object) -> Any:
        raise RuntimeError("secret: hunter2")


class Elsewhere(AsyncContentsManager):
    """Keeps its files in no folder."""


@pytest.fixture
def defect() -> None:
    """Run with `Failing`."""


@pytest.fixture
def elsewhere() -> None:
    """Run with `Elsewhere`."""


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any], request: pytest.FixtureRequest) -> Any:
    if "defect" in request.fixturenames:
        jp_server_config["EnvsExtension"] = {"manager_class": Failing}
    if "elsewhere" in request.fixturenames:
        jp_server_config["ServerApp"]["contents_manager_class"] = Elsewhere
    return jp_server_config


@pytest.mark.parametrize("case", BODIES)
async def test_a_body_that_does_not_fit_is_named(ask: Ask, project: Path, case: str) -> None:
    body, status, code, words = BODIES[case]
    reply = await ask("POST", "builds", body)
    assert (reply.status, reply.code) == (status, code)
    assert words in reply.json["message"]


@pytest.mark.parametrize(
    "declared", ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", ""]
)
async def test_only_what_is_declared_as_json_is_read(
    ask: Ask, project: Path, declared: str
) -> None:
    for method, address in (("POST", "builds"), ("PUT", "file"), ("PUT", "kernels"),
                            ("POST", "draft")):  # fmt: skip
        reply = await ask(method, address, {"project": "course"}, {"Content-Type": declared})
        assert (reply.status, reply.code) == (415, "media-type")


async def test_a_path_outside_is_not_told_from_one_that_is_not_there(
    ask: Ask, project: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "environment.yml").write_text("name: secret")
    (project.parent / "link-out").symlink_to(secret)
    (project.parent / "ring").symlink_to("ring")
    said = set()
    for path in OUTSIDE:
        choice = {"notebook": path, "kernel": "python3"}
        for reply in (
            await ask("GET", "environment", path=path),
            await ask("GET", "packages", project=path),
            await ask("POST", "builds", {"project": path, "agree": True}),
            await ask("PUT", "file", {"project": "course", "file": path}),
            await ask("PUT", "kernels", choice),
            await ask("POST", "draft", {"folder": path, "source": "packages"}),
        ):
            assert (path, reply.status) == (path, 404)
            said.add(reply.text)
    assert len(said) == 1
    assert not (tmp_path / "store").exists()


async def test_nothing_outside_can_be_removed(ask: Ask, project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (project.parent / "link-out").symlink_to(tmp_path / "secret")
    for path in ("../secret", "link-out", "/etc", "missing"):
        assert (await ask("DELETE", "environment", project=path)).status == 404


async def test_the_drive_of_shared_editing_is_looked_through(ask: Ask, project: Path) -> None:
    reply = await ask("GET", "environment", path="RTC:course/notebook.ipynb")
    assert reply.json["project"] == "course"


async def test_a_path_is_shown_as_it_was_asked(ask: Ask, jp_root_dir: Path) -> None:
    folder = jp_root_dir / "a b" / "ü#?%"
    folder.mkdir(parents=True)
    (folder / "environment.yml").write_text("name: x")
    view = (await ask("GET", "environment", path="a b/ü#?%/")).json
    assert view["project"] == view["folder"] == "a b/ü#?%"
    assert view["file"]["path"] == "a b/ü#?%/environment.yml"


async def test_the_root_itself_may_be_a_project(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "environment.yml").write_text("name: x")
    assert (await ask("GET", "environment", path="")).json["project"] == ""


async def test_a_file_that_cannot_be_read_is_a_state_with_its_place(
    ask: Ask, project: Path
) -> None:
    (project / "environment.yml").write_text("name: x\ndependencies:\n\t- python\n")
    view = (await ask("GET", "environment", path="course")).json
    assert (view["state"], view["error"]["line"]) == ("invalid", 3)
    reply = await ask("POST", "builds", {"project": "course", "agree": True})
    assert (reply.status, reply.json["line"]) == (422, 3)


async def test_no_build_is_found_by_guessing(ask: Ask) -> None:
    for identity in ("0" * 16, "..%2f..", "x" * 2_000, "%00"):
        for method in ("GET", "DELETE"):
            reply = await ask(method, f"builds/{identity}")
            assert (reply.status, reply.code) == (404, "no-build")


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "²", "9" * 30])
async def test_a_line_is_a_number(ask: Ask, after: str) -> None:
    reply = await ask("GET", "builds/0123456789abcdef", after=after)
    assert (reply.status, reply.code) == (400, "bad-request")


async def test_a_project_must_be_named_to_be_removed(ask: Ask) -> None:
    assert (await ask("DELETE", "environment")).status == 400


@pytest.mark.usefixtures("defect")
async def test_what_nobody_foresaw_stays_in_the_log(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = await ask("GET", "environments")
    assert (reply.status, reply.code) == (500, "internal")
    assert "hunter2" not in reply.text
    assert "hunter2" in caplog.text


@pytest.mark.usefixtures("elsewhere")
async def test_a_server_without_a_folder_says_so(ask: Ask) -> None:
    reply = await ask("GET", "environment", path="")
    assert (reply.status, reply.code) == (501, "contents")


async def test_every_answer_is_json(ask: Ask, project: Path) -> None:
    for address in ("environment", "environments", "kernels", "builds/x"):
        assert (await ask("GET", address)).type == "application/json"
