"""Environment files as people publish them: accepted where conda accepts them, and meant alike.

`ENVIRONMENT_CORPUS` names the folder: `files/<id>.yml`, `verdicts.tsv` (what conda's lenient reader
says) and `specs.jsonl` (what conda and rattler make of each line).
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from .judging import checked

CORPUS = Path(os.environ.get("ENVIRONMENT_CORPUS", ""))

pytestmark = pytest.mark.skipif(
    "ENVIRONMENT_CORPUS" not in os.environ, reason="ENVIRONMENT_CORPUS names no corpus"
)

EXCEPTIONS: dict[str, str] = {}
"""Files on which we differ from conda's lenient reader, each with its reason: none."""

SELECTED = {"7c670ab4ec68": "its `sel(…)` lines, which conda drops, are read as CEP 24 says"}
"""Files of which we read more conda lines than conda, each with its reason."""


def content(id: str) -> bytes:
    return (CORPUS / "files" / f"{id}.yml").read_bytes()


def verdicts() -> list[dict[str, str]]:
    with (CORPUS / "verdicts.tsv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t"))


def specs() -> list[dict[str, Any]]:
    with (CORPUS / "specs.jsonl").open(encoding="utf-8") as rows:
        return [json.loads(row) for row in rows]


def test_what_conda_accepts_is_accepted_and_what_it_refuses_is_refused() -> None:
    differ = {
        row["sha12"]
        for row in verdicts()
        if checked(content(row["sha12"])).ok is not (row["conda_yamlspec"] == "1")
    }
    assert differ == set(EXCEPTIONS)


def test_every_line_is_there_in_order_and_means_what_rattler_says() -> None:
    for spec in specs():
        outcome = checked(content(spec["sha12"]))
        if not outcome.ok:
            continue
        conda = [(r.text, r.canonical) for r in outcome.requirements if r.kind == "conda"]
        wanted = [(line["spec"], line["rattler"]) for line in spec["conda"] if line["rattler_ok"]]
        if spec["sha12"] in SELECTED:
            conda = [line for line in conda if line in wanted]
        assert conda == wanted
        assert [r.text for r in outcome.requirements if r.kind == "pip"] == [
            line["req"] for line in spec["pip"]
        ]


def test_every_requirement_stands_where_it_is_said_to_stand() -> None:
    for row in verdicts():
        raw = content(row["sha12"])
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        lines = raw.decode(encoding, errors="replace").replace("\r\n", "\n").split("\n")
        for r in checked(raw).requirements:
            assert lines[r.line - 1][r.column - 1 :].startswith(r.text[:20].split("\n")[0])


def test_every_refusal_says_where_why_and_how_to_mend_it() -> None:
    for row in verdicts():
        outcome = checked(content(row["sha12"]))
        for problem in outcome.problems:
            assert problem.place.line >= 1
            assert problem.place.column >= 1
            assert problem.message
            assert problem.hint or problem.severity == "note"


def test_pip_lines_that_are_no_requirement_are_told_unless_pip_knows_another_form() -> None:
    for spec in specs():
        outcome = checked(content(spec["sha12"]))
        lines = {p.place.line for p in outcome.problems if p.code == "E162"}
        wrong = {r.text for r in outcome.requirements if r.kind == "pip" and r.line in lines}
        for line in spec["pip"] if outcome.ok else ():
            other = line["req"].startswith(("-", "git+", "http", ".", "/", "hg+"))
            assert (line["req"] in wrong) is not (line["pep508_ok"] or other), line
