"""`conda-meta`: made to say what conda itself would have said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from jupyter_envs.core.model import Package
from jupyter_envs.core.secrets import redact

FROM_INDEX = (
    "arch",
    "build_number",
    "constrains",
    "depends",
    "features",
    "license",
    "license_family",
    "noarch",
    "platform",
    "python_site_packages_path",
    "timestamp",
    "track_features",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One file of `conda-meta`."""

    path: Path
    fields: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.fields["name"])

    @property
    def files(self) -> list[dict[str, Any]]:
        return list(self.fields["paths_data"]["paths"])

    @property
    def extracted(self) -> Path:
        return Path(self.fields["extracted_package_dir"])

    def write(self) -> None:
        content = msgspec.json.format(msgspec.json.encode(self.fields), indent=2)
        self.path.write_bytes(content)


def read_records(prefix: Path) -> tuple[Record, ...]:
    """Every record of a prefix, by file name."""
    paths = sorted((prefix / "conda-meta").glob("*.json"))
    return tuple(Record(path, msgspec.json.decode(path.read_bytes())) for path in paths)


def complete_records(
    records: tuple[Record, ...],
    packages: Mapping[str, Package],
    requested: Mapping[str, tuple[str, ...]],
    bytecode: Mapping[str, tuple[str, ...]],
) -> None:
    """Fill in what a lock does not hold and mend what rattler writes otherwise than conda.

    `packages` and `requested` are by name, `bytecode` lists the `.pyc` files that a package got.
    """
    for record in records:
        package = packages[record.name]
        _from_index(record)
        _from_lock(record, package)
        _softlinks(record)
        _requested(record, requested.get(record.name, ()))
        _bytecode(record, bytecode.get(record.name, ()))
        record.write()


def write_history(
    prefix: Path,
    packages: tuple[Package, ...],
    requested: Mapping[str, tuple[str, ...]],
    when: datetime,
) -> None:
    """Where conda reads what was asked for; without it a remove takes everything."""
    specs = [text for texts in requested.values() for text in texts]
    lines = [
        f"==> {when:%Y-%m-%d %H:%M:%S} <==",
        "# cmd: jupyter envs build",
        *(f"+{_distribution(package)}" for package in packages),
        f"# update specs: {msgspec.json.encode(specs).decode()}",
    ]
    (prefix / "conda-meta/history").write_text("\n".join(lines) + "\n", encoding="utf-8")


def python_sources(records: tuple[Record, ...]) -> Iterator[tuple[Record, tuple[str, ...]]]:
    """For each package its `.py` files whose text is the same in every prefix."""
    for record in records:
        sources = tuple(
            entry["_path"]
            for entry in record.files
            if entry["_path"].endswith(".py") and not entry.get("prefix_placeholder")
        )
        if sources:
            yield record, sources


def _from_index(record: Record) -> None:
    try:
        index = msgspec.json.decode((record.extracted / "info/index.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        return
    for name in FROM_INDEX:
        if name in index:
            record.fields[name] = index[name]


def _from_lock(record: Record, package: Package) -> None:
    record.fields["url"] = redact(package.url)
    record.fields["channel"] = redact(package.channel)
    record.fields["fn"] = package.file_name


def _softlinks(record: Record) -> None:
    """Conda means the target's content by this hash, rattler the link's own text."""
    for entry in record.fields["paths_data"]["paths"]:
        if entry.get("path_type") == "softlink":
            entry.pop("sha256_in_prefix", None)


def _requested(record: Record, texts: tuple[str, ...]) -> None:
    """Conda writes both fields, micromamba reads only the first."""
    if texts:
        record.fields["requested_spec"] = texts[-1]
        record.fields["requested_specs"] = list(texts)
    else:
        record.fields["requested_spec"] = "None"
        record.fields.pop("requested_specs", None)


def _bytecode(record: Record, added: tuple[str, ...]) -> None:
    """Listed as conda lists it, so that removing the package removes it too."""
    known = set(record.fields["files"])
    new = [path for path in added if path not in known]
    record.fields["files"] = [*record.fields["files"], *new]
    record.fields["paths_data"]["paths"] += [{"_path": p, "path_type": "pyc_file"} for p in new]


def _distribution(package: Package) -> str:
    place = f"{redact(package.channel)}/{package.subdir}"
    return f"{place}::{package.name}-{package.version}-{package.build}"
