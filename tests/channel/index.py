"""Write repodata, in a process of its own: rattler may crash when its interpreter exits."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from .errors import ChannelError


def index_channel(channel: Path) -> None:
    """Write repodata.json, repodata.json.zst and the shards of every subdir."""
    command = [sys.executable, "-m", "tests.channel.index", str(channel)]
    answer = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise ChannelError(f"cannot index {channel.name}: {answer.stderr.strip()}")


def _index(channel: str) -> None:
    from rattler.index import index_fs

    asyncio.run(index_fs(Path(channel), write_zst=True, write_shards=True))


if __name__ == "__main__":
    _index(sys.argv[1])
    os._exit(0)
