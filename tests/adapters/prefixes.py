"""Generations made by hand: a store's folders around a prefix that holds just what a test needs."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

from jupyter_envs.adapters.activation import activation_variables, write_state
from jupyter_envs.adapters.kernelspecs import inner_kernelspecs, register
from jupyter_envs.adapters.launcher import write_launcher
from jupyter_envs.core.kernels import kernel_names
from tests.channel import default_cache, make_channel
from tests.channel.installing import install


def make_generation(environment: Path, number: int, digits: str = "0123456789ab") -> Path:
    """An empty prefix, as a build starts with; `complete` ends it."""
    prefix = environment / "gens" / f"{number}-{digits}"
    (prefix / "bin").mkdir(parents=True)
    prefix.with_name(f"{prefix.name}.lease").touch()
    return prefix


def add_program(prefix: Path, name: str, text: str) -> Path:
    program = prefix / "bin" / name
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    return program


def add_file(prefix: Path, path: str, text: str) -> Path:
    file = prefix / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def add_kernelspec(prefix: Path, name: str, argv: Iterable[str], **more: object) -> None:
    content = {"argv": [*argv], "display_name": name, "language": name, **more}
    add_file(prefix, f"share/jupyter/kernels/{name}/kernel.json", json.dumps(content))


def add_python(prefix: Path) -> None:
    """Give the prefix the interpreter at hand and the packages it sees, ipykernel among them."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (prefix / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    home = Path(os.path.realpath(sys.executable)).parent
    add_file(prefix, "pyvenv.cfg", f"home = {home}\ninclude-system-site-packages = false\n")
    packages = f"lib/python{version}/site-packages"
    add_file(prefix, f"{packages}/shared.pth", sysconfig.get_path("purelib") + "\n")
    argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    add_kernelspec(prefix, "python3", argv, language="python", metadata={"debugger": True})


def install_conda(prefix: Path, *specs: str) -> None:
    """Conda packages of the local channel, with the kernelspecs that they bring."""
    channel = make_channel()
    cache = default_cache() / "launcher"
    install([(channel.root / "conda-forge").as_uri()], specs, prefix, cache=cache)


def complete(prefix: Path, variables: Mapping[str, str] | None = None) -> Path:
    """End a build as a builder does; answers the launcher behind `current`."""
    write_state(prefix, variables or {})
    write_launcher(prefix, activation_variables(prefix), inner_kernelspecs(prefix))
    prefix.with_name(f"{prefix.name}.complete.json").write_text("{}")
    switch(prefix)
    return prefix.parent.parent / "current" / "etc/jupyter-envs/launch"


def switch(prefix: Path) -> None:
    environment = prefix.parent.parent
    temporary = environment / f".current.{os.getpid()}"
    temporary.symlink_to(f"gens/{prefix.name}")
    temporary.replace(environment / "current")


def register_all(prefix: Path, kernels_dir: Path, project: str = "/home/me/demo") -> list[str]:
    """The names under which the kernels of a prefix now stand in a Jupyter folder."""
    kernels = kernel_names(project, "default", inner_kernelspecs(prefix), ())
    register(kernels, prefix, kernels_dir, project)
    return [kernel.name for kernel in kernels]
