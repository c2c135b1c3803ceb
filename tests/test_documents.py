"""What the documents say is so: commands, links, floors, settings and quoted lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyter_envs.cli.app import VERBS
from jupyter_envs.manager import EnvironmentManager
from jupyter_envs.server.handlers import ROUTES

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "tests/channel/README.md"]
NO_FLOOR = {"__init__.py", "__pycache__", "_version.py", "labextension", "py.typed"}
LONGEST = {"README.md": 60, "ARCHITECTURE.md": 120, "CONTRIBUTING.md": 80}


def words_in_code(page: Path, pattern: str) -> set[str]:
    """What a pattern finds in the code of a page."""
    code = re.findall(r"```.*?```|`[^`\n]+`", page.read_text(), re.DOTALL)
    return {word for text in code for word in re.findall(pattern, text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_page_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert words_in_code(page, r"\bmake ([a-z][\w-]*)") <= targets
    assert words_in_code(page, r"\bjupyter envs ([a-z]+)") <= set(VERBS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    missing = [link for link in links if not (page.parent / link.split("#")[0]).exists()]
    assert not missing


def test_the_floors_of_the_architecture_are_the_folders() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    floors = set(re.findall(r"^[├└]── ([\w.]+)", text, re.MULTILINE))
    there = {path.name for path in (ROOT / "jupyter_envs").iterdir()}
    assert floors == there - NO_FLOOR


@pytest.mark.parametrize("name", LONGEST)
def test_a_page_for_one_look_stays_short(name: str) -> None:
    assert len((ROOT / name).read_text().splitlines()) <= LONGEST[name]


def test_each_decision_is_short_and_listed() -> None:
    pages = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
    listed = re.findall(r"\]\((\d{3}-[^)]+)\)", (ROOT / "docs/decisions/README.md").read_text())
    assert [page.name for page in pages] == listed
    assert [page.name for page in pages if len(page.read_text().splitlines()) > 40] == []
    assert [int(page.name[:3]) for page in pages] == list(range(1, len(pages) + 1))


def test_the_settings_are_those_of_the_engine() -> None:
    text = (ROOT / "docs/reference/settings.md").read_text()
    section = text.split("## `EnvironmentManager`")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
    own = EnvironmentManager.class_own_traits(config=True)
    assert sorted(listed) == sorted(own)


def test_the_addresses_are_those_of_the_server() -> None:
    text = (ROOT / "docs/reference/http.md").read_text()
    listed = re.findall(r"^\| `(jupyter-envs/[^`]+)`", text, re.MULTILINE)
    assert [f"/{address}".replace("<id>", "([^/]+)") for address in listed] == [
        pattern for pattern, _ in ROUTES
    ]


def test_each_drift_that_is_shown_is_one_of_the_cases() -> None:
    shown = re.findall(
        r"```text\n(.*?)```", (ROOT / "docs/concepts/drift.md").read_text(), re.DOTALL
    )
    cases = [path.read_text() for path in ROOT.glob("tests/core/cases/*/expected.txt")]
    assert shown
    assert [text for text in shown if text not in cases] == []
