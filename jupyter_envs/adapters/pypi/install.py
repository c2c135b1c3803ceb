"""Locked distributions into a prefix, without touching a file that is there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_envs.core.errors import EnvsError, InstallError, LockError, RefusedError
from jupyter_envs.core.model import Package, Place, Requirement

from .failures import uninstallable
from .indexes import NO_INDEXES, with_credentials
from .places import real_place
from .settings import PipSettings
from .uv import Uv, UvError
from .verify import metadata_folders, mismatches, recorded

Report = Callable[[float, str], None]
"""Told the fraction of the pip part that is done, and what is being done."""

_STAGE = ".pip-stage"
_LEFT_BY_UV = frozenset({".lock", ".gitignore", "CACHEDIR.TAG"})


def install(
    packages: tuple[Package, ...],
    prefix: Path,
    settings: PipSettings,
    requirements: tuple[Requirement, ...] = (),
    report: Report = lambda fraction, message: None,
) -> None:
    """Install the pip packages of a lock into a conda prefix that has Python.

    Only bytes of the locked SHA-256 are taken, and nothing besides them. `InstallError` E229 where
    a file is there already (with the line of `requirements` that asks for it); E183, E184, E221 or
    E226 of uv's; `RefusedError` E222 or E168 for what would run build code against the settings.
    The prefix is left as it was, unless this was killed.
    """
    wanted = tuple(package for package in packages if package.kind == "pip")
    if not wanted:
        return
    _refuse_code(wanted, settings)
    stage = prefix / _STAGE
    # In the unfinished prefix: what a killed build leaves there is put away with it.
    with TemporaryDirectory(prefix=".pip-", dir=prefix) as folder:
        lock = Path(folder) / "pylock.toml"
        lock.touch(mode=0o600)
        lock.write_text("".join(_pylock(wanted, settings)), encoding="utf-8")
        try:
            run = _Staging(wanted, prefix, settings, Path(folder))
            run.fill(stage, report)
            _refuse_overlap(stage, prefix, requirements)
            report(0.95, "Putting the distributions in place")
            _merge(stage, prefix)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    report(1.0, f"Installed {len(wanted)} distributions")


class _Staging:
    """uv writes into a folder of the prefix's file system that nothing reads."""

    def __init__(
        self, packages: tuple[Package, ...], prefix: Path, settings: PipSettings, folder: Path
    ) -> None:
        self.packages = packages
        self.prefix = prefix
        self.settings = settings
        self.uv = Uv(settings, NO_INDEXES, folder)

    def fill(self, stage: Path, report: Report) -> None:
        """Fill the stage, every file as its wheel has it; damage in the cache is healed."""
        self._install(stage, report)
        damaged = mismatches(stage, self.packages)
        if damaged:
            names = _owners(stage, damaged)
            self._run("cache", "clean", *sorted(names))
            self._install(stage, report)
            damaged = mismatches(stage, self.packages)
        if damaged:
            message = f"`{damaged[0]}` is not the file that its wheel records"
            raise InstallError("E183", message, "Build again", details="\n".join(damaged[:100]))

    def _install(self, stage: Path, report: Report) -> None:
        shutil.rmtree(stage, ignore_errors=True)
        no_build = () if any(map(_is_source, self.packages)) else ("--no-build",)
        heard = _Heard(len(self.packages), report)
        self._run(
            *("pip", "install", "--requirements", "pylock.toml", "--prefix", str(stage)),
            *("--python", str(self.prefix / "bin" / "python")),
            *("--no-sources", "--link-mode", self.settings.link_mode),
            *no_build,
            heard=heard,
        )

    def _run(self, *arguments: str, heard: Callable[[str], None] | None = None) -> None:
        try:
            self.uv.run(*arguments, heard=heard)
        except UvError as failure:
            raise uninstallable(failure.text, self.packages) from failure


class _Heard:
    """uv's lines as progress."""

    def __init__(self, count: int, report: Report) -> None:
        self._count = count
        self._seen = 0
        self._report = report

    def __call__(self, line: str) -> None:
        words = line.split()
        if words[:1] == ["Downloaded"] or words[:1] == ["Built"]:
            self._seen += 1
            self._report(min(0.7, 0.7 * self._seen / self._count), line.strip())
        elif words[:1] == ["Prepared"]:
            self._report(0.7, line.strip())
        elif words[:1] == ["Installed"]:
            self._report(0.9, line.strip())


def _is_source(package: Package) -> bool:
    return not package.url.partition("#")[0].endswith(".whl")


def _refuse_code(packages: tuple[Package, ...], settings: PipSettings) -> None:
    for package in packages:
        repository = package.url.startswith("git+")
        if _is_source(package) and not settings.allow_build_code:
            code, what = ("E168", "a repository") if repository else ("E222", "source code")
            message = f"`{package.name}` is locked as {what}, which runs build code"
            raise RefusedError(code, message, "Allow build code for this project")
        if repository and not settings.allow_vcs:
            message = f"`{package.name}` is locked as a repository"
            raise RefusedError("E168", message, "Allow repositories for this project")


def _pylock(packages: tuple[Package, ...], settings: PipSettings) -> Iterator[str]:
    """A `pylock.toml` (PEP 751): uv takes the URLs as those of an index, so that `pip freeze` later
    says `name==version` and not a URL.
    """
    yield 'lock-version = "1.0"\ncreated-by = "jupyter_envs"\n'
    for package in packages:
        yield f"\n[[packages]]\nname = {json.dumps(package.name)}\n"
        if package.version:
            yield f"version = {json.dumps(package.version)}\n"
        yield _artefact(package, settings)


def _artefact(package: Package, settings: PipSettings) -> str:
    place = real_place(package.url, settings.folder)
    address, _, fragment = package.url.partition("#")
    if address.startswith("git+"):
        return _repository(address, fragment)
    if package.url.startswith("./") and place is None:
        raise LockError("E164", f"`{package.name}` is locked outside the project", "Build again")
    if place is not None and not package.sha256:
        editable = "true" if fragment == "editable" else "false"
        return f"directory = {{ path = {json.dumps(str(place))}, editable = {editable} }}\n"
    where = (
        f"path = {json.dumps(str(place))}"
        if place is not None
        else f"url = {json.dumps(with_credentials(address, settings))}"
    )
    artefact = f"{{ {where}, hashes = {{ sha256 = {json.dumps(_sha256(package))} }} }}"
    return f"sdist = {artefact}\n" if _is_source(package) else f"wheels = [{artefact}]\n"


def _repository(address: str, fragment: str) -> str:
    url, _, commit = address.removeprefix("git+").rpartition("@")
    inner = fragment.removeprefix("subdirectory=") if "subdirectory=" in fragment else ""
    within = f", subdirectory = {json.dumps(inner)}" if inner else ""
    return (
        f'vcs = {{ type = "git", url = {json.dumps(url)}, '
        f"commit-id = {json.dumps(commit)}{within} }}\n"
    )


def _sha256(package: Package) -> str:
    if not package.sha256:
        raise LockError("E182", f"`{package.name}` has no sha256", "Build again to lock anew")
    return package.sha256


def _owners(stage: Path, paths: tuple[str, ...]) -> set[str]:
    """Names of the distributions whose RECORD has one of the paths."""
    wrong = {stage / path for path in paths}
    return {
        name
        for name, folder in metadata_folders(stage).items()
        if any(Path(os.path.normpath(path)) in wrong for path, _ in recorded(folder))
    }


def _files(stage: Path) -> Iterator[str]:
    """The relative paths of all that is no folder."""
    for folder, _, names in os.walk(stage):
        for name in names:
            path = str((Path(folder) / name).relative_to(stage))
            if path not in _LEFT_BY_UV:
                yield path


def _refuse_overlap(stage: Path, prefix: Path, requirements: tuple[Requirement, ...]) -> None:
    """Whatever conda or the kernel has put there stays."""
    taken = sorted(path for path in _files(stage) if os.path.lexists(prefix / path))
    there, staged = metadata_folders(prefix), metadata_folders(stage)
    # Another version has other files, and yet Python would find two of one name.
    taken += [
        (folder / "METADATA").relative_to(prefix).as_posix()
        for name, folder in sorted(there.items())
        if name in staged and folder.name != staged[name].name
    ]
    if taken:
        raise _overlap(taken, stage, prefix, requirements)


def _overlap(
    taken: list[str], stage: Path, prefix: Path, requirements: tuple[Requirement, ...]
) -> EnvsError:
    twins = metadata_folders(prefix).keys() & metadata_folders(stage).keys()
    name = min(_owners(stage, tuple(taken)) or twins, default="a distribution")
    owner = _conda_owner(prefix, taken[0])
    line = next((r for r in requirements if r.kind == "pip" and r.name == name), None)
    whose = f" of conda's `{owner}`" if owner else ", which is there already"
    return InstallError(
        "E229",
        f"`{name}` of the pip section would replace `{taken[0]}`{whose}",
        f"Take `{name}` out of one of the two sections",
        place=line.place if line else Place(),
        details="\n".join(taken[:100]),
    )


def _conda_owner(prefix: Path, path: str) -> str:
    """The conda package whose record lists a path."""
    for record in sorted((prefix / "conda-meta").glob("*.json")):
        content = json.loads(record.read_bytes())
        if path in content.get("files", ()):
            return str(content["name"])
    return ""


def _merge(stage: Path, prefix: Path) -> None:
    made: set[Path] = set()
    for path in _files(stage):
        target = prefix / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        (stage / path).rename(target)
