"""What `build` and `lock` share: a worker's run, followed to its end."""

from __future__ import annotations

from typing import Any

from traitlets import Bool

from jupyter_envs.core.errors import CancelledError, EnvsError, RefusedError
from jupyter_envs.core.model import Outcome
from jupyter_envs.manager.builds import Build

from .command import FLAGS
from .managed import ManagedCommand
from .progress import display, follow


class BuildingCommand(ManagedCommand):
    """A verb that starts a worker."""

    flags: Any = FLAGS | {
        ("v", "verbose"): ({"BuildingCommand": {"verbose": True}}, "Show the log of the build."),
    }
    verbose = Bool(False, help="Show the log of the build.").tag(config=True)

    def follow(self, build: Build) -> Build:
        """Show the run; raises what it ended with where it did not succeed."""
        try:
            follow(build, display(self.json, self.verbose))
            return build.result()
        except EnvsError as error:
            if error.place and not error.file:
                error.file = build.order.places.file
            raise
        finally:
            self.manager.close()


def outcome_of(error: EnvsError) -> Outcome:
    """The word for a run that an error ended."""
    if isinstance(error, RefusedError):
        return "refused"
    return "cancelled" if isinstance(error, CancelledError) else "failed"
