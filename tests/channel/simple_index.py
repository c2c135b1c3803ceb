"""Answer as a package index does (PEP 503, 691 and 658) from a folder of wheels and sdists."""

from __future__ import annotations

import hashlib
import html
import json
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

JSON_TYPE = "application/vnd.pypi.simple.v1+json"


def projects(wheelhouse: Path) -> dict[str, list[Path]]:
    """The files of the folder by normalised project name."""
    found: dict[str, list[Path]] = {}
    for path in sorted(wheelhouse.glob("*")):
        if path.suffix == ".whl":
            name = parse_wheel_filename(path.name)[0]
        elif path.name.endswith(".tar.gz"):
            name = parse_sdist_filename(path.name)[0]
        else:
            continue
        found.setdefault(canonicalize_name(name), []).append(path)
    return found


def root_page(wheelhouse: Path, *, as_json: bool) -> bytes:
    """The list of all projects."""
    names = sorted(projects(wheelhouse))
    if as_json:
        return json.dumps(
            {"meta": {"api-version": "1.1"}, "projects": [{"name": name} for name in names]}
        ).encode()
    return _page(f'<a href="{name}/">{name}</a>' for name in names)


def project_page(wheelhouse: Path, project: str, *, as_json: bool) -> bytes | None:
    """The files of one project, or nothing when there is no such project."""
    files = projects(wheelhouse).get(canonicalize_name(project))
    if files is None:
        return None
    if as_json:
        listed = [_file(path) for path in files]
        versions = sorted({_version(path) for path in files})
        name = canonicalize_name(project)
        return json.dumps(
            {"meta": {"api-version": "1.1"}, "name": name, "versions": versions, "files": listed}
        ).encode()
    return _page(_link(path) for path in files)


def metadata(wheelhouse: Path, filename: str) -> bytes | None:
    """The METADATA of a wheel, when the folder has it."""
    path = wheelhouse / filename
    if path.suffix != ".whl" or not path.is_file():
        return None
    return _metadata(path)


def _file(path: Path) -> dict[str, object]:
    record: dict[str, object] = {
        "filename": path.name,
        "url": f"../../files/{path.name}",
        "hashes": {"sha256": _sha256(path)},
        "size": path.stat().st_size,
        "upload-time": "2024-01-01T00:00:00Z",
    }
    if path.suffix == ".whl":
        digest = hashlib.sha256(_metadata(path)).hexdigest()
        record |= {"core-metadata": {"sha256": digest}, "requires-python": _requires_python(path)}
    return record


def _link(path: Path) -> str:
    attributes = ""
    if path.suffix == ".whl":
        digest = hashlib.sha256(_metadata(path)).hexdigest()
        requires = html.escape(_requires_python(path) or "")
        attributes = f' data-core-metadata="sha256={digest}" data-requires-python="{requires}"'
    return f'<a href="../../files/{path.name}#sha256={_sha256(path)}"{attributes}>{path.name}</a>'


def _page(links: Iterable[str]) -> bytes:
    body = "<br>\n".join(links)
    return f"<!DOCTYPE html><html><body>\n{body}\n</body></html>\n".encode()


def _version(path: Path) -> str:
    parse = parse_wheel_filename if path.suffix == ".whl" else parse_sdist_filename
    return str(parse(path.name)[1])


def _requires_python(path: Path) -> str | None:
    for line in _metadata(path).decode(errors="replace").split("\n\n")[0].splitlines():
        if line.lower().startswith("requires-python:"):
            return line.partition(":")[2].strip()
    return None


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _metadata(path: Path) -> bytes:
    with zipfile.ZipFile(path) as wheel:
        return wheel.read(
            next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        )
