"""One project under its names at conda and at PyPI. Pure."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[-_.]+")

_AT_PYPI = {
    "brotli-python": "brotli",
    "faiss": "faiss-cpu",
    "matplotlib-base": "matplotlib",
    "msgpack-python": "msgpack",
    "opencv": "opencv-python",
    "py-opencv": "opencv-python",
    "py-xgboost": "xgboost",
    "py-xgboost-cpu": "xgboost",
    "py-xgboost-gpu": "xgboost",
    "pyqt": "pyqt5",
    "pytables": "tables",
    "python-duckdb": "duckdb",
    "python-flatbuffers": "flatbuffers",
    "python-graphviz": "graphviz",
    "python-kaleido": "kaleido",
    "python-lmdb": "lmdb",
    "python-tzdata": "tzdata",
    "python-xxhash": "xxhash",
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "seaborn-base": "seaborn",
    "tensorflow-base": "tensorflow",
    "uvicorn-standard": "uvicorn",
}
"""conda names whose project has another name at PyPI; equal names need no entry."""

_ONLY_CONDA = frozenset(
    {"brotli", "flatbuffers", "graphviz", "lmdb", "snappy", "tzdata", "xxhash", "zstd"}
)
"""conda names of something else than the PyPI project of the same name."""


def normalized(name: str) -> str:
    """A name as PEP 503 compares names."""
    return _SEPARATORS.sub("-", name).lower()


def name_at_pypi(conda_name: str) -> str:
    """The normalized name at PyPI of a conda package; empty where it is known to have none."""
    name = normalized(conda_name)
    if name in _ONLY_CONDA:
        return ""
    return _AT_PYPI.get(name, name)


def same_project(conda_name: str, pypi_name: str) -> bool:
    """Whether both names are one project's."""
    return name_at_pypi(conda_name) == normalized(pypi_name)
