"""How conda calls the projects of PyPI, and how it writes their versions."""

from __future__ import annotations

from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name

#: Names that differ by more than case.
CONDA_NAMES = {
    "build": "python-build",
    "dask": "dask-core",
    "fastjsonschema": "python-fastjsonschema",
    "graphviz": "python-graphviz",
    "importlib-resources": "importlib_resources",
    "ipython-genutils": "ipython_genutils",
    "ipython-pygments-lexers": "ipython_pygments_lexers",
    "jupyter-client": "jupyter_client",
    "jupyter-console": "jupyter_console",
    "jupyter-core": "jupyter_core",
    "jupyter-events": "jupyter_events",
    "jupyter-server": "jupyter_server",
    "jupyter-server-terminals": "jupyter_server_terminals",
    "jupyterlab-pygments": "jupyterlab_pygments",
    "jupyterlab-server": "jupyterlab_server",
    "jupyterlab-widgets": "jupyterlab_widgets",
    "matplotlib": "matplotlib-base",
    "msgpack": "msgpack-python",
    "notebook-shim": "notebook-shim",
    "pure-eval": "pure_eval",
    "qtconsole": "qtconsole-base",
    "seaborn": "seaborn-base",
    "stack-data": "stack_data",
    "tables": "pytables",
    "torch": "pytorch",
    "typing-extensions": "typing_extensions",
    "tzdata": "python-tzdata",
}

#: Second names: a package without files that depends on the first.
METAPACKAGES = {
    "dask-core": "dask",
    "importlib-metadata": "importlib_metadata",
    "matplotlib-base": "matplotlib",
    "qtconsole-base": "qtconsole",
    "seaborn-base": "seaborn",
    "typing_extensions": "typing-extensions",
}


def conda_name(project: str) -> str:
    """The conda package that holds this project of PyPI."""
    name = canonicalize_name(project)
    return CONDA_NAMES.get(name, name)


def conda_version(version: str) -> str:
    """A PEP 440 version as conda writes it."""
    return version.replace("-", "_")


def conda_constraint(specifiers: SpecifierSet) -> str:
    """PEP 440 specifiers in conda's language; empty for no constraint."""
    return ",".join(part for specifier in sorted(specifiers, key=str) if (part := _one(specifier)))


def _one(specifier: Specifier) -> str:
    operator, version = specifier.operator, specifier.version
    if operator == "~=":
        return f">={version},{version.rpartition('.')[0]}.*"
    if operator == "==" and version.endswith(".*"):
        return version
    if operator == "===":
        return f"=={version}"
    if operator in ("<=", "==", "!=", ">=", "<", ">"):
        return f"{operator}{conda_version(version)}"
    return ""
