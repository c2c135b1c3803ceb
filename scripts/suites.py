"""Run every suite to its end, even after one has failed, and close with one line of counts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".make" / "results"


@dataclass(frozen=True)
class Outcome:
    passed: int
    failed: int
    skipped: int


@dataclass(frozen=True)
class Suite:
    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    reports: bool = True
    """Whether it writes JUnit's XML; else it counts as one test, passed or failed."""

    def run(self) -> Outcome:
        report = RESULTS / f"{self.name}.xml"
        report.unlink(missing_ok=True)
        command = [word.format(report=report) for word in self.command]
        environ = os.environ | {"JUNIT": str(report)}
        code = subprocess.run(command, cwd=self.folder, env=environ).returncode
        if not self.reports:
            return Outcome(passed=int(code == 0), failed=int(code != 0), skipped=0)
        counted = _count(report) if report.exists() else Outcome(0, 0, 0)
        if code != 0 and not counted.failed:
            return Outcome(counted.passed, 1, counted.skipped)
        return counted


SUITES = (
    Suite("check", ("make", "--no-print-directory", "--keep-going", "check"), reports=False),
    Suite(
        "unit",
        ("jlpm", "test", "--reporter=default", "--reporter=junit", "--outputFile.junit={report}"),
    ),
    Suite("python", (sys.executable, "-m", "pytest", "--junitxml={report}")),
    Suite("browser", ("jlpm", "test"), ROOT / "ui-tests"),
)


def _count(report: Path) -> Outcome:
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    tests, failures, errors, skipped = (
        sum(int(suite.get(name) or 0) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return Outcome(tests - failed - skipped, failed, skipped)


def main(names: list[str]) -> int:
    started = time.monotonic()
    RESULTS.mkdir(parents=True, exist_ok=True)
    outcomes: dict[str, Outcome] = {}
    for suite in SUITES:
        if not names or suite.name in names:
            print(f"\n=== {suite.name}", flush=True)
            outcomes[suite.name] = suite.run()
    print()
    for name, outcome in outcomes.items():
        print(f"{name:8} {_line(outcome)}")
    total = Outcome(
        sum(outcome.passed for outcome in outcomes.values()),
        sum(outcome.failed for outcome in outcomes.values()),
        sum(outcome.skipped for outcome in outcomes.values()),
    )
    print(f"=== {_line(total)} in {time.monotonic() - started:.0f}s ===")
    return 1 if total.failed else 0


def _line(outcome: Outcome) -> str:
    skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
    return f"{outcome.passed} passed, {outcome.failed} failed{skipped}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
