"""One measured figure, and the table of them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, beside what, and what is asked."""

    name: str
    measured: str
    beside: str = ""
    """The other one of the pair, measured in the same run."""
    ratio: float | None = None
    asked: str = ""
    kept: bool | None = None
    """None where nothing is asked."""
    notes: tuple[str, ...] = ()


def table(figures: Iterable[Figure]) -> Table:
    """All figures, a row each."""
    shown = Table("figure", "measured", "beside", "ratio", "asked", "kept", box=SIMPLE_HEAD)
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        kept = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[figure.kept]
        shown.add_row(figure.name, figure.measured, figure.beside, ratio, figure.asked, kept)
    return shown


def seconds(values: Iterable[float]) -> str:
    """The median of several, with the smallest and the greatest."""
    found = sorted(values)
    unit, factor = ("ms", 1000) if median(found) < 1 else ("s", 1)
    digits = 2 if factor == 1 else 0
    low, middle, high = (f"{x * factor:.{digits}f}" for x in (found[0], median(found), found[-1]))
    return f"{middle} {unit} ({low} to {high})"
