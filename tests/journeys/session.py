"""A kernel as a notebook would start it, and what a cell prints."""

from __future__ import annotations

from jupyter_client.manager import start_new_kernel

from jupyter_envs.adapters.projects import Project
from jupyter_envs.manager import EnvironmentManager
from tests.conftest import generation


def run_cell(manager: EnvironmentManager, project: Project, code: str) -> str:
    """What `code` prints, or how it fails, in the first kernel of the project."""
    kernel = generation(manager, project).kernels[0]
    running, client = start_new_kernel(startup_timeout=120, kernel_name=kernel.name)
    said: list[str] = []

    def hear(message: dict[str, dict[str, object]]) -> None:
        content = message["content"]
        if message["header"]["msg_type"] in ("execute_result", "stream"):
            data = content.get("data")
            said.append(str(data["text/plain"] if isinstance(data, dict) else content["text"]))

    try:
        reply = client.execute_interactive(code, output_hook=hear, timeout=120)
    finally:
        client.stop_channels()
        running.shutdown_kernel(now=True)
    content = reply["content"]
    return (
        "".join(said) if content["status"] == "ok" else f"{content['ename']}: {content['evalue']}"
    )
