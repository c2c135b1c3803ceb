"""News are small, rare and never late."""

from __future__ import annotations

import asyncio
import logging
import threading
import typing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from jupyter_events import EventLogger

from jupyter_envs import wire
from jupyter_envs.server import events

PROJECT = Path("/course")
OTHER = Path("/other")


class Stage:
    """A project's counter, and what was announced of it."""

    def __init__(self) -> None:
        self.count = 0
        self.told: list[dict[str, Any]] = []
        self.asked: list[tuple[Path, bool]] = []

    async def tell(self, project: Path, afresh: bool) -> dict[str, Any]:
        self.asked.append((project, afresh))
        return {"project": str(project), "count": self.count}

    def herald(self) -> events.Herald:
        return events.Herald(self.tell, self.told.append, logging.getLogger("herald"))


async def test_the_first_change_is_told_at_once_and_the_last_always() -> None:
    stage = Stage()
    herald = stage.herald()
    for stage.count in range(1, 31):
        herald.hear(PROJECT, None)
        await asyncio.sleep(0.01)
    assert 1 <= len(stage.told) <= 3
    await asyncio.sleep(0.5)
    assert stage.told[0]["count"] == 1
    assert stage.told[-1]["count"] == 30
    assert len(stage.told) <= 4


async def test_projects_do_not_wait_for_one_another() -> None:
    stage = Stage()
    herald = stage.herald()
    herald.hear(PROJECT, None)
    herald.hear(OTHER, None)
    await asyncio.sleep(0.05)
    assert {event["project"] for event in stage.told} == {"/course", "/other"}


async def test_changes_are_heard_from_any_thread() -> None:
    stage = Stage()
    herald = stage.herald()
    thread = threading.Thread(target=herald.hear, args=(PROJECT, None))
    thread.start()
    thread.join()
    await asyncio.sleep(0.05)
    assert len(stage.told) == 1


async def test_news_that_fail_do_not_silence_the_next(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    herald = events.Herald(stage.tell, stage.told.append, logging.getLogger("herald"))

    def refuse(event: dict[str, Any]) -> None:
        raise ValueError("does not fit")

    failing = events.Herald(stage.tell, refuse, logging.getLogger("herald"))
    failing.hear(PROJECT, None)
    await asyncio.sleep(0.05)
    assert "could not be told" in caplog.text
    failing.hear(PROJECT, None)
    herald.hear(PROJECT, None)
    await asyncio.sleep(0.05)
    assert len(stage.asked) == 3


async def test_after_closing_nothing_is_told() -> None:
    stage = Stage()
    herald = stage.herald()
    herald.hear(PROJECT, None)
    await asyncio.sleep(0.05)
    herald.hear(PROJECT, None)
    await asyncio.sleep(0.05)
    herald.close()
    await asyncio.sleep(0.3)
    assert len(stage.told) == 1


def test_the_schema_says_what_the_wire_says() -> None:
    schema = yaml.safe_load(events.SCHEMA_FILE.read_text())
    assert schema["$id"] == events.SCHEMA
    names = [field.name for field in fields(wire.EnvironmentEvent)]
    assert sorted(schema["properties"]) == sorted(schema["required"]) == sorted(names)
    hints = typing.get_type_hints(wire.EnvironmentEvent)
    for name, field in schema["properties"].items():
        if "enum" in field:
            assert set(field["enum"]) == words(hints[name]), name


def words(hint: Any) -> set[str | None]:
    """The values that a type of words allows."""
    if typing.get_origin(hint) is typing.Literal:
        return set(typing.get_args(hint))
    if hint is type(None):
        return {None}
    return {word for part in typing.get_args(hint) for word in words(part)}


def test_the_server_takes_the_schema() -> None:
    logger = EventLogger()
    logger.register_event_schema(events.SCHEMA_FILE)
    assert events.SCHEMA in logger.schemas
