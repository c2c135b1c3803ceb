"""Write the repodata of a channel, in a process of its own: rattler may crash when its interpreter exits."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path


def index_channel(channel: Path) -> None:
    """Write repodata.json, repodata.json.zst and the shards of every subdir."""
    command = [sys.executable, "-m", __name__, str(channel)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], capture_output=True, text=True)


def _index(channel: str) -> None:
    from rattler.index import index_fs

    asyncio.run(index_fs(channel, write_zst=True, write_shards=True))  # type: ignore[arg-type]


if __name__ == "__main__":
    _index(sys.argv[1])
    os._exit(0)
