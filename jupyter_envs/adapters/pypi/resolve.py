"""From a pip section to the exact wheels of one platform."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from packaging.utils import canonicalize_name

from jupyter_envs.core.errors import LockError
from jupyter_envs.core.model import Package, Requirement

from .failures import unsolvable
from .held import Held, held_by
from .places import locked_place, real_place
from .platforms import WheelChoice, uv_platform
from .section import PipSection, read_section
from .settings import PipSettings
from .uv import Uv, UvError
from .without_secrets import public

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:==|@|\[)")
_VIA = re.compile(r"\s+#(?: via)?\s+(?P<asker>[A-Za-z0-9][A-Za-z0-9._-]*)")


def resolve(
    requirements: tuple[Requirement, ...],
    conda: tuple[Package, ...],
    platform: str,
    settings: PipSettings,
) -> tuple[Package, ...]:
    """The distributions that the pip lines ask for on `platform`, without those conda brings.

    Each has the URL and SHA-256 of the wheel for that platform; a folder of the project is locked
    as `./path`, with `#editable` where it is, and a repository as `git+https://…@commit`.
    `UnsolvableError` E222 to E225, `DownloadError`, `SpecError` as `read_section` and E138.
    """
    section = read_section(requirements, settings)
    if not section.asked:
        return ()
    held = held_by(conda, settings.file)
    with TemporaryDirectory(prefix="jupyter-envs-pip-") as folder:
        run = _Resolution(section, held, platform, settings, Path(folder))
        try:
            return run.packages()
        except UvError as failure:
            raise unsolvable(failure.text, section, held, settings) from failure


class _Resolution:
    def __init__(
        self, section: PipSection, held: Held, platform: str, settings: PipSettings, folder: Path
    ) -> None:
        self.section = section
        self.held = held
        self.platform = platform
        self.settings = settings
        self.folder = folder
        self.uv_platform = uv_platform(platform, settings)
        self.choice = WheelChoice(platform, held.python_version, settings)
        (folder / "held").mkdir()
        _write(folder / "asked.in", "".join(f"{line.uv_line}\n" for line in section.asked))
        bound = "".join(f"{line.uv_line}\n" for line in section.constraints)
        _write(folder / "bound.txt", bound + held.constraints(folder / "held"))

    def packages(self) -> tuple[Package, ...]:
        self._compile("pylock.toml", "--format", "pylock.toml")
        found = tomllib.loads((self.folder / "pylock.toml").read_text(encoding="utf-8"))
        self._compile("graph.txt", "--annotation-style", "split")
        depends = _depends((self.folder / "graph.txt").read_text(encoding="utf-8"))
        packages = [
            self._package(entry, depends)
            for entry in found.get("packages", ())
            if entry["name"] not in self.held.distributions
        ]
        self._check_hashes(packages)
        return tuple(sorted(packages, key=lambda package: package.name))

    def _compile(self, output: str, *how: str) -> None:
        uv = Uv(self.settings, self.section.indexes, self.folder)
        no_build = () if self.settings.allow_build_code else ("--no-build",)
        uv.run(
            *("pip", "compile", "asked.in", "--constraints", "bound.txt", "--output-file", output),
            *("--no-header", "--no-sources", "--python", sys.executable),
            *("--python-version", self.held.python_version),
            *("--python-platform", self.uv_platform),
            *how,
            *no_build,
        )

    def _package(self, entry: dict[str, Any], depends: dict[str, set[str]]) -> Package:
        url, artefact = self._artefact(entry)
        name = canonicalize_name(entry["name"])
        return Package(
            kind="pip",
            name=name,
            version=entry.get("version", ""),
            platform=self.platform,
            url=public(url),
            sha256=artefact.get("hashes", {}).get("sha256", ""),
            size=artefact.get("size", 0),
            depends=tuple(sorted(depends.get(name, ()))),
        )

    def _artefact(self, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The URL as the lock writes it, and what uv tells of hash and size."""
        if wheels := entry.get("wheels"):
            best = min(wheels, key=lambda wheel: (*self.choice.rank(_file_name(wheel)), str(wheel)))
            return self._url(best), best
        if repository := entry.get("vcs"):
            return _commit(repository), repository
        if directory := entry.get("directory"):
            editable = "#editable" if directory.get("editable") else ""
            return self._url(directory) + editable, directory
        artefact = entry.get("archive") or entry["sdist"]
        return self._url(artefact), artefact

    def _url(self, artefact: dict[str, Any]) -> str:
        folder = self.settings.folder
        if "path" in artefact:
            return locked_place(self.folder / artefact["path"], folder)
        place = real_place(artefact["url"], folder)
        return locked_place(place, folder) if place else str(artefact["url"])

    def _check_hashes(self, packages: list[Package]) -> None:
        """Those that the author wrote down have to be those of the wheels."""
        accepted = {line.requirement.name: line for line in self.section.asked if line.hashes}
        for package in packages:
            line = accepted.get(package.name)
            if line and f"sha256:{package.sha256}" not in line.hashes:
                message = f"The wheel of `{package.name}` has another sha256 than the line asks for"
                raise LockError("E183", message, "Correct the `--hash`", file=line.file,
                                place=line.requirement.place)  # fmt: skip


def _depends(graph: str) -> dict[str, set[str]]:
    """Who asks for whom: uv writes below each name who needs it."""
    depends: dict[str, set[str]] = {}
    for name, asker in _askers(graph):
        depends.setdefault(canonicalize_name(asker), set()).add(canonicalize_name(name))
    return depends


def _askers(graph: str) -> Iterator[tuple[str, str]]:
    name = ""
    for line in graph.splitlines():
        if not line.startswith((" ", "#")):
            found = _NAME.match(line)
            name = found[1] if found else ""
        elif name and (via := _VIA.fullmatch(line.rstrip())):
            yield name, via["asker"]


def _commit(repository: dict[str, Any]) -> str:
    inner = repository.get("subdirectory")
    where = f"#subdirectory={inner}" if inner else ""
    return f"{repository['type']}+{repository['url']}@{repository['commit-id']}{where}"


def _file_name(wheel: dict[str, Any]) -> str:
    return str(wheel.get("name") or wheel.get("url") or wheel["path"]).rsplit("/", 1)[-1]


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
