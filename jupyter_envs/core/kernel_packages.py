"""Which package brings the kernel of a language that an environment holds. Pure."""

from __future__ import annotations

from collections.abc import Collection

BY_LANGUAGE = {"python": "ipykernel", "r-base": "r-irkernel"}
"""The package that is the language, and the one that is its kernel."""

OWN_KERNEL = frozenset(
    [
        "ansible-kernel",
        "bash_kernel",
        "deno",
        "evcxr_jupyter",
        "gnuplot_kernel",
        "ihaskell",
        "ijulia",
        "octave_kernel",
        "r-irkernel",
        "xeus-cling",
        "xeus-cpp",
        "xeus-haskell",
        "xeus-javascript",
        "xeus-lua",
        "xeus-nelson",
        "xeus-octave",
        "xeus-python",
        "xeus-r",
        "xeus-robot",
        "xeus-sql",
        "xeus-sqlite",
    ]
)
"""Packages that install a kernelspec themselves."""


def kernel_packages(asked: Collection[str], found: Collection[str]) -> tuple[str, ...]:
    """Names to add so that the languages of an environment can be started.

    `asked` are the names in the file, of both kinds; `found` those of the packages that answer it.
    A language counts when the file names it; where nothing named has a kernel, the first that is
    there counts.
    """
    languages = [language for language in BY_LANGUAGE if language in asked]
    others = any(name in OWN_KERNEL for name in asked)
    if not languages and not others:
        languages = [language for language in BY_LANGUAGE if language in found][:1]
    wanted = (BY_LANGUAGE[language] for language in languages)
    return tuple(name for name in wanted if name not in found and name not in asked)
