"""Which package brings the kernel of a language that an environment holds."""

from __future__ import annotations

import pytest

from jupyter_envs.core.kernel_packages import kernel_packages


@pytest.mark.parametrize(
    ("asked", "found", "added"),
    [
        ("python", "python", "ipykernel"),
        ("numpy", "numpy python", "ipykernel"),
        ("python ipykernel", "python ipykernel", ""),
        ("jupyter", "jupyter python ipykernel", ""),
        ("r-base", "r-base", "r-irkernel"),
        ("r-base r-irkernel", "r-base r-irkernel", ""),
        ("r-base python", "r-base python", "ipykernel r-irkernel"),
        ("r-base", "r-base python", "r-irkernel"),
        ("r-dplyr", "r-dplyr r-base", "r-irkernel"),
        ("deno", "deno", ""),
        ("xeus-cling", "xeus-cling python", ""),
        ("deno python", "deno python", "ipykernel"),
        ("zlib", "zlib", ""),
    ],
)
def test_the_kernel_that_the_file_s_languages_lack(asked: str, found: str, added: str) -> None:
    """A language counts where a line names it; else the first one that is there."""
    assert sorted(kernel_packages(asked.split(), found.split())) == added.split()
