"""Jupyter's kernelspecs: those that packages installed in a prefix, and ours in the user's folder.

Ours is an ordinary kernelspec, so every client starts it with none of our code in its process.
It is the same for all generations: its argv goes through `current`, where the launcher lies.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_envs.adapters.files import write_atomically
from jupyter_envs.core.errors import InstallError
from jupyter_envs.core.kernels import LAUNCHER
from jupyter_envs.core.model import InstalledKernel, KernelName

_MARK = "jupyter_envs"
"""The key of our entry in a kernelspec's `metadata`."""

_NAME = re.compile(r"[a-z0-9._-]+", re.IGNORECASE)
_LOGOS = ("logo-32x32.png", "logo-64x64.png", "logo-svg.svg")
_LARGEST_FILE = 1024 * 1024

# `$0` is the sentence, the rest the launcher and its arguments. Only a shell outside the
# generation can say that there is no generation.
_START = '[ -x "$1" ] && exec "$@"; printf "%s\\n" "$0" >&2; exit 1'


@dataclass(frozen=True, slots=True)
class Registration:
    """One of our kernelspecs, as it stands in the user's folder."""

    kernel: KernelName
    environment: str
    """Folder of the environment in the store."""
    project: str
    """Folder of the project it was registered for."""


def inner_kernelspecs(prefix: Path) -> tuple[InstalledKernel, ...]:
    """Every kernelspec that the packages of a prefix installed, by name.

    One that Jupyter itself could not start is left out.
    """
    found = (_installed(folder) for folder in _folders(prefix / "share" / "jupyter" / "kernels"))
    return tuple(kernel for kernel in found if kernel)


def register(
    kernels: tuple[KernelName, ...], prefix: Path, kernels_dir: Path, project: str
) -> None:
    """Put kernelspecs for a generation's environment into a Jupyter `kernels` folder.

    Readers see the whole old one or the whole new one, and no file changes whose content is the
    same. Raises `InstallError` where a name belongs to somebody else or cannot be written.
    """
    try:
        for kernel in kernels:
            _register(kernel, prefix, kernels_dir, project)
    except OSError as error:
        raise InstallError(
            "E320",
            f"The kernelspec cannot be written to `{kernels_dir}`",
            "Make that folder writable",
            details=str(error),
        ) from error


def unregister(environment: Path, kernels_dir: Path, keep: tuple[str, ...] = ()) -> None:
    """Remove the kernelspecs of an environment's folder, but for the names to keep."""
    for registration in registered(kernels_dir):
        name = registration.kernel.name
        if registration.environment == str(environment) and name not in keep:
            (kernels_dir / name / "kernel.json").unlink(missing_ok=True)
            shutil.rmtree(kernels_dir / name, ignore_errors=True)


def registered(kernels_dir: Path, store: Path | None = None) -> tuple[Registration, ...]:
    """Our kernelspecs in a folder, those of one store only where one is given."""
    found = (_registration(folder) for folder in _folders(kernels_dir))
    return tuple(
        one
        for one in found
        if one and (store is None or Path(one.environment).parent.parent == store)
    )


def taken_names(kernels_dir: Path, environment: Path) -> frozenset[str]:
    """The names in a folder that do not belong to this environment."""
    ours = {r.kernel.name for r in registered(kernels_dir) if r.environment == str(environment)}
    return frozenset(folder.name for folder in _folders(kernels_dir)) - ours


def _folders(kernels: Path) -> Iterator[Path]:
    try:
        folders = sorted(kernels.iterdir())
    except OSError:
        return
    for folder in folders:
        if _NAME.fullmatch(folder.name) and (folder / "kernel.json").is_file():
            yield folder


def _read(folder: Path) -> dict[str, Any]:
    """The content of a kernel.json; empty where it is not one."""
    path = folder / "kernel.json"
    try:
        if path.stat().st_size > _LARGEST_FILE:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _installed(folder: Path) -> InstalledKernel | None:
    content = _read(folder)
    argv, env = content.get("argv"), content.get("env", {})
    texts = isinstance(argv, list) and all(_is_text(word) for word in argv)
    if not (argv and texts and isinstance(env, dict) and all(map(_is_text, env.values()))):
        return None
    return InstalledKernel(
        name=folder.name,
        folder=str(folder),
        argv=tuple(argv),
        env=tuple(env.items()),
        language=str(content.get("language") or folder.name),
        display_name=str(content.get("display_name") or folder.name),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _registration(folder: Path) -> Registration | None:
    content = _read(folder)
    metadata = content.get("metadata")
    mark = metadata.get(_MARK) if isinstance(metadata, dict) else None
    if not isinstance(mark, dict) or folder.is_symlink():
        return None
    words = [mark.get(key) for key in ("kernel", "environment", "project")]
    if not all(isinstance(word, str) for word in words):
        return None
    inner, environment, project = map(str, words)
    language, title = str(content.get("language")), str(content.get("display_name"))
    return Registration(KernelName(folder.name, inner, language, title), environment, project)


def _register(kernel: KernelName, prefix: Path, kernels_dir: Path, project: str) -> None:
    folder = kernels_dir / kernel.name
    environment = str(prefix.parent.parent)
    owner = _registration(folder)
    if (folder / "kernel.json").exists() and not (owner and owner.environment == environment):
        raise InstallError(
            "E321",
            f"The kernelspec name `{kernel.name}` belongs to somebody else",
            f"Remove it with `jupyter kernelspec remove {kernel.name}` or rename the environment",
        )
    folder.mkdir(parents=True, exist_ok=True)
    source = prefix / "share" / "jupyter" / "kernels" / kernel.inner
    for logo in _LOGOS:
        _copy_logo(source / logo, prefix, folder / logo)
    # Last: Jupyter lists the folder from the moment this file is there.
    text = json.dumps(_kernel_json(kernel, prefix, project), indent=1, ensure_ascii=False)
    _replace(folder / "kernel.json", f"{text}\n".encode("utf-8", "surrogateescape"))


def _copy_logo(source: Path, prefix: Path, target: Path) -> None:
    """A server gives logos to anybody who may list kernels, so none comes from outside."""
    real = source.resolve()
    inside = real.is_relative_to(prefix.resolve()) and real.is_file()
    if inside and real.stat().st_size <= _LARGEST_FILE:
        _replace(target, real.read_bytes())
    else:
        target.unlink(missing_ok=True)


def _kernel_json(kernel: KernelName, prefix: Path, project: str) -> dict[str, Any]:
    inner = _read(prefix / "share" / "jupyter" / "kernels" / kernel.inner)
    metadata = inner.get("metadata")
    environment = prefix.parent.parent
    kept = dict(metadata) if isinstance(metadata, dict) else {}
    # A provisioner is a plugin of the server that starts the kernel, not of the environment.
    kept.pop("kernel_provisioner", None)
    kept[_MARK] = {"environment": str(environment), "kernel": kernel.inner, "project": project}
    content: dict[str, Any] = {
        "argv": [*_argv(environment, project), kernel.inner, "{connection_file}"],
        "display_name": kernel.display_name,
        "language": kernel.language,
        "interrupt_mode": inner.get("interrupt_mode", "signal"),
        "metadata": kept,
    }
    if "kernel_protocol_version" in inner:
        content["kernel_protocol_version"] = inner["kernel_protocol_version"]
    return content


def _argv(environment: Path, project: str) -> tuple[str, ...]:
    sentence = (
        f"The environment of `{project}` is not built on this machine; "
        f"run `jupyter envs build` in that folder"
    )
    return ("/bin/sh", "-c", _START, sentence, str(environment / "current" / LAUNCHER))


def _replace(path: Path, content: bytes) -> None:
    """Leave a file alone where it has this content already."""
    if path.is_symlink() or not path.is_file() or path.read_bytes() != content:
        write_atomically(path, content)
