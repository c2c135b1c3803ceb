"""What the channel holds: data only. Everything else reads from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stack:
    """Requirements that are resolved together for one Python, with all they depend on."""

    python: str
    requirements: tuple[str, ...]
    platform: str = "linux-64"
    #: A core stack that cannot be made is an error; any other is reported and left out.
    core: bool = False


#: Nothing published later is looked at, so that two resolutions give the same packages.
PUBLISHED_BEFORE = "2026-06-01T00:00:00Z"

_KERNEL = ("ipykernel", "pip", "setuptools", "wheel", "six", "tzdata", "certifi")
_BASE = (*_KERNEL, "numpy", "pandas", "requests", "pyyaml", "jinja2", "tqdm", "pytest")

LINUX_STACKS = (
    Stack("3.11", _BASE, core=True),
)

FOREIGN_STACKS: tuple[Stack, ...] = ()

#: Projects whose package is one program, without Python.
PROGRAMS: tuple[str, ...] = ("deno",)

#: Wheels whose own test suites are left out: they are most of what there is to compress and compile.
WITHOUT_TESTS = frozenset(
    {
        "bokeh", "dask", "distributed", "geopandas", "matplotlib", "networkx", "numpy", "pandas", "pyogrio",
        "rasterio", "scikit-learn", "scipy", "seaborn", "shapely", "statsmodels", "sympy", "xarray",
    }
)  # fmt: skip

#: Wheels for pip parts, with all they depend on.
WHEELHOUSE_STACKS = (
    Stack("3.11", ("cowsay", "humanize", "tabulate", "simplejson", "pypng", "palettable", "markupsafe")),
)

#: More versions and platforms of the same, exactly these.
WHEELHOUSE_PINS = (
    Stack("3.11", ("cowsay==6.0", "humanize==4.9.0", "tabulate==0.8.10")),
    Stack("3.11", ("markupsafe==3.0.2",)),
    Stack("3.11", ("markupsafe==3.0.2",), platform="osx-arm64"),
    Stack("3.11", ("markupsafe==3.0.2",), platform="win-64"),
)
