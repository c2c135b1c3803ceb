"""Small packages, each made for one thing that an installer has to get right."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from .conda_archive import PLACEHOLDER, Entry, Package, write_conda, write_tar_bz2

_C_PROGRAM = """
#include <stdio.h>
const char prefix[] = "%s";
int main(void) { puts(prefix); return 0; }
"""


def write_special_packages(channel: Path, scratch: Path) -> dict[str, str]:
    """Write them all; what could not be made, and why."""
    for package in [*_plain(), *_activation(), *_scripts(), *_solving(), *_platforms()]:
        write_conda(package, channel)
    write_tar_bz2(
        _demo("tar-bz2-demo", entries=[_text("share/tar-bz2-demo/hello.txt", "from a .tar.bz2\n")]),
        channel,
    )
    return _try("binary-prefix-demo", lambda: write_conda(_binary_prefix(scratch), channel))


def write_extra_packages(channel: Path) -> None:
    """The second, tiny channel: one name of its own and one that the first has too, newer here."""
    write_conda(
        _demo(
            "extra-demo", entries=[_text("share/extra-demo/hello.txt", "from the extra channel\n")]
        ),
        channel,
    )
    write_conda(_versions("3.0"), channel)


def _demo(
    name: str,
    version: str = "1.0",
    *,
    depends: tuple[str, ...] = (),
    constrains: tuple[str, ...] = (),
    entries: list[Entry] | None = None,
    subdir: str = "noarch",
) -> Package:
    return Package(
        name,
        version,
        depends,
        constrains,
        subdir,
        noarch="generic" if subdir == "noarch" else None,
        entries=entries or [_text(f"share/{name}/name.txt", f"{name}\n")],
    )


def _text(path: str, text: str, *, executable: bool = False) -> Entry:
    return Entry(path, text.encode(), executable, prefix="text" if PLACEHOLDER in text else None)


def _versions(version: str) -> Package:
    return _demo(
        "versions-demo", version, entries=[_text("share/versions-demo/version.txt", f"{version}\n")]
    )


def _plain() -> list[Package]:
    where = f"#!/bin/sh\necho {PLACEHOLDER}\n"
    return [
        _demo(
            "text-prefix-demo",
            entries=[
                _text("bin/text-prefix-demo", where, executable=True),
                _text("share/text-prefix-demo/where.txt", f"{PLACEHOLDER}\n"),
            ],
        ),
        _demo(
            "softlink-demo",
            entries=[
                _text("share/softlink-demo/target.txt", "the target\n"),
                Entry("share/softlink-demo/link.txt", link="target.txt"),
                Entry("share/softlink-demo/link-to-link.txt", link="link.txt"),
                Entry("lib/softlink-demo.txt", link="../share/softlink-demo/target.txt"),
            ],
        ),
        *(
            _demo(
                f"clobber-{order}-demo",
                entries=[_text("share/clobber-demo/shared.txt", f"{order}\n")],
            )
            for order in ("first", "second")
        ),
        *map(_versions, ("1.0", "1.1", "2.0")),
        _noarch_python(),
    ]


def _noarch_python() -> Package:
    script = f"#!{PLACEHOLDER}/bin/python\nimport sys\nprint(sys.prefix)\n"
    module = "def main():\n    print('noarch-python-demo 1.0')\n"
    metadata = "Metadata-Version: 2.1\nName: noarch-python-demo\nVersion: 1.0\n"
    folder = "site-packages/noarch_python_demo-1.0.dist-info"
    return Package(
        "noarch-python-demo",
        "1.0",
        depends=("python >=3",),
        noarch="python",
        build_prefix="py",
        entry_points=["noarch-python-demo = noarch_python_demo:main"],
        entries=[
            _text("site-packages/noarch_python_demo.py", module),
            _text(f"{folder}/METADATA", metadata),
            _text(f"{folder}/INSTALLER", "conda\n"),
            _text(f"{folder}/RECORD", "noarch_python_demo.py,,\n"),
            _text("python-scripts/noarch-python-script", script, executable=True),
        ],
    )


def _activation() -> list[Package]:
    return [
        *(
            _activating("activation-demo", version, {"ACTIVATION_DEMO": f"{version}"})
            for version in ("1.0", "2.0")
        ),
        *(
            _activating(
                "gdal-env-demo",
                version,
                {"GDAL_DATA": "$CONDA_PREFIX/share/gdal", "GDAL_ENV_DEMO": version},
            )
            for version in ("3.8.0", "3.9.0")
        ),
    ]


def _activating(name: str, version: str, variables: dict[str, str]) -> Package:
    start = "".join(f'export {variable}="{value}"\n' for variable, value in variables.items())
    stop = "".join(f"unset {variable}\n" for variable in variables)
    constant = {f"{name.upper().replace('-', '_')}_FROM_FILE": version}
    return _demo(
        name,
        version,
        entries=[
            _text(f"etc/conda/activate.d/{name}.sh", start, executable=True),
            _text(f"etc/conda/deactivate.d/{name}.sh", stop, executable=True),
            _text(f"etc/conda/env_vars.d/{name}.json", json.dumps(constant)),
        ],
    )


def _scripts() -> list[Package]:
    start = '#!/bin/sh\necho "$PKG_NAME" > "$PREFIX/post-link-ran.txt"\n'
    stop = '#!/bin/sh\nrm -f "$PREFIX/post-link-ran.txt"\n'
    return [
        _demo(
            "link-scripts-demo",
            entries=[
                _text("bin/.link-scripts-demo-post-link.sh", start, executable=True),
                _text("bin/.link-scripts-demo-pre-unlink.sh", stop, executable=True),
            ],
        )
    ]


def _solving() -> list[Package]:
    return [
        _demo("unsolvable-demo", depends=("package-that-does-not-exist >=1",)),
        _demo("needs-old-demo", depends=("versions-demo <2",)),
        _demo("needs-new-demo", depends=("versions-demo >=2",)),
        _demo("constrains-demo", constrains=("versions-demo <2",)),
        _demo("glibc-demo", depends=("__glibc >=2.17,<3.0.a0",), subdir="linux-64"),
        _demo("glibc-future-demo", depends=("__glibc >=99",), subdir="linux-64"),
        _demo("cuda-demo", depends=("__cuda >=11",), subdir="linux-64"),
    ]


def _platforms() -> list[Package]:
    everywhere = ("linux-64", "osx-arm64", "win-64")
    return [
        _demo("linux-only-demo", subdir="linux-64"),
        *(_demo("three-platforms-demo", subdir=subdir) for subdir in everywhere),
        *(_demo("osx-lacks-demo", subdir=subdir) for subdir in everywhere if subdir != "osx-arm64"),
    ]


def _binary_prefix(scratch: Path) -> Package:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("no C compiler on this machine")
    scratch.mkdir(parents=True, exist_ok=True)
    source, program = scratch / "prefix.c", scratch / "prefix"
    source.write_text(_C_PROGRAM % PLACEHOLDER)
    command = [
        compiler,
        "-O0",
        "-fno-builtin",
        "-Wl,--build-id=none",
        "-o",
        str(program),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=scratch)
    entry = Entry("bin/binary-prefix-demo", program.read_bytes(), executable=True, prefix="binary")
    return _demo("binary-prefix-demo", subdir="linux-64", entries=[entry])


def _try(name: str, make: Callable[[], object]) -> dict[str, str]:
    try:
        make()
    except (OSError, subprocess.SubprocessError) as error:
        return {name: str(error)}
    return {}
