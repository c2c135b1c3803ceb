"""Whether the files of distributions are those that their wheels held."""

from __future__ import annotations

import csv
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from jupyter_envs.core.model import Package

_BLOCK = 1024 * 1024


def mismatches(prefix: Path, packages: tuple[Package, ...]) -> tuple[str, ...]:
    """Paths, relative to the prefix, of files that are gone or differ from the SHA-256 in RECORD.

    A package of kind pip without metadata is told by the name of its missing folder; for others
    nothing is said.
    """
    found = metadata_folders(prefix)
    wrong: list[str] = []
    for package in packages:
        if package.kind != "pip":
            continue
        folder = found.get(package.name)
        if folder is None:
            wrong.append(f"{package.name}.dist-info")
        else:
            wrong += _differing(folder, prefix)
    return tuple(sorted(wrong))


def metadata_folders(prefix: Path) -> dict[str, Path]:
    """The `.dist-info` folders of a prefix by normalized name."""
    return {
        canonicalize_name(folder.name.removesuffix(".dist-info").partition("-")[0]): folder
        for site in _site_packages(prefix)
        for folder in sorted(site.glob("*.dist-info"))
    }


def recorded(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of RECORD in a metadata folder, and their SHA-256 as it is written there."""
    record = folder / "RECORD"
    if record.is_file():
        with record.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                algorithm, _, digest = (row[1] if len(row) > 1 else "").partition("=")
                if row:
                    yield folder.parent / row[0], digest if algorithm == "sha256" else ""


def _site_packages(prefix: Path) -> Iterator[Path]:
    yield from sorted(prefix.glob("lib/python*/site-packages"))
    yield from sorted(prefix.glob("Lib/site-packages"))


def _differing(folder: Path, prefix: Path) -> Iterator[str]:
    for path, digest in recorded(folder):
        plain = Path(_collapsed(path))
        if not plain.is_relative_to(prefix):
            yield plain.as_posix()
        elif digest and _sha256(plain) != digest:
            yield plain.relative_to(prefix).as_posix()


def _collapsed(path: Path) -> str:
    """Without `..`, and without following links."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return str(Path(*parts))


def _sha256(path: Path) -> str:
    """As RECORD writes it; empty where there is no such file."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return urlsafe_b64encode(digest.digest()).decode().rstrip("=")
