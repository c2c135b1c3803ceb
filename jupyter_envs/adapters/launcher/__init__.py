"""Writes into a generation the program that starts its kernels and commands.

All of it is POSIX shell, for the prefix may hold no Python: `launch` chooses and marks the
generation, `start` activates it. What needs more than a shell (JSON, templates, where a program
lies) is settled here, when the generation is built: `variables` and `kernels/<name>` are plain
assignments and command lines.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

from jupyter_envs.core.kernels import LAUNCHER
from jupyter_envs.core.model import InstalledKernel

FOLDER = LAUNCHER.rpartition("/")[0]
"""Everything that is written lies in this folder of the prefix."""

_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_]+)\}")
_PYTHON = re.compile(r"python(\d(\.\d+)?)?")
_CONNECTION_FILE = '"$JUPYTER_ENVS_CONNECTION_FILE"'


def write_launcher(
    prefix: Path, variables: Mapping[str, str], kernels: Iterable[InstalledKernel]
) -> Path:
    """Write the launcher of one generation, before its completion record; answer its path.

    `variables` are set before the scripts of activate.d run, in this order. A name that a shell
    cannot hold is left out, as conda cannot set it either.
    """
    folder = prefix / FOLDER
    (folder / "kernels").mkdir(parents=True, exist_ok=True)
    for name in ("start", "launch"):
        (folder / name).write_bytes((Path(__file__).parent / f"{name}.sh").read_bytes())
    (folder / "launch").chmod(0o755)
    _write(folder / "variables", [_export(variables)])
    for kernel in kernels:
        lines = [_export_templates(kernel.env), _command_line(prefix, kernel)]
        _write(folder / "kernels" / kernel.name, lines)
    return folder / "launch"


def command(environment: Path, arguments: Sequence[str]) -> tuple[str, ...]:
    """The argv that runs a command in the current generation of an environment's folder."""
    return (str(environment / "current" / LAUNCHER), "--run", *arguments)


def _write(path: Path, lines: Sequence[str]) -> None:
    text = "".join(f"{line}\n" for line in lines if line)
    path.write_text(text, encoding="utf-8", errors="surrogateescape")


def _export(variables: Mapping[str, str]) -> str:
    return "\n".join(
        f"export {name}={shlex.quote(value)}"
        for name, value in variables.items()
        if _SHELL_NAME.fullmatch(name)
    )


def _export_templates(env: Iterable[tuple[str, str]]) -> str:
    """One `export`, so that every value sees the variables as they were before it."""
    words = [f"{name}={_expand(value)}" for name, value in env if _SHELL_NAME.fullmatch(name)]
    return " ".join(["export", *words]) if words else ""


def _expand(value: str) -> str:
    """`string.Template.safe_substitute`, as jupyter_client does it, put off to the shell."""
    words, end = [], 0
    for match in Template.pattern.finditer(value):
        words.append(_quote(value[end : match.start()]))
        name = match["named"] or match["braced"]
        if name:
            words.append('"${' + name + "-" + _in_double_quotes(match[0]) + '}"')
        else:
            words.append(_quote("$" if match["escaped"] else match[0]))
        end = match.end()
    return "".join([*words, _quote(value[end:])])


def _in_double_quotes(text: str) -> str:
    return re.sub(r'([$`"\\}])', r"\\\1", text)


def _quote(text: str) -> str:
    return shlex.quote(text) if text else ""


def _command_line(prefix: Path, kernel: InstalledKernel) -> str:
    pointer = str(prefix.parent.parent / "current") + "/"
    argv = [argument.replace(pointer, f"{prefix}/") for argument in kernel.argv]
    known = {"prefix": str(prefix), "resource_dir": kernel.folder}
    words = [_fill(argument, known) for argument in (_program(prefix, argv[0]), *argv[1:])]
    return "set -- " + " ".join(words)


def _fill(argument: str, known: Mapping[str, str]) -> str:
    words, end = [], 0
    for match in _PLACEHOLDER.finditer(argument):
        words.append(_quote(argument[end : match.start()]))
        connection = match[1] == "connection_file"
        words.append(_CONNECTION_FILE if connection else _quote(known.get(match[1], match[0])))
        end = match.end()
    return "".join([*words, _quote(argument[end:])]) or "''"


def _program(prefix: Path, name: str) -> str:
    """The program inside the prefix where it has one; a name that it lacks is left to `PATH`.

    A Python is never left to `PATH`: it would be another environment's.
    """
    if name.startswith(("/", "{")):
        return name
    inside = prefix / "bin" / name if "/" not in name else prefix / name
    if inside.exists():
        return str(inside)
    return str(prefix / "bin" / "python") if _PYTHON.fullmatch(name) else name
