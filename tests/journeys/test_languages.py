"""A kernel of another language comes from its own package, and nothing is added for it."""

from __future__ import annotations

import pytest

from jupyter_envs.manager import EnvironmentManager
from tests.channel import Channel
from tests.conftest import MakeProject, build, generation

from .session import run_cell


def test_a_deno_project_runs_typescript_without_python(
    manager: EnvironmentManager, project: MakeProject, channel: Channel
) -> None:
    if not list(channel.path.glob("linux-64/deno-*")):
        pytest.skip("the channel has no deno")
    one = project("name: web\nchannels: [conda-forge]\ndependencies:\n  - deno\n")
    build(manager, one)
    built = generation(manager, one)
    assert not built.added
    assert not {p.name for p in built.packages} & {"python", "ipykernel"}
    (kernel,) = built.kernels
    assert (kernel.language, kernel.inner) == ("typescript", "deno")
    code = "const answer: number = 6 * 7; console.log(`${answer} ${Deno.execPath()}`)"
    assert run_cell(manager, one, code).strip() == f"42 {built.prefix}/bin/deno"
