"""Everything that can be told to a person as an error, one tree.

    EnvsError
    ├── SpecError        environment.yml cannot be read             422  names line and column
    ├── LockError        a lock cannot be read or does not fit      422
    ├── RefusedError     policy or missing consent                  403  lists every refusal
    ├── UnsolvableError  no set of packages answers the spec        422  keeps the solver's words
    ├── BuildError                                                  500
    │   ├── DownloadError
    │   └── InstallError
    ├── CancelledError   a person stopped it                        409
    ├── BusyError        another build of this environment runs     409
    ├── NotFoundError                                               404
    └── UnsupportedError not on this machine                        501

`code` is stable and for machines, `message` one sentence without a final period, `hint` one
action. The same words reach panel, command line, log and kernel.
"""

from __future__ import annotations

from .model import Place, Problem


class EnvsError(Exception):
    """An error whose words are meant for the person who reads them."""

    status = 500

    def __init__(
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        file: str = "",
        place: Place | None = None,
        details: str = "",
        problems: tuple[Problem, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.file = file
        self.place = place
        self.details = details
        """The engine's own words, shown behind a fold."""
        self.problems = problems
        """Every problem, where there is more than one."""


class SpecError(EnvsError):
    status = 422


class LockError(EnvsError):
    status = 422


class RefusedError(EnvsError):
    status = 403


class UnsolvableError(EnvsError):
    status = 422


class BuildError(EnvsError):
    status = 500


class DownloadError(BuildError):
    status = 502


class InstallError(BuildError):
    status = 500


class CancelledError(EnvsError):
    status = 409


class BusyError(EnvsError):
    status = 409


class NotFoundError(EnvsError):
    status = 404


class UnsupportedError(EnvsError):
    status = 501
