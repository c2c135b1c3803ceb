"""Every project its own conda environment, in JupyterLab."""

from __future__ import annotations

from typing import Any

from ._version import __version__

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-envs"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Import the server's half only when a server asks for it: kernels and builds never do."""
    from .server.extension import EnvsExtension

    return [{"module": "jupyter_envs", "app": EnvsExtension}]
