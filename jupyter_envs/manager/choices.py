"""Kernels that a person chose by hand, remembered outside the notebooks."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from jupyter_envs.adapters.files import write_atomically


class KernelChoices:
    """One small file: notebook → kernel."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "kernels.json"
        self._guard = threading.Lock()

    def all(self) -> dict[Path, str]:
        """Every choice; none where the file is missing or damaged."""
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return {}
        return {Path(notebook): kernel for notebook, kernel in found.items()}

    def set(self, notebook: Path, kernel: str) -> None:
        """Remember a choice; an empty kernel forgets it."""
        with self._guard:
            found = {str(path): name for path, name in self.all().items()}
            found[str(notebook)] = kernel
            kept = {path: name for path, name in sorted(found.items()) if name}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, msgspec.json.encode(kept), durable=False)
