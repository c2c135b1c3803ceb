"""Files as people publish them, byte for byte: built, started, and what they name imported.

`ENVIRONMENT_CORPUS` names the folder with `files/<id>.yml`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.utils import canonicalize_name

from jupyter_envs.adapters.projects import Project
from jupyter_envs.core.spec import read_spec
from jupyter_envs.manager import EnvironmentManager
from tests.channel import Channel
from tests.channel.server import ChannelServer
from tests.conftest import build, generation

from .session import run_cell

CORPUS = Path(os.environ.get("ENVIRONMENT_CORPUS", ""))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "ENVIRONMENT_CORPUS" not in os.environ, reason="ENVIRONMENT_CORPUS names no corpus"
    ),
]


class File(NamedTuple):
    id: str
    python: str
    """As the file asks; empty: any."""
    modules: str
    """What its lines are to Python."""


FILES = (
    File("196a0bca5782", "3.10",
         "pandas numpy matplotlib scipy seaborn sklearn brokenaxes sympy"),
    File("71d55afd6e7a", "3.10", "numpy pandas openpyxl xlrd matplotlib seaborn tabulate"),
    File("15f40eee4c08", "3.8", "pandas seaborn numpy"),
    File("95d5436f3b58", "3.9", "pandas notebook"),
    File("948cc0f2f62e", "", "pandas numpy matplotlib plotly seaborn IPython bs4"),
    File("c69f7a8560e0", "",
         "pandas numpy bokeh scipy matplotlib seaborn shapely nbserverproxy jupyter_server_proxy"),
    File("82805e2170aa", "3.10", "numpy simplejson"),
    File("77d07a0cd4aa", "3.8", "numpy pandas geopandas shapely pytest png palettable"),
    File("5959e70d43de", "3.9", ""),
    File("d6f097b7ad32", "3.10", ""),
)  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.id)
def test_it_builds_starts_and_holds_what_it_names(
    manager: EnvironmentManager,
    served: ChannelServer,
    channel: Channel,
    tmp_path: Path,
    file: File,
) -> None:
    if not list(channel.path.glob(f"linux-64/python-{file.python}*")):
        pytest.skip(f"the channel has no Python {file.python}")
    folder = tmp_path / "published"
    folder.mkdir()
    source = CORPUS / "files" / f"{file.id}.yml"
    shutil.copy(source, folder / "environment.yml")
    project = Project(folder.resolve(), "environment.yml")
    _skip_without_wheels(source, channel)
    manager.index_url = served.simple_url
    assert build(manager, project).outcome == "built"
    prefix = generation(manager, project).prefix
    names = f"import sys, {', '.join(file.modules.split())}" if file.modules else "import sys"
    said = run_cell(manager, project, f"{names}\nprint(sys.prefix, sys.version.split()[0])")
    assert said.startswith(f"{prefix} {file.python}"), said
    assert manager.survey(project).drift.in_sync
    assert (folder / "environment.yml").read_bytes() == source.read_bytes()


def _skip_without_wheels(source: Path, channel: Channel) -> None:
    spec = read_spec(source.read_bytes(), source.name)
    there = {canonicalize_name(p.name.split("-", 1)[0]) for p in channel.wheelhouse.iterdir()}
    lacking = [r.name for r in spec.requirements if r.kind == "pip" and r.name not in there]
    if lacking:
        pytest.skip(f"the wheelhouse has no {', '.join(lacking)}")
