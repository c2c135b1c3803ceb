"""py-rattler's own install and nothing else: `bare_rattler.py CONDA_META PREFIX CACHE`.

The packages are those that a `conda-meta` folder records.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from rattler import PrefixRecord, RepoDataRecord, install


def main(conda_meta: str, prefix: str, cache: str) -> None:
    """Install with every default; end without the interpreter's exit, which may crash."""
    paths = sorted(Path(conda_meta).glob("*.json"))
    records: list[RepoDataRecord] = [PrefixRecord.from_path(path) for path in paths]
    asyncio.run(install(records, prefix, cache_dir=Path(cache), show_progress=False))
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
