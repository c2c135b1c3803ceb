"""What a prefix truly holds once conda's records and pip's traces are read together. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .installed import CondaRecord, Distribution, Installed
from .model import Package
from .project_names import name_at_pypi, same_project


@dataclass(frozen=True, slots=True)
class Holdings:
    """A prefix by name, beside what was locked for it."""

    records: dict[str, CondaRecord]
    distributions: dict[str, Distribution]
    locked: dict[tuple[str, str], Package]

    @classmethod
    def of(cls, installed: Installed, locked: tuple[Package, ...]) -> Holdings:
        """Where two metadata folders share a name, the one that no conda package brought counts."""
        ordered = sorted(installed.distributions, key=lambda d: d.foreign)
        return cls(
            {record.package.name: record for record in installed.records},
            {distribution.package.name: distribution for distribution in ordered},
            {package.key: package for package in locked},
        )

    def over(self, record: CondaRecord) -> Distribution | None:
        """What pip put in the place of a conda package, though its record stays.

        A metapackage is taken for replaced with the project that it stands for.
        """
        names = record.distributions or ((name_at_pypi(record.package.name),) * record.empty)
        for name in names:
            found = self.distributions.get(name)
            if found and self.by_hand(found) and found.owner in {"", record.package.name}:
                return found
        return None

    def by_hand(self, distribution: Distribution) -> bool:
        """Neither a conda package nor the lock's pip part brought it."""
        return distribution.foreign and ("pip", distribution.package.name) not in self.locked

    def gone(self, record: CondaRecord) -> bool:
        """Its Python distributions are gone, as `pip uninstall` leaves a conda package."""
        names = record.distributions
        return bool(names) and not any(name in self.distributions for name in names)

    def conda(self, name: str) -> Package | None:
        """The conda package of a name as requirements see it: with the version that is there."""
        record = self.records.get(name)
        if record is None or self.gone(record):
            return None
        over = self.over(record)
        return replace(record.package, version=over.package.version) if over else record.package

    def twin(self, conda_name: str) -> Distribution | None:
        """The same project as Python metadata that no conda package brought."""
        found = self.distributions.get(name_at_pypi(conda_name))
        return found if found and found.foreign else None

    def replaces_a_record(self, distribution: Distribution) -> bool:
        """Whether a conda package, locked or on record, is the same project."""
        name = distribution.package.name
        if any(name in record.distributions for record in self.records.values()):
            return True
        lost = (n for kind, n in self.locked if kind == "conda" and n not in self.records)
        return any(same_project(n, name) for n in lost)
