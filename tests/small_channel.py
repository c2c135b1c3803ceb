"""A channel of a few packages that a test may change, lose or damage."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .channel import Channel


class SmallChannel:
    """Copies of some packages; what happens to them happens to nobody else."""

    def __init__(self, folder: Path, channel: Channel, *names: str) -> None:
        self.path = folder / "small"
        self._entries: dict[str, dict[str, Any]] = {"noarch": {}, "linux-64": {}}
        for subdir, entries in self._entries.items():
            (self.path / subdir).mkdir(parents=True)
            index = json.loads((channel.path / subdir / "repodata.json").read_text())
            for file, entry in {**index["packages"], **index["packages.conda"]}.items():
                if entry["name"] in names:
                    entries[file] = entry
                    content = (channel.path / subdir / file).read_bytes()
                    (self.path / subdir / file).write_bytes(content)
            self._write(subdir)

    def archive(self, name: str, version: str = "") -> Path:
        """The file of a package."""
        (found,) = self.path.glob(f"*/{name}-{version or '*'}-*")
        return found

    def replace(self, name: str, version: str, other: str) -> None:
        """Publish other bytes under the name of a package that people already have."""
        archive = self.archive(name, version)
        content = self.archive(name, other).read_bytes()
        archive.write_bytes(content)
        entry = self._entries[archive.parent.name][archive.name]
        entry |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        entry["md5"] = hashlib.md5(content).hexdigest()
        self._write(archive.parent.name)

    def _write(self, subdir: str) -> None:
        index = {
            "info": {"subdir": subdir},
            "packages": {},
            "packages.conda": self._entries[subdir],
            "repodata_version": 1,
        }
        (self.path / subdir / "repodata.json").write_text(json.dumps(index))
