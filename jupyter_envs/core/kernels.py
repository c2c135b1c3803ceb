"""What the kernels of an environment are called, and what starts them. Pure.

The name is what a notebook stores, so it is `<folder>-<environment>` on every machine while that
is free; a second folder that wants it gets hex digits of its own path. The first kernel has the
name alone, any other its language behind it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from hashlib import sha256

from .model import InstalledKernel, KernelName

LAUNCHER = "etc/jupyter-envs/launch"
"""The program in each generation that starts its kernels and commands."""

_LANGUAGES = {
    "c": "C",
    "c++": "C++",
    "cpp": "C++",
    "csharp": "C#",
    "fsharp": "F#",
    "javascript": "JavaScript",
    "matlab": "MATLAB",
    "ocaml": "OCaml",
    "php": "PHP",
    "powershell": "PowerShell",
    "q": "Q",
    "r": "R",
    "sas": "SAS",
    "sos": "SoS",
    "sql": "SQL",
    "sqlite": "SQLite",
    "typescript": "TypeScript",
    "wolfram language": "Wolfram Language",
}


def language_title(language: str) -> str:
    """How a language is written in a sentence: `Python`, `R`, `TypeScript`."""
    return _LANGUAGES.get(language.lower()) or language[:1].upper() + language[1:]


def kernel_names(
    project: str, environment: str, installed: Iterable[InstalledKernel], taken: Collection[str]
) -> tuple[KernelName, ...]:
    """Names for the kernels of one environment, Python first.

    `project` is the absolute path of its folder; `taken` are the names that others hold.
    """
    kernels = sorted(installed, key=lambda k: (k.language.lower() != "python", k.name))
    folder = project.rstrip("/").rpartition("/")[2]
    base = "-".join(filter(None, (_slug(folder), _slug(environment)))) or "environment"
    names = _free_names(base, _suffixes(kernels), project, taken)
    titles = _titles(kernels)
    return tuple(
        KernelName(name, kernel.name, kernel.language, f"{folder} / {environment} ({title})")
        for name, kernel, title in zip(names, kernels, titles, strict=True)
    )


def _slug(text: str) -> str:
    """What jupyter_client allows in a kernelspec's name, in lower case."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._]+", "-", plain).strip("-._")


def _suffixes(kernels: list[InstalledKernel]) -> tuple[str, ...]:
    suffixes: list[str] = []
    for kernel in kernels:
        suffix = "-" + (_slug(kernel.language.replace("+", "p")) or _slug(kernel.name))
        fits = suffix not in suffixes and len(suffix) > 1
        suffixes.append("" if not suffixes else suffix if fits else "-" + _slug(kernel.name))
    return tuple(suffixes)


def _free_names(
    base: str, suffixes: tuple[str, ...], project: str, taken: Collection[str]
) -> tuple[str, ...]:
    digits = sha256(project.encode("utf-8", "surrogateescape")).hexdigest()
    others = {name.lower() for name in taken}
    names: tuple[str, ...] = ()
    for stem in (base, *(f"{base}-{digits[:length]}" for length in (4, 8, 16, 64))):
        names = tuple(stem + suffix for suffix in suffixes)
        if others.isdisjoint(names):
            break
    return names


def _titles(kernels: list[InstalledKernel]) -> tuple[str, ...]:
    """The language; its kernel's own title where two share one."""
    languages = [language_title(kernel.language) for kernel in kernels]
    return tuple(
        language if languages.count(language) == 1 else kernel.display_name
        for language, kernel in zip(languages, kernels, strict=True)
    )
