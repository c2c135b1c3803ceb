"""The channel is real: what is in it solves, installs and runs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import write_connection_file
from packaging.version import Version
from uv import find_uv_bin

from tests.channel import (
    Channel,
    ChannelServer,
    channel_alias_base,
    condarc_text,
    make_channel,
    serve,
)
from tests.channel.conda_archive import write_conda
from tests.channel.installing import SolveError, install
from tests.channel.interpreters import discover
from tests.channel.python_package import python_packages
from tests.channel.special_packages import write_special_packages

pytestmark = pytest.mark.slow

#: What real, published environment files ask for, and what must be importable then. Written down
#: here, as the files themselves are other people's.
PUBLISHED = {
    "everything pinned": (
        "python=3.10; pandas=2.3.1; numpy=2.2.5; matplotlib=3.10.5; scipy=1.15.3; seaborn=0.13.2; "
        "scikit-learn=1.7.1; pip",
        "pandas, matplotlib.pyplot, scipy.stats, seaborn, sklearn.cluster",
    ),
    "a student's": (
        "python=3.10; pip; numpy; pandas; openpyxl; xlrd; matplotlib; seaborn; jupyter; ipykernel",
        "pandas, openpyxl, seaborn, ipykernel, notebook",
    ),
    "spaces around the sign": ("python = 3.8; pandas >= 1 ; seaborn; numpy", "pandas, seaborn"),
    "three lines": ("python=3.9; pandas; jupyter", "pandas, jupyterlab"),
    "no version at all": (
        "python; pandas; numpy; matplotlib; plotly; seaborn; IPython; beautifulsoup4",
        "matplotlib.pyplot, plotly, IPython, bs4",
    ),
    "no Python named": (
        "pandas; numpy; bokeh; scipy; matplotlib; seaborn; shapely; pip",
        "bokeh, scipy, shapely",
    ),
    "one library": ("python=3.10; numpy; pip", "numpy"),
    "maps on an old Python": (
        "python=3.8; numpy>=1.24.2; jupyter=1.0.0; pandas>=1.5.3; geopandas>=0.12.2; "
        "shapely>=2.0.0; pytest>=7.2.1; pip",
        "geopandas, pytest, shapely",
    ),
    "an old pip": ("python=3.8; pip=20.3.3", "pip"),
    "linters": ("ruff; pytest; pytest-cov; setuptools-scm", "pytest, setuptools_scm"),
}


@pytest.fixture(scope="module")
def channel() -> Channel:
    return make_channel()


@pytest.fixture(scope="module")
def server(channel: Channel) -> Iterator[ChannelServer]:
    with serve(channel) as running:
        yield running


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def science(server: ChannelServer, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    prefix = tmp_path_factory.mktemp("science")
    install(
        [server.channel_url()],
        ["python=3.11", "ipykernel", "numpy", "pandas", "geopandas"],
        prefix,
        cache=cache,
    )
    return prefix


def run(program: Path, *arguments: str) -> str:
    """What a program of a prefix prints; its prefix is all it knows of the machine."""
    answer = subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={"HOME": str(program.parent)},
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an answer, whatever the status."""
    request = Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def test_every_python_of_the_machine_is_in_it_or_said_to_be_missing(channel: Channel) -> None:
    interpreters, _ = discover()
    for interpreter in interpreters:
        packed = any(
            name.startswith(f"linux-64/python-{interpreter.version}-") for name in channel.packages
        )
        assert packed or f"python {interpreter.minor}" in channel.missing
    assert len(channel.packages) >= 150


@pytest.mark.parametrize("minor", [interpreter.minor for interpreter in discover()[0]])
def test_each_python_starts_from_an_installed_prefix(
    minor: str, server: ChannelServer, cache: Path, tmp_path: Path
) -> None:
    install([server.channel_url()], [f"python={minor}"], tmp_path / "prefix", cache=cache)
    python = tmp_path / "prefix" / "bin" / "python"
    modules = "ssl, sqlite3, ctypes, zlib, bz2, readline" + ("" if minor == "2.7" else ", lzma")
    assert run(python, "-c", f"import sys, {modules}; print(sys.prefix)") == str(
        tmp_path / "prefix"
    )
    linked = run(
        Path("/usr/bin/env"),
        "ldd",
        str(next((tmp_path / "prefix" / "lib").glob("libpython*.so.1.0"))),
    )
    assert "not found" not in linked


def test_a_scientific_prefix_imports_what_it_was_asked_for(science: Path) -> None:
    python = science / "bin" / "python"
    code = "import numpy, pandas, ssl, sqlite3, geopandas, sys; print(sys.prefix)"
    assert run(python, "-c", code) == str(science)


def test_bytecode_of_compiled_packages_is_valid_where_it_is_installed(science: Path) -> None:
    said = run(science / "bin" / "python", "-c", "import numpy; print(numpy.__spec__.cached)")
    before = Path(said).stat()
    run(science / "bin" / "python", "-c", "import numpy")
    assert Path(said).stat().st_mtime_ns == before.st_mtime_ns
    assert any(
        path["_path"].endswith(".pyc")
        for path in record_of(science, "numpy")["paths_data"]["paths"]
    )


def test_an_installed_package_is_known_to_pip_with_all_its_files(science: Path) -> None:
    code = (
        "from importlib.metadata import distribution; found = distribution('numpy');"
        "print(found.read_text('INSTALLER').strip(), all(f.locate().exists() for f in found.files))"
    )
    assert run(science / "bin" / "python", "-c", code) == "conda True"


def record_of(prefix: Path, name: str) -> dict[str, Any]:
    """The conda-meta record of one package."""
    for path in (prefix / "conda-meta").glob(f"{name}-*.json"):
        record: dict[str, Any] = json.loads(path.read_text())
        if record["name"] == name:
            return record
    raise AssertionError(f"{name} is not installed")


def test_the_kernelspec_of_ipykernel_names_the_python_of_its_prefix(science: Path) -> None:
    spec = json.loads((science / "share/jupyter/kernels/python3/kernel.json").read_text())
    assert spec["argv"][0] == f"{science}/bin/python"


def test_a_geospatial_package_brings_its_activation_scripts(science: Path) -> None:
    script = (science / "etc/conda/activate.d/pyproj-activate.sh").read_text()
    shown = run(Path("/bin/sh"), "-c", f"CONDA_PREFIX={science}\n{script}\necho $PROJ_DATA")
    assert (Path(shown) / "proj.db").exists()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_environment_file_installs(
    name: str, server: ChannelServer, cache: Path, tmp_path: Path
) -> None:
    specs, modules = PUBLISHED[name]
    install(
        [server.channel_url("pkgs/main"), server.channel_url()],
        specs.split("; "),
        tmp_path / "prefix",
        cache=cache,
    )
    run(tmp_path / "prefix" / "bin" / "python", "-c", f"import {modules}")


def test_a_prefix_without_python_runs_a_deno_kernel(
    server: ChannelServer, cache: Path, tmp_path: Path
) -> None:
    prefix = tmp_path / "prefix"
    install([server.channel_url()], ["deno"], prefix, cache=cache)
    assert not (prefix / "bin" / "python").exists()
    spec = json.loads((prefix / "share/jupyter/kernels/deno/kernel.json").read_text())
    assert spec["argv"][0] == f"{prefix}/bin/deno"
    assert asyncio.run(execute(spec["argv"], "1+1", tmp_path)) == "2"


async def execute(argv: list[str], code: str, folder: Path) -> str:
    """Start a kernel, run one cell and give back its plain result, without colours."""
    connection, _ = write_connection_file(str(folder / "connection.json"))
    filled = [part.replace("{connection_file}", connection) for part in argv]
    environment = {**os.environ, "NO_COLOR": "1", "HOME": str(folder)}
    kernel = subprocess.Popen(
        filled, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    client = AsyncKernelClient()
    client.load_connection_file(connection)
    client.start_channels()
    results: list[str] = []

    def keep(message: dict[str, Any]) -> None:
        if "data" in message["content"]:
            results.append(message["content"]["data"]["text/plain"])

    try:
        await client.wait_for_ready(timeout=60)
        await client.execute_interactive(code, timeout=60, output_hook=keep, allow_stdin=False)
    finally:
        client.stop_channels()
        kernel.kill()
        kernel.wait()
        client.context.destroy(linger=0)
    return results[-1].replace("\x1b[33m", "").replace("\x1b[39m", "")


@pytest.mark.parametrize("platform", ["linux-64", "osx-arm64", "win-64"])
def test_a_lock_for_three_platforms_solves(platform: str, channel: Channel, cache: Path) -> None:
    chosen = install(
        [channel.path.as_uri()],
        ["python", "ipykernel", "numpy"],
        None,
        cache=cache,
        platform=platform,
    )
    names = {name.rsplit("-", 2)[0] for name in chosen}
    assert {"python", "ipykernel", "numpy"} <= names
    assert ("appnope" in names) == (platform == "osx-arm64")


def test_one_package_is_missing_on_one_platform(channel: Channel, cache: Path) -> None:
    with pytest.raises(SolveError, match="osx-lacks-demo"):
        install(
            [channel.path.as_uri()], ["osx-lacks-demo"], None, cache=cache, platform="osx-arm64"
        )


@pytest.mark.parametrize("spec", ["unsolvable-demo", "cuda-demo", "glibc-future-demo"])
def test_what_cannot_be_solved_is_refused(spec: str, channel: Channel, cache: Path) -> None:
    with pytest.raises(SolveError, match=r"package-that-does-not-exist|__cuda|__glibc"):
        install([channel.path.as_uri()], [spec], None, cache=cache)


def test_demonstration_packages_do_what_they_are_named_for(
    server: ChannelServer, cache: Path, tmp_path: Path
) -> None:
    prefix = tmp_path / "prefix"
    demos = "text-prefix binary-prefix noarch-python softlink tar-bz2 "
    demos += "activation clobber-first clobber-second link-scripts"
    specs = ["python=3.11", "versions-demo=1", *(f"{name}-demo" for name in demos.split())]
    install([server.channel_url()], specs, prefix, cache=cache)
    assert run(prefix / "bin" / "text-prefix-demo") == str(prefix)
    assert run(prefix / "bin" / "binary-prefix-demo") == str(prefix)
    assert run(prefix / "bin" / "noarch-python-demo") == "noarch-python-demo 1.0"
    assert run(prefix / "bin" / "noarch-python-script") == str(prefix)
    assert (prefix / "lib" / "softlink-demo.txt").read_text() == "the target\n"
    assert (prefix / "share" / "versions-demo" / "version.txt").read_text() == "1.1\n"


def test_a_newer_package_of_a_later_channel_does_not_win(
    server: ChannelServer, cache: Path
) -> None:
    both = [server.channel_url("conda-forge"), server.channel_url("bioconda")]
    assert any(
        "versions-demo-2.0" in name for name in install(both, ["versions-demo"], None, cache=cache)
    )
    assert any("extra-demo" in name for name in install(both, ["extra-demo"], None, cache=cache))


def test_every_channel_name_leads_to_one_address(server: ChannelServer) -> None:
    assert channel_alias_base(server.channel_url("pkgs/main")) == server.url
    assert condarc_text(server.channel_url()) == server.condarc
    assert f"channel_alias: {server.url}\n" in server.condarc
    for name in ("conda-forge", "defaults", "pkgs/main", "pytorch", "bioconda"):
        assert get(f"{server.channel_url(name)}/noarch/repodata.json")[0] == 200


def test_a_second_solve_asks_only_whether_anything_changed(
    channel: Channel, tmp_path: Path
) -> None:
    with serve(channel) as server:
        install([server.channel_url()], ["versions-demo"], None, cache=tmp_path)
        server.requests.clear()
        install([server.channel_url()], ["versions-demo"], None, cache=tmp_path)
        assert {request.status for request in server.requests} == {304}


def test_the_server_answers_ranges_and_validators(server: ChannelServer) -> None:
    url = f"{server.channel_url()}/noarch/repodata.json"
    status, whole, headers = get(url)
    assert (status, len(whole)) == (200, int(headers["Content-Length"]))
    assert get(url, If_None_Match=headers["ETag"])[0] == 304
    assert get(url, If_None_Match=headers["ETag"])[2]["ETag"] == headers["ETag"]
    assert get(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert get(url, Range="bytes=2-5")[:2] == (206, whole[2:6])
    assert get(url, Range="bytes=-3")[:2] == (206, whole[-3:])
    assert get(url, Range=f"bytes={len(whole)}-")[0] == 416
    assert get(f"{server.url}/../manifest.json")[0] == 404
    assert get(f"{server.channel_url()}/noarch/repodata.json.zst")[0] == 200
    assert get(f"{server.channel_url()}/noarch/repodata_shards.msgpack.zst")[0] == 200


def test_the_wheelhouse_answers_as_a_package_index(
    server: ChannelServer, science: Path, tmp_path: Path
) -> None:
    command = [
        *(find_uv_bin(), "pip", "install", "--no-config", "--no-cache", "--quiet"),
        *("--default-index", server.simple_url, "--python", str(science / "bin" / "python")),
        *("--target", str(tmp_path), "cowsay<6.1", "tabulate", "sdist-only-demo", "markupsafe"),
    ]
    subprocess.run(command, check=True, timeout=120)
    assert (tmp_path / "sdist_only_demo.py").exists()
    assert (tmp_path / "cowsay-6.0.dist-info").exists()
    listed = json.loads(
        get(server.simple_url + "tabulate/", Accept="application/vnd.pypi.simple.v1+json")[1]
    )
    assert len({Version(version) for version in listed["versions"]}) == 2


def test_a_channel_comes_from_the_cache_at_once(channel: Channel) -> None:
    start = time.monotonic()
    assert make_channel() == channel
    assert time.monotonic() - start < 5


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    interpreter = discover()[0][-1]
    for folder in ("one", "two"):
        write_special_packages(tmp_path / folder, tmp_path / "scratch")
        for package in python_packages(interpreter, [], tmp_path / f"scratch-{folder}"):
            write_conda(package, tmp_path / folder)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").glob("*/*"))
    assert files
    assert all(
        (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
        for file in files
    )
