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
        self.path.chmod(0o644)  # rattler keeps it from others, for addresses may hold logins


def read_records(prefix: Path) -> tuple[Record, ...]:
    """Every record of a prefix, by file name."""
    paths = sorted((prefix / "conda-meta").glob("*.json"))
    return tuple(Record(path, msgspec.json.decode(path.read_bytes())) for path in paths)


Requested = Mapping[str, tuple[str, ...]]
"""By name of a package what was asked of it, channel included."""


def complete_records(
    records: tuple[Record, ...],
    packages: Mapping[str, Package],
    requested: Requested,
    bytecode: Mapping[str, tuple[str, ...]],
) -> None:
    """Fill in what a lock does not hold and mend what rattler writes otherwise than conda.

    `packages` is by name, `bytecode` lists the `.pyc` files that a package got.
    """
    for record in records:
        _from_index(record)
        _from_lock(record, packages[record.name])
        _paths(record)
        _requested(record, requested.get(record.name, ()))
        _bytecode(record, bytecode.get(record.name, ()))
        record.write()


@dataclass(frozen=True, slots=True)
class History:
    """What conda reads of how an environment came to be; without it a remove takes everything."""

    packages: tuple[Package, ...]
    requested: Requested
    names: Mapping[str, str]
    """What conda calls the channel of a URL."""
    when: datetime

    def write(self, prefix: Path) -> None:
        """One entry: everything was added, and what was asked for."""
        specs = [redact(text) for texts in self.requested.values() for text in texts]
        lines = [
            f"==> {self.when:%Y-%m-%d %H:%M:%S} <==",
            "# cmd: jupyter envs build",
            *(f"+{self._distribution(package)}" for package in self.packages),
            f"# update specs: {specs!r}",  # conda reads it as a Python literal
        ]
        (prefix / "conda-meta/history").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _distribution(self, package: Package) -> str:
        channel = redact(self.names.get(package.channel, package.channel))
        return f"{channel}/{package.subdir}::{package.name}-{package.version}-{package.build}"


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
    record.fields["channel"] = f"{redact(package.channel)}/{package.subdir}"
    record.fields["fn"] = package.file_name


def _paths(record: Record) -> None:
    """Each file's hash as it is here, which `conda doctor` compares.

    Of a softlink conda means the target's content, rattler the link's own text.
    """
    for entry in record.fields["paths_data"]["paths"]:
        if entry.get("path_type") == "softlink":
            entry.pop("sha256_in_prefix", None)
        elif "sha256" in entry and not entry.get("prefix_placeholder"):
            entry.setdefault("sha256_in_prefix", entry["sha256"])


def _requested(record: Record, texts: tuple[str, ...]) -> None:
    """Conda writes both fields, and neither where nobody asked; micromamba reads only the first."""
    record.fields.pop("requested_spec", None)
    record.fields.pop("requested_specs", None)
    if texts:
        public = [redact(text) for text in texts]
        record.fields["requested_spec"] = public[-1]
        record.fields["requested_specs"] = public


def _bytecode(record: Record, added: tuple[str, ...]) -> None:
    """Listed as conda lists it, so that removing the package removes it too."""
    known = set(record.fields["files"])
    new = [path for path in added if path not in known]
    record.fields["files"] = [*record.fields["files"], *new]
    record.fields["paths_data"]["paths"] += [{"_path": p, "path_type": "pyc_file"} for p in new]
