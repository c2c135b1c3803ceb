"""Make conda packages of wheels."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .bytecode import compiled
from .conda_archive import PLACEHOLDER, Entry, Package
from .dependencies import Variant
from .interpreters import Interpreter
from .pypi_names import METAPACKAGES, conda_name, conda_version
from .wheels import (
    NOARCH,
    WINDOWS,
    Layout,
    Wheel,
    entry_points,
    script_entries,
    unix_layout,
    wheel_entries,
    with_record,
)


def noarch_package(wheel: Wheel, variant: Variant) -> Package:
    """A pure wheel as `noarch: python`."""
    entries = _mended(
        wheel, wheel_entries(wheel, NOARCH), NOARCH, windows=variant.platform == "win"
    )
    return Package(
        conda_name(wheel.name),
        conda_version(wheel.version),
        depends=(*variant.depends, variant.python),
        build_prefix="py",
        noarch="python",
        entry_points=entry_points(entries),
        entries=with_record(entries, NOARCH),
        license=wheel.license,
        summary=wheel.summary,
    )


def compiled_package(wheel: Wheel, interpreter: Interpreter, depends: Sequence[str]) -> Package:
    """A wheel with machine code, for one Python on linux-64: bytecode and scripts included."""
    layout = unix_layout(interpreter.minor)
    entries = _mended(wheel, wheel_entries(wheel, layout), layout)
    entries += script_entries(entry_points(entries), layout)
    entries += compiled(
        interpreter, [entry for entry in entries if entry.path.startswith(layout.site_packages)]
    )
    return Package(
        conda_name(wheel.name),
        conda_version(wheel.version),
        depends=(
            *depends,
            interpreter.constraint,
            _abi(interpreter),
            f"__glibc >={wheel.glibc},<3.0.a0",
        ),
        subdir="linux-64",
        build_prefix=f"py{interpreter.tag}",
        entries=with_record(entries, layout),
        license=wheel.license,
        summary=wheel.summary,
    )


def foreign_package(
    wheel: Wheel, interpreter: Interpreter, depends: Sequence[str], subdir: str
) -> Package:
    """A wheel of another platform: real files, no bytecode."""
    layout = WINDOWS if subdir.startswith("win") else unix_layout(interpreter.minor)
    entries = wheel_entries(wheel, layout)
    return Package(
        conda_name(wheel.name),
        conda_version(wheel.version),
        depends=(*depends, interpreter.constraint, _abi(interpreter)),
        subdir=subdir,
        build_prefix=f"py{interpreter.tag}",
        entries=with_record(entries, layout),
        license=wheel.license,
        summary=wheel.summary,
    )


def program_package(wheel: Wheel) -> Package:
    """The program of a wheel alone, with its kernelspec where it has one; no Python."""
    files = wheel_entries(wheel, unix_layout("0"))
    entries = [
        Entry(file.path, file.data, executable=True)
        for file in files
        if file.path.startswith("bin/")
    ]
    if wheel.name == "deno":
        argv = [f"{PLACEHOLDER}/bin/deno", "jupyter", "--kernel", "--conn", "{connection_file}"]
        entries.append(_kernelspec("deno", argv, "Deno", "typescript"))
    return Package(
        conda_name(wheel.name),
        conda_version(wheel.version),
        depends=(f"__glibc >={wheel.glibc},<3.0.a0",),
        subdir="linux-64",
        entries=entries,
        license=wheel.license,
        summary=wheel.summary,
    )


def metapackage(name: str, version: str, requires: Sequence[str] = ()) -> Package | None:
    """The second name of a package, when conda has one."""
    if name not in METAPACKAGES:
        return None
    return Package(
        METAPACKAGES[name], version, depends=(f"{name} =={version}", *requires), noarch="generic"
    )


def timezones(wheel: Wheel) -> Package:
    """Conda's `tzdata`, from the project of the same name."""
    folder = f"{NOARCH.site_packages}/tzdata/zoneinfo/"
    files = [file for file in wheel_entries(wheel, NOARCH) if file.path.startswith(folder)]
    entries = [
        Entry(f"share/zoneinfo/{file.path.removeprefix(folder)}", file.data)
        for file in files
        if not file.path.endswith(".py")
    ]
    return Package(
        "tzdata",
        wheel.version,
        noarch="generic",
        entries=entries,
        license="LicenseRef-Public-Domain",
    )


def certificates(wheel: Wheel) -> Package:
    """Conda's `ca-certificates`, from certifi."""
    pem = next(
        file for file in wheel_entries(wheel, NOARCH) if file.path.endswith("certifi/cacert.pem")
    )
    entries = [Entry("ssl/cacert.pem", pem.data), Entry("ssl/cert.pem", link="cacert.pem")]
    return Package(
        "ca-certificates", wheel.version, noarch="generic", entries=entries, license="ISC"
    )


def _abi(interpreter: Interpreter) -> str:
    return f"python_abi {interpreter.minor}.* *_{interpreter.abi}"


def _mended(
    wheel: Wheel, entries: list[Entry], layout: Layout, *, windows: bool = False
) -> list[Entry]:
    """Changes that conda-forge's recipes make as well."""
    if wheel.name == "ipykernel":
        spec = "share/jupyter/kernels/python3/kernel.json"
        python = "python.exe" if windows else "bin/python"
        argv = [f"{PLACEHOLDER}/{python}", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        kept = [entry for entry in entries if entry.path != spec]
        return [
            *kept,
            _kernelspec(
                "python3", argv, "Python 3 (ipykernel)", "python", metadata={"debugger": True}
            ),
        ]
    if wheel.name == "pyproj":
        return [
            *entries,
            *_activation(
                "pyproj", "PROJ_DATA", f"{layout.site_packages}/pyproj/proj_dir/share/proj"
            ),
        ]
    if wheel.name == "rasterio":
        return [
            *entries,
            *_activation("rasterio", "GDAL_DATA", f"{layout.site_packages}/rasterio/gdal_data"),
        ]
    return entries


def _kernelspec(
    name: str, argv: list[str], title: str, language: str, metadata: dict[str, object] | None = None
) -> Entry:
    spec = {"argv": argv, "display_name": title, "language": language, "metadata": metadata or {}}
    return Entry(
        f"share/jupyter/kernels/{name}/kernel.json",
        json.dumps(spec, indent=1).encode(),
        prefix="text",
    )


def _activation(name: str, variable: str, folder: str) -> list[Entry]:
    """Scripts that set a variable on activation and restore it after."""
    start = (
        f'if [ -n "${{{variable}:-}}" ]; then export _CONDA_SET_{variable}="${variable}"; fi\n'
        f'export {variable}="$CONDA_PREFIX/{folder}"\n'
    )
    stop = (
        f'unset {variable}\nif [ -n "${{_CONDA_SET_{variable}:-}}" ]; then\n'
        f'    export {variable}="$_CONDA_SET_{variable}"\n    unset _CONDA_SET_{variable}\nfi\n'
    )
    return [
        Entry(f"etc/conda/activate.d/{name}-activate.sh", start.encode(), executable=True),
        Entry(f"etc/conda/deactivate.d/{name}-deactivate.sh", stop.encode(), executable=True),
    ]
