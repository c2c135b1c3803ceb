"""JupyterLab on the projects of the demonstration: `python -m examples.lab [OPTION…]`.

Options are JupyterLab's. Without a demonstration before it, the projects are there to be built.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence

from .stage import stage


def main(options: Sequence[str]) -> int:
    """Serve the channel and JupyterLab until it is interrupted; JupyterLab's own exit code."""
    with stage() as here:
        command = (
            *(sys.executable, "-m", "jupyterlab", "--no-browser"),
            f"--ServerApp.root_dir={here.folder / 'projects'}",
            f"--EnvironmentManager.index_url={here.channel.simple_url}",
            *options,
        )
        lab = subprocess.Popen(command, env=here.environ)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # JupyterLab hears it too, and asks
        return lab.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
