"""The gaps in spec → lock → generation → kernel, found without building or solving. Pure.

`unmet` compares what the file asks with what the prefix holds, `altered` what was locked with what
the prefix holds, `behind` the generation that kernels run on with the one they would start on.
"""

from __future__ import annotations

from collections.abc import Iterator

from .altered import altered
from .holdings import Holdings
from .installed import Installed, Running
from .model import Difference, Drift, Generation
from .unmet import Answers, Asked, unmet


def compare(
    asked: Asked,
    generation: Generation,
    installed: Installed,
    running: tuple[Running, ...],
    answers: Answers,
) -> Drift:
    """Hold the current generation against its file, its lock and the kernels that run.

    `answers` decides whether a package answers a requirement, so that conda's and PEP 440's own
    rules do. After a rollback a kernel may run on a later number: it is behind too.
    """
    held = Holdings.of(installed, generation.packages)
    return Drift(
        unmet=unmet(asked, generation, held, answers),
        altered=altered(held, answers),
        behind=tuple(_behind(running, generation.number)),
    )


def _behind(running: tuple[Running, ...], current: int) -> Iterator[Difference]:
    for kernel in running:
        if kernel.generation != current:
            title = f"`{kernel.title}`" if kernel.title else "it"
            yield Difference(
                name=kernel.kernel,
                kind="kernel",
                locked=str(current),
                installed=str(kernel.generation),
                why=f"{title} runs on generation {kernel.generation}, {current} is current",
            )


def describe(drift: Drift) -> tuple[str, ...]:
    """A drift as lines for people: each gap that there is, then its differences, indented."""
    if drift.in_sync:
        return ("in sync",)
    gaps = (("unmet", drift.unmet), ("altered", drift.altered), ("behind", drift.behind))
    lines = []
    for title, differences in gaps:
        if differences:
            lines.append(title)
            lines += [f"  {_line(difference)}" for difference in differences]
    return tuple(lines)


def _line(difference: Difference) -> str:
    place = f" (line {difference.line})" if difference.line else ""
    kind = "" if difference.kind == "conda" else f"{difference.kind} "
    return f"{kind}{difference.name}{place}: {difference.why}"
