"""What a spec may call things: its own name, its variables and its platforms. Pure."""

from __future__ import annotations

import re

from .findings import nearest, quote, warning
from .model import Place, Problem

PLATFORMS = (
    "emscripten-wasm32", "freebsd-64", "linux-32", "linux-64", "linux-aarch64", "linux-armv6l",
    "linux-armv7l", "linux-ppc64", "linux-ppc64le", "linux-riscv32", "linux-riscv64", "linux-s390x",
    "osx-64", "osx-arm64", "wasi-wasm32", "win-32", "win-64", "win-arm64", "zos-z",
)  # fmt: skip
"""Subdirs of conda channels; `noarch` is none that an environment can have (CEP 24)."""

LONGEST_NAME = 64
RESERVED_NAMES = ("base", "root")

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OURS = re.compile(
    r"(?i)LD_PRELOAD|LD_AUDIT|LD_DEBUG.*|DYLD_INSERT_LIBRARIES|GCONV_PATH|BASH_ENV|ENV|IFS|SHELLOPTS"
    r"|PATH|HOME|PYTHONHOME|PYTHONSTARTUP|PYTHONINSPECT|PYTHONNOUSERSITE|PYTHONUSERBASE|NODE_OPTIONS"
    r"|PERL5OPT|RUBYOPT|JAVA_TOOL_OPTIONS|R_PROFILE.*|GIT_SSH.*|PROMPT_COMMAND"
    r"|JUPYTER.*|CONDA_.*|MAMBA_.*|VIRTUAL_ENV"
)
_SEARCH_PATH = re.compile(
    r"(?i)PYTHONPATH|LD_LIBRARY_PATH|DYLD_.*|R_LIBS.*|PERL5LIB|NODE_PATH|RUBYLIB|CLASSPATH"
)


def name_findings(name: str, place: Place) -> tuple[Problem, ...]:
    """E124 for a name that CEP 24 does not allow or that no folder could have."""
    hint = "Write a short word of letters, digits, `-` and `_`"
    if not name.strip():
        return (warning("E124", place, "The name is empty", hint),)
    if name in RESERVED_NAMES:
        message = f"The name {quote(name)} is reserved for conda's own environment"
        return (warning("E124", place, message, "Choose another name", "reserved_name"),)
    if len(name) > LONGEST_NAME:
        message = f"The name has {len(name)} characters, the limit is {LONGEST_NAME}"
        return (warning("E124", place, message, "Write a shorter one", "never"),)
    if "\n" in name:
        message = "The name must be one line"
        return (warning("E124", place, message, hint, "never"),)
    if odd := re.search(r"\.\.|[/\\:#\x00-\x1f\x7f]", name):
        message = f"{quote(odd[0])} is not allowed in the name {quote(name)}"
        return (warning("E124", place, message, hint, "never"),)
    if re.search(r"\s", name):
        return (warning("E124", place, f"The name {quote(name)} has blanks in it", hint),)
    return ()


def variable_findings(name: str, value: str, place: Place) -> tuple[Problem, ...]:
    """E126 for a variable that would change which programs run instead of how they work."""
    if not _VARIABLE.fullmatch(name):
        message = f"{quote(name)} is not a name of a variable"
        return (warning("E126", place, message, "Use letters, digits and `_`", "never"),)
    if "\n" in value or "\r" in value:
        message = f"The value of {quote(name)} must be one line"
        return (warning("E126", place, message, "Write it on one line", "never"),)
    if _OURS.fullmatch(name):
        message = f"Variable {quote(name)} is not allowed: it decides which programs run"
        return (warning("E126", place, message, "Delete the line", "never"),)
    if _SEARCH_PATH.fullmatch(name):
        message = f"Variable {quote(name)} changes where code is loaded from"
        hint = "Make the code a package and name it in `dependencies`"
        return (warning("E126", place, message, hint, "search_paths"),)
    return ()


def platform_findings(platform: str, place: Place) -> tuple[Problem, ...]:
    """E127 for what is no platform that an environment can have."""
    if platform in PLATFORMS:
        return ()
    likely = nearest(platform, PLATFORMS)
    message = f"Unknown platform {quote(platform)}"
    message += f", did you mean `{likely}`?" if likely else ""
    return (warning("E127", place, message, f"Write `{likely or 'linux-64'}`", "never"),)
