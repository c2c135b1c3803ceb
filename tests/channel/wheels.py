"""Read wheels: what they are, what they ask for, and where their files go in a prefix."""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from .conda_archive import PLACEHOLDER, Entry
from .recipes import WITHOUT_TESTS

#: Only what is surely a test: packages do import other files of their `tests` folders.
_TESTS = re.compile(r"/tests/(.*/)?(test_[^/]*\.py|(data|baseline_images|results)/.*)$")


@dataclass(frozen=True)
class Wheel:
    """A wheel and the part of its metadata that a package needs."""

    path: Path
    name: str
    version: str
    tags: frozenset[Tag]
    requires: tuple[Requirement, ...]
    requires_python: SpecifierSet
    license: str
    summary: str

    @property
    def is_pure(self) -> bool:
        """Whether it serves every Python and platform."""
        return all(tag.abi == "none" and tag.platform == "any" for tag in self.tags)

    @property
    def glibc(self) -> str:
        """The oldest glibc it promises to run with."""
        versions = [re.match(r"manylinux_(\d+)_(\d+)", tag.platform) for tag in self.tags]
        found = [(int(match[1]), int(match[2])) for match in versions if match]
        return ".".join(map(str, max(min(found), (2, 17)))) if found else "2.17"


@dataclass(frozen=True)
class Layout:
    """Where a package keeps its Python files and its scripts."""

    site_packages: str
    scripts: str
    python: str = "bin/python"
    #: From the installed site-packages back to the prefix.
    way_up: str = "../../../"
    #: Where the scripts are once installed.
    installed_scripts: str = "bin"


NOARCH = Layout("site-packages", "python-scripts")
WINDOWS = Layout("Lib/site-packages", "Scripts", "python.exe", "../../", "Scripts")


def unix_layout(minor: str) -> Layout:
    """The folders of one Python on Linux and macOS."""
    return Layout(f"lib/python{minor}/site-packages", "bin")


def read_wheel(path: Path) -> Wheel:
    """Read name, version, tags and metadata of a wheel."""
    name, version, _, tags = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as archive:
        metadata = BytesParser().parsebytes(archive.read(_dist_info_member(archive, "METADATA")))
    return Wheel(
        path,
        str(name),
        str(version),
        tags,
        tuple(_requirements(metadata)),
        _requires_python(metadata),
        _license(metadata),
        str(metadata.get("Summary") or name).strip(),
    )


def wheel_entries(wheel: Wheel, layout: Layout) -> list[Entry]:
    """The files of the wheel at their places in the prefix, without `RECORD`."""
    with zipfile.ZipFile(wheel.path) as archive:
        dist_info = _dist_info_member(archive, "METADATA").rpartition("/")[0]
        entries = [
            entry
            for member in archive.infolist()
            if not member.is_dir()
            and (entry := _entry(archive, member, dist_info, layout)) is not None
        ]
    if wheel.name in WITHOUT_TESTS:
        entries = [entry for entry in entries if not _TESTS.search(entry.path)]
    return [*entries, Entry(f"{layout.site_packages}/{dist_info}/INSTALLER", b"conda\n")]


def with_record(entries: Sequence[Entry], layout: Layout) -> list[Entry]:
    """Add the `RECORD` that lists these files as they will be installed."""
    dist_info = next(
        entry.path.rpartition("/")[0]
        for entry in entries
        if entry.path.endswith(".dist-info/INSTALLER")
    )
    record = f"{dist_info}/RECORD"
    buffer = io.StringIO(newline="")
    rows = csv.writer(buffer, lineterminator="\n")
    for entry in sorted(entries, key=lambda e: e.path):
        digest = base64.urlsafe_b64encode(hashlib.sha256(entry.data).digest()).rstrip(b"=").decode()
        known = entry.prefix is None and not entry.path.endswith(".pyc")
        rows.writerow(
            [
                _installed(entry.path, layout),
                *((f"sha256={digest}", len(entry.data)) if known else ("", "")),
            ]
        )
    rows.writerow([_installed(record, layout), "", ""])
    return [*entries, Entry(record, buffer.getvalue().encode())]


def entry_points(entries: Sequence[Entry]) -> list[str]:
    """The console and GUI scripts, each as `name = module:function`."""
    for entry in entries:
        if entry.path.endswith(".dist-info/entry_points.txt"):
            parser = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
            parser.optionxform = str  # type: ignore[assignment,method-assign]
            parser.read_string(entry.data.decode())
            sections = [
                section
                for section in ("console_scripts", "gui_scripts")
                if parser.has_section(section)
            ]
            return sorted(
                f"{name} = {target.partition('[')[0].strip()}"
                for section in sections
                for name, target in parser.items(section)
            )
    return []


def script_entries(points: Sequence[str], layout: Layout) -> list[Entry]:
    """A program for each entry point, as conda writes them."""
    return [_script(point, layout) for point in points]


def _script(point: str, layout: Layout) -> Entry:
    name, _, target = (part.strip() for part in point.partition("="))
    module, _, function = (part.strip() for part in target.partition(":"))
    text = (
        f"#!{PLACEHOLDER}/{layout.python}\nimport sys\n\n"
        f"from {module} import {function.partition('.')[0]}\n\n"
        f"if __name__ == '__main__':\n    sys.exit({function}())\n"
    )
    return Entry(f"{layout.scripts}/{name}", text.encode(), executable=True, prefix="text")


def _entry(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, dist_info: str, layout: Layout
) -> Entry | None:
    path = member.filename
    if path in (f"{dist_info}/RECORD", f"{dist_info}/INSTALLER", f"{dist_info}/REQUESTED"):
        return None
    executable = bool(member.external_attr >> 16 & 0o111)
    data = archive.read(member)
    data_folder = dist_info.removesuffix(".dist-info") + ".data/"
    if not path.startswith(data_folder):
        return Entry(f"{layout.site_packages}/{path}", data, executable)
    scheme, _, rest = path.removeprefix(data_folder).partition("/")
    if scheme in ("purelib", "platlib"):
        return Entry(f"{layout.site_packages}/{rest}", data, executable)
    if scheme == "scripts":
        return _with_shebang(Entry(f"{layout.scripts}/{rest}", data, executable=True), layout)
    return Entry(rest if scheme == "data" else f"include/site/{rest}", data, executable)


def _with_shebang(entry: Entry, layout: Layout) -> Entry:
    first, newline, rest = entry.data.partition(b"\n")
    if not re.match(rb"#!.*python", first):
        return entry
    return replace(
        entry, data=f"#!{PLACEHOLDER}/{layout.python}".encode() + newline + rest, prefix="text"
    )


def _installed(path: str, layout: Layout) -> str:
    """A path as `RECORD` names it: relative to site-packages."""
    if path.startswith(f"{layout.site_packages}/"):
        return path.removeprefix(f"{layout.site_packages}/")
    if path.startswith(f"{layout.scripts}/"):
        path = path.replace(layout.scripts, layout.installed_scripts, 1)
    return layout.way_up + path


def _dist_info_member(archive: zipfile.ZipFile, name: str) -> str:
    for member in archive.namelist():
        if re.fullmatch(rf"[^/]+\.dist-info/{name}", member):
            return member
    raise ValueError(f"{archive.filename} has no {name}")


def _requirements(metadata: Message) -> list[Requirement]:
    found = (_requirement(str(text)) for text in metadata.get_all("Requires-Dist") or [])
    return [requirement for requirement in found if requirement is not None]


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _requires_python(metadata: Message) -> SpecifierSet:
    try:
        return SpecifierSet(str(metadata.get("Requires-Python") or ""))
    except InvalidSpecifier:
        return SpecifierSet()


def _license(metadata: Message) -> str:
    for key in ("License-Expression", "License"):
        text = str(metadata.get(key) or "").strip()
        if text and "\n" not in text and len(text) < 60:
            return text
    return "LicenseRef-see-package"
