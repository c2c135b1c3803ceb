"""One way to run uv: our arguments, our configuration, our environment, an empty folder."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from uv import find_uv_bin

from jupyter_envs.core.secrets import redact

from .indexes import Indexes, configuration
from .settings import PipSettings

_PASSED_ON = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT"}
    | {f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO")}
    | {f"{name}_proxy" for name in ("http", "https", "all", "no")}
)
"""Nothing with `TOKEN` or `SECRET` in it, and nothing that steers uv, pip or Python."""

_LONGEST_DETAILS = 20_000


class UvError(Exception):
    """uv ended with an error; its words, redacted."""

    def __init__(self, text: str) -> None:
        super().__init__("uv failed")
        self.text = text


class Uv:
    """uv with the settings of one section, working in a folder that is private and short-lived."""

    def __init__(self, settings: PipSettings, indexes: Indexes, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        (folder / "uv.toml").write_text(configuration(indexes, settings), encoding="utf-8")
        (folder / "uv.toml").chmod(0o600)

    def run(self, *arguments: str, heard: Callable[[str], None] | None = None) -> None:
        """Run uv to its end; `UvError` where that is an error. `heard` gets each line it says."""
        # The folder is empty but for our own files, so there is no configuration to discover.
        command = [find_uv_bin(), *arguments, *self._common()]
        process = subprocess.Popen(
            command,
            cwd=self._folder,
            env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        lines = self._listen(process, heard)
        if process.returncode:
            text = "".join(line for line in lines if not line.startswith("warning:"))
            raise UvError(redact(text.strip())[-_LONGEST_DETAILS:])

    def _common(self) -> tuple[str, ...]:
        offline = ("--offline",) if self._settings.offline else ()
        return (
            *("--config-file", str(self._folder / "uv.toml")),
            *("--cache-dir", str(self._settings.cache)),
            *("--color", "never", "--no-progress", "--no-python-downloads"),
            *("--preview-features", "pylock"),
            *offline,
        )

    def _listen(
        self, process: subprocess.Popen[str], heard: Callable[[str], None] | None
    ) -> list[str]:
        """All that uv says; it is killed when its time is over, or when nobody listens any more."""
        late = threading.Event()
        watchdog = threading.Timer(self._settings.timeout, _end, (process, late))
        watchdog.start()
        lines: list[str] = []
        with process:
            try:
                for line in process.stderr or ():
                    lines.append(line)
                    if heard is not None:
                        heard(line.rstrip("\n"))
            except BaseException:
                process.kill()
                raise
            finally:
                watchdog.cancel()
        if late.is_set():
            lines.append(f"error: timed out after {self._settings.timeout:.0f} s\n")
        return lines


def _end(process: subprocess.Popen[str], late: threading.Event) -> None:
    late.set()
    process.kill()
