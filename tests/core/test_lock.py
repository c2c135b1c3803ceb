"""Whether a lock still answers a spec."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_envs.core.lock import Wanted, unsatisfied
from jupyter_envs.core.model import Lock, Package, Place, Requirement


def package(name: str, version: str = "1", *depends: str, **more: str) -> Package:
    kind = more.pop("kind", "conda")
    return Package(
        kind=kind,  # type: ignore[arg-type]
        name=name,
        version=version,
        platform="linux-64",
        depends=depends,
        **more,  # type: ignore[arg-type]
    )


def asks(*texts: str, kind: str = "conda") -> tuple[Requirement, ...]:
    return tuple(
        Requirement(kind, text, text.split("=")[0], Place(line))  # type: ignore[arg-type]
        for line, text in enumerate(texts, start=4)
    )


def answers(requirement: Requirement, package: Package) -> bool:
    """Equal versions, or none asked for."""
    return requirement.text.partition("=")[2].lstrip("=") in ("", package.version)


LOCK = Lock(
    platforms=("linux-64",),
    packages=(
        package("numpy", "2", "libblas >=3", "python >=3.11,<3.12.0a0", "__glibc >=2.17"),
        package("libblas", "3"),
        package("python", "3.11"),
        package("pip", "25", "python"),
        package("cowsay", "6", "numpy (>=1)", "Not.There", kind="pip"),
    ),
    declared_channels=("conda-forge",),
    made_by="jupyter_envs",
)
WANTED = Wanted(
    "linux-64",
    asks("numpy", "python=3.11") + asks("cowsay", kind="pip"),
    channels=("conda-forge",),
    added=("pip",),
)


def reasons(lock: Lock = LOCK, **changes: object) -> list[str]:
    return [p.message for p in unsatisfied(lock, replace(WANTED, **changes), answers)]  # type: ignore[arg-type]


def test_a_lock_that_answers_every_line_gives_no_reason() -> None:
    assert reasons() == []


def test_a_line_without_a_package_is_named_with_its_place() -> None:
    wanted = replace(WANTED, requirements=WANTED.requirements + asks("scipy=1"))
    (problem,) = unsatisfied(LOCK, wanted, answers)
    assert (problem.code, problem.place) == ("E185", Place(4))
    assert problem.message == "`scipy=1` is not in the lock"


def test_another_version_is_named() -> None:
    assert reasons(requirements=asks("numpy=1", "cowsay")[:1]) == [
        "`numpy=1` is asked for, and the lock has `numpy` 2"
    ]


def test_what_nothing_asks_for_any_more_is_named() -> None:
    assert reasons(requirements=asks("numpy")) == [
        "`cowsay` is in the lock, and nothing asks for it any more"
    ]
    assert reasons(added=()) == ["`pip` is in the lock, and nothing asks for it any more"]


def test_a_package_may_be_there_for_a_distribution_only() -> None:
    assert reasons(requirements=asks("python") + asks("cowsay", kind="pip")) == []


def test_conda_may_hold_what_the_pip_section_asks_for() -> None:
    packages = (package("matplotlib-base", "3"),)
    lock = replace(LOCK, packages=packages)
    wanted = replace(WANTED, requirements=asks("matplotlib==3", kind="pip"))
    assert unsatisfied(lock, wanted, answers) == ()


def test_pip_may_not_hold_what_the_conda_section_asks_for() -> None:
    assert reasons(requirements=asks("cowsay")) == ["`cowsay` is not in the lock"]


def test_a_dependency_that_is_missing_is_named() -> None:
    lock = replace(LOCK, packages=tuple(p for p in LOCK.packages if p.name != "libblas"))
    assert reasons(lock) == ["`numpy` needs `libblas`, which is not in the lock"]


def test_another_platform_is_the_only_reason() -> None:
    (problem,) = unsatisfied(LOCK, replace(WANTED, platform="osx-arm64"), answers)
    assert problem.code == "E128"
    assert problem.message == "The lock has nothing for `osx-arm64`, only for `linux-64`"


def test_other_channels_are_named_in_our_own_lock_only() -> None:
    assert reasons(channels=("conda-forge", "bioconda")) == [
        "The lock was made from the channels `conda-forge`; "
        "the file now names `conda-forge`, `bioconda`"
    ]
    theirs = replace(LOCK, declared_channels=(), made_by="conda-lock")
    assert reasons(theirs, channels=("bioconda",)) == []


@pytest.mark.parametrize(
    ("line", "url", "held"),
    [
        ("-e .", "./#editable", True),
        ("-e .[dev]", ".#editable", True),
        ("--editable=./pkg", "./pkg#editable", True),
        ("-e ./other", "./pkg#editable", False),
        ("./pkg", "./pkg#editable", False),
        ("./pkg/", "./pkg", True),
        ("https://h/tool-1.whl#sha256=ab", "https://h/tool-1.whl", True),
        ("https://h/tool-2.whl", "https://h/tool-1.whl", False),
        ("git+https://u:pw@h/tool@main", "git+https://h/tool@" + "ab" * 20, True),
        ("git+https://h/tool@ababab0", "git+https://h/tool@" + "ab" * 20, False),
        ("git+https://h/other", "git+https://h/tool@" + "ab" * 20, False),
    ],
)
def test_a_line_that_points_at_a_place_wants_what_was_locked_from_there(
    line: str, url: str, held: bool
) -> None:
    lock = replace(LOCK, packages=(package("tool", "", kind="pip", url=url),))
    wanted = replace(WANTED, requirements=(Requirement("pip", line, ""),))
    assert (unsatisfied(lock, wanted, lambda *_: False) == ()) is held
