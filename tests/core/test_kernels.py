"""Names of kernels: the same everywhere while they are free, and never somebody else's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_envs.core.kernels import kernel_names, language_title
from jupyter_envs.core.model import InstalledKernel


def installed(name: str, language: str, title: str = "") -> InstalledKernel:
    return InstalledKernel(
        name=name, folder="/p", argv=("x",), language=language, display_name=title or name
    )


PYTHON = installed("python3", "python", "Python 3 (ipykernel)")
R = installed("ir", "R")


def names(project: str, *kernels: InstalledKernel, taken: tuple[str, ...] = ()) -> list[str]:
    return [k.name for k in kernel_names(project, "default", kernels, taken)]


@pytest.mark.parametrize(
    ("project", "name"),
    [
        ("/home/me/demo", "demo-default"),
        ("/home/me/demo/", "demo-default"),
        ("/home/me/Climate Data (2024)", "climate-data-2024-default"),
        ("/home/me/données", "donnees-default"),
        ("/home/me/数据", "default"),
        ("/", "default"),
    ],
)
def test_the_name_is_folder_and_environment(project: str, name: str) -> None:
    assert names(project, PYTHON) == [name]


def test_an_environment_without_any_letter_has_a_name_too() -> None:
    [kernel] = kernel_names("/home/me/数据", "数据", [PYTHON], ())
    assert (kernel.name, kernel.display_name) == ("environment", "数据 / 数据 (Python)")


def test_python_comes_first_and_the_others_carry_their_language() -> None:
    assert names("/demo", R, PYTHON) == ["demo-default", "demo-default-r"]
    assert names("/demo", R) == ["demo-default"]


def test_two_of_one_language_are_told_apart() -> None:
    cpp = [installed(f"xcpp{n}", "c++", f"C++{n}") for n in (14, 17, 20)]
    kernels = kernel_names("/demo", "default", [PYTHON, *cpp], ())
    assert [k.name for k in kernels] == [
        "demo-default",
        "demo-default-cpp",
        "demo-default-xcpp17",
        "demo-default-xcpp20",
    ]
    assert kernels[2].display_name == "demo / default (C++17)"


def test_a_second_folder_gets_digits_of_its_path() -> None:
    first = names("/a/demo", PYTHON, R)
    second = names("/b/demo", PYTHON, R, taken=("Demo-Default",))
    assert second == names("/b/demo", PYTHON, R, taken=tuple(first))
    assert re.fullmatch(r"demo-default-[0-9a-f]{4}", second[0])
    assert second[1] == f"{second[0]}-r"
    third = names("/b/demo", PYTHON, taken=("demo-default", second[0]))
    assert re.fullmatch(second[0] + "[0-9a-f]{4}", third[0])


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("python", "Python"),
        ("R", "R"),
        ("typescript", "TypeScript"),
        ("c++", "C++"),
        ("foo", "Foo"),
    ],
)
def test_languages_are_written_as_people_write_them(language: str, title: str) -> None:
    assert language_title(language) == title


@given(st.text(), st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_any_name_is_one_that_jupyter_allows(
    folder: str, environment: str, kernels: list[tuple[str, str]]
) -> None:
    inner = [installed(f"k{n}-{name}", language) for n, (name, language) in enumerate(kernels)]
    found = kernel_names(f"/x/{folder}", environment, inner, ())
    assert all(re.fullmatch(r"[a-z0-9._-]+", kernel.name) for kernel in found)
    assert len({kernel.name for kernel in found}) == len(inner)
