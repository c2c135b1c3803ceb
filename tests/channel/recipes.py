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
_PLOTS = ("scipy", "matplotlib", "seaborn", "pillow")
_GEOSPATIAL = ("shapely", "pyproj", "pyogrio", "geopandas", "xarray")
_STATISTICS = ("scikit-learn", "statsmodels", "sympy", "networkx", "dask", "distributed")
_JUPYTER = (
    "jupyterlab",
    "notebook",
    "nbconvert",
    "nbformat",
    "ipywidgets",
    "jupyter",
    "jupyter_server",
    "nbclient",
)
_TOOLS = (
    "black",
    "flake8",
    "pytest-cov",
    "pytest-xdist",
    "isort",
    "papermill",
    "jupytext",
    "nbval",
)
_READERS = ("openpyxl", "xlrd", "beautifulsoup4", "sqlalchemy", "plotly", "bokeh", "chardet")

#: Each Linux stack is resolved by itself; a comment names what makes a stack ask for a version.
LINUX_STACKS = (
    Stack("3.6", ("ipykernel", "pip", "setuptools", "wheel", "six")),
    Stack("3.7", ("ipykernel", "pip", "setuptools", "wheel", "six")),
    # A metapackage of its time, and the last numpy, pandas and geopandas for this Python.
    Stack("3.8", (*_BASE, "jupyter==1.0.0", "geopandas>=0.12.2", "shapely>=2", "seaborn")),
    Stack("3.9", (*_BASE, "jupyter", "flask==2.0.2")),
    Stack("3.8", ("pip==20.3.3",)),
    Stack("3.9", ("requests==2.26.*",)),
    # Exact pins, as lock-like environment files have them.
    Stack("3.10", (*_KERNEL, "pandas==2.3.1", "numpy==2.2.5", "matplotlib==3.10.5",
                   "scipy==1.15.3", "seaborn==0.13.2", "scikit-learn==1.7.1", "openpyxl", "xlrd",
                   "jupyter", "requests", "pytest")),
    Stack("3.11", (*_BASE, *_PLOTS, *_GEOSPATIAL, *_STATISTICS, *_JUPYTER, *_TOOLS, *_READERS),
          core=True),
    # Second versions of the same names, to move between.
    Stack("3.11", ("numpy<2", "pandas<2.3")),
    Stack("3.12", _BASE),
    Stack("3.13", (*_BASE, *_PLOTS, "shapely", "bokeh", "plotly", "beautifulsoup4", "nltk",
                   "dask", "networkx", "ruff", "pytest-cov", "setuptools-scm", "chardet",
                   "emoji==2.8.0", "flask==2.0.3", "werkzeug<2.1")),
)  # fmt: skip

#: What a lock for three platforms asks for.
FOREIGN_STACKS = tuple(
    Stack("3.11", ("ipykernel", "numpy", "markupsafe", "pip"), platform)
    for platform in ("osx-arm64", "win-64")
)

#: Projects whose package is one program, without Python.
PROGRAMS = Stack("3.11", ("deno",))

#: Wheels whose own test suites are left out: most of what there is to compress and compile.
WITHOUT_TESTS = frozenset(
    {
        "bokeh", "dask", "distributed", "geopandas", "matplotlib", "networkx", "numpy", "pandas",
        "pyogrio", "scikit-learn", "scipy", "seaborn", "shapely", "statsmodels", "sympy", "xarray",
    }
)  # fmt: skip

#: Wheels for pip parts, with all they depend on.
WHEELHOUSE_STACKS = (
    Stack(
        "3.11",
        ("cowsay", "humanize", "tabulate", "simplejson", "pypng", "palettable", "markupsafe"),
    ),
    Stack(
        "3.10",
        (
            "tabulate",
            "simplejson",
            "brokenaxes==0.6.2",
            "sympy==1.14.0",
            "matplotlib==3.10.5",
            "numpy==2.2.5",
        ),
    ),
    Stack("3.8", ("pypng", "palettable")),
    Stack("3.13", ("jupyter-server-proxy", "simplejson", "tabulate")),
)

#: More versions and platforms of the same, exactly these.
WHEELHOUSE_PINS = (
    Stack("3.11", ("cowsay==6.0", "humanize==4.9.0", "tabulate==0.8.10")),
    Stack("3.13", ("tomli==2.0.1", "requests-toolbelt==0.9.1")),
    Stack("3.11", ("markupsafe==3.0.2",)),
    Stack("3.11", ("markupsafe==3.0.2",), platform="osx-arm64"),
    Stack("3.11", ("markupsafe==3.0.2",), platform="win-64"),
)
