"""The pip lines of a spec, those of included files among them, as lines that we write ourselves."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from jupyter_envs.core.errors import SpecError
from jupyter_envs.core.model import Place, Requirement
from jupyter_envs.core.pip_lines import PipLine, pip_line

from .asked import Asked, asked
from .indexes import NO_INDEXES, Indexes, with_option
from .places import inside
from .platforms import marker_environment
from .settings import PipSettings

MOST_LINES = 5_000
MOST_BYTES = 1024 * 1024
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class PipSection:
    """What a pip section asks for, once its `-r` and `-c` lines are followed."""

    asked: tuple[Asked, ...] = ()
    constraints: tuple[Asked, ...] = ()
    indexes: Indexes = NO_INDEXES
    files: tuple[str, ...] = ()
    """The included files, relative to the spec's folder, each once."""

    def requirements_on(self, platform: str, python_version: str) -> tuple[Requirement, ...]:
        """What a lock has to answer there: options and lines of other platforms left out."""
        environment = marker_environment(platform, python_version)
        return tuple(
            line.requirement
            for line in self.asked
            if not line.marker or Marker(line.marker).evaluate(environment)
        )


def read_section(requirements: tuple[Requirement, ...], settings: PipSettings) -> PipSection:
    """The section of a spec's requirements (those of conda are passed over).

    `SpecError` with file and line: E162 for what is no requirement, E163 and E168 for what needs
    build code or a repository that is not allowed, E164 for a path out of the folder, E165 for
    files that include one another or are no files, E166 for an option, E167 for a `$` variable.
    """
    reader = _Reader(settings)
    for requirement in requirements:
        if requirement.kind == "pip":
            reader.take(requirement, _Origin(settings.file))
    return PipSection(
        tuple(reader.asked), tuple(reader.constraints), reader.indexes, tuple(reader.files)
    )


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a line stands."""

    file: str
    chain: tuple[Path, ...] = ()
    """The files that led here."""
    constraining: bool = False


class _Reader:
    def __init__(self, settings: PipSettings) -> None:
        self.settings = settings
        self.asked: list[Asked] = []
        self.constraints: list[Asked] = []
        self.indexes = NO_INDEXES
        self.files: dict[str, None] = {}
        self.count = 0

    def take(self, requirement: Requirement, origin: _Origin) -> None:
        line = pip_line(requirement.text)
        self._refuse_variables(requirement, origin)
        if line.form == "option":
            self.indexes = with_option(self.indexes, line, requirement, self._base(origin))
        elif line.form == "include":
            self._include(line, requirement, origin)
        else:
            taken = asked(line, requirement, origin.file, self._base(origin), self.settings)
            (self.constraints if origin.constraining else self.asked).append(taken)

    def _base(self, origin: _Origin) -> Path:
        return origin.chain[-1].parent if origin.chain else self.settings.folder.resolve()

    def _refuse_variables(self, requirement: Requirement, origin: _Origin) -> None:
        self.count += 1
        if self.count > MOST_LINES:
            raise _error("E109", f"The pip section has more than {MOST_LINES:,} lines", requirement,
                         origin)  # fmt: skip
        if "${" in requirement.text:
            message = "Variables of the machine are not allowed in a pip line"
            raise _error("E167", message, requirement, origin, "Write the value itself")

    def _include(self, line: PipLine, requirement: Requirement, origin: _Origin) -> None:
        path = inside(self._base(origin), line.target, self.settings.folder)
        if path is None:
            message = "An included file lies outside the project"
            raise _error("E164", message, requirement, origin, "Move it into the project")
        name = path.relative_to(self.settings.folder.resolve()).as_posix()
        if path in origin.chain or len(origin.chain) >= DEEPEST:
            raise _error("E165", f"`{name}` includes itself", requirement, origin,
                         "Take one of the lines away")  # fmt: skip
        constraining = origin.constraining or line.option in ("-c", "--constraint")
        inner = _Origin(name, (*origin.chain, path), constraining)
        self.files[name] = None
        for text, number in _lines(self._text(path, name, requirement, origin)):
            # Lines of the spec itself keep theirs; the rest is said by `file`.
            self.take(_requirement(text, number), inner)

    def _text(self, path: Path, name: str, requirement: Requirement, origin: _Origin) -> str:
        try:
            if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > MOST_BYTES:
                message = f"`{name}` is not a regular file of at most 1 MiB"
                raise _error("E165", message, requirement, origin)
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise _error("E165", f"`{name}` does not exist", requirement, origin) from error
        except (OSError, UnicodeDecodeError) as error:
            raise _error("E165", f"`{name}` cannot be read", requirement, origin) from error


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """The lines of a requirements file with their numbers, joined where one goes on."""
    started, joined = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        started = started or number
        if line.endswith("\\"):
            joined += line[:-1] + " "
            continue
        bare = _without_comment(joined + line)
        if bare:
            yield bare, started
        started, joined = 0, ""


def _without_comment(line: str) -> str:
    """A comment starts with `#` at the start of the line or behind a blank."""
    if line.lstrip().startswith("#"):
        return ""
    for comment in (" #", "\t#"):
        line = line.partition(comment)[0]
    return line.strip()


def _requirement(text: str, line: int) -> Requirement:
    return Requirement("pip", text, pip_line(text).name, Place(line))


def _error(
    code: str, message: str, requirement: Requirement, origin: _Origin, hint: str = ""
) -> SpecError:
    return SpecError(code, message, hint, file=origin.file, place=requirement.place)
