"""conda's records and Python's metadata of one prefix, put together."""

from __future__ import annotations

import os
from dataclasses import dataclass

from jupyter_envs.core.installed import CondaRecord, Distribution, Installed

from .cache import PrefixFacts, RecordCache, stamp_of
from .conda_meta import OwnMetadata, RecordFacts, read_facts
from .dist_info import MetadataFacts, read_listing, read_metadata
from .folders import folders_of, lost_folders, own_folders


def read_installed(prefix: str, cache: RecordCache) -> Installed:
    """What is installed in a prefix now; what did not change since the last read is only stated.

    A prefix that is not there holds nothing. A record that cannot be read is named by its file.
    """
    facts = cache.of(prefix)
    records = read_facts(prefix, facts)
    metadata = read_metadata(prefix, facts)
    owners = facts.derived("owners", records, lambda: _owners(records))
    foreign = [m for m in metadata if _is_foreign(m, owners)]
    listed = {m.folder: _folders(prefix, m, facts) for m in foreign}
    watched = (*(record.folders for record in records), *listed.values())
    own = facts.derived("folders", watched, lambda: own_folders(watched))
    lost = [lost_folders(prefix, some) for some in own]
    lost_of = dict(zip(listed, lost[len(records) :], strict=True))
    return Installed(
        records=tuple(map(_record, records, lost)),
        distributions=tuple(_distribution(m, owners, lost_of) for m in metadata),
    )


@dataclass(frozen=True, slots=True)
class Foreign:
    """What Python's installers put into a prefix, and which conda packages it stands on."""

    metadata: tuple[MetadataFacts, ...]
    replaced: frozenset[str]
    """Names of the conda packages whose Python metadata is gone or another installer's."""


def read_foreign(prefix: str, cache: RecordCache) -> Foreign:
    """The part of a prefix that conda's records do not vouch for."""
    facts = cache.of(prefix)
    records, metadata = read_facts(prefix, facts), read_metadata(prefix, facts)
    owners = _owners(records)
    foreign = tuple(m for m in metadata if _is_foreign(m, owners))
    intact = {m.folder for m in metadata} - {m.folder for m in foreign}
    gone = (name for folder, (name, _) in owners.items() if folder not in intact)
    return Foreign(foreign, frozenset(gone))


def _owners(records: tuple[RecordFacts, ...]) -> dict[str, tuple[str, OwnMetadata]]:
    return {own.folder: (r.package.name, own) for r in records for own in r.metadata}


def _is_foreign(found: MetadataFacts, owners: dict[str, tuple[str, OwnMetadata]]) -> bool:
    return found.folder not in owners or _replaced(found, owners[found.folder][1])


def _replaced(found: MetadataFacts, own: OwnMetadata) -> bool:
    """Installers write INSTALLER and RECORD anew, so a reinstall of the same version shows."""
    if own.installer_sha256 and own.installer_sha256 != found.installer_sha256:
        return True
    return bool(own.record_size) and own.record_size != found.record_size


def _folders(prefix: str, found: MetadataFacts, facts: PrefixFacts) -> frozenset[str]:
    path = f"{prefix}/{found.folder}/RECORD"
    try:
        stamp = stamp_of(os.stat(path))
        return facts.of(path, stamp, lambda: _listed_folders(prefix, found.folder))
    except OSError:
        return frozenset()


def _listed_folders(prefix: str, folder: str) -> frozenset[str]:
    inside = (listed.path for listed in read_listing(prefix, folder))
    return folders_of(path for path in inside if path[0] not in "/.")


def _record(record: RecordFacts, lost: tuple[str, ...]) -> CondaRecord:
    metadata = {own.folder for own in record.metadata}
    return CondaRecord(
        package=record.package,
        distributions=tuple(own.name for own in record.metadata),
        empty=record.empty,
        lost=tuple(folder for folder in lost if folder not in metadata),
        readable=record.readable,
    )


def _distribution(
    found: MetadataFacts,
    owners: dict[str, tuple[str, OwnMetadata]],
    lost: dict[str, tuple[str, ...]],
) -> Distribution:
    owner = owners.get(found.folder)
    return Distribution(
        package=found.package,
        installer=found.installer,
        owner=owner[0] if owner else "",
        replaced=owner is not None and _replaced(found, owner[1]),
        origin=found.origin,
        lost=lost.get(found.folder, ()),
    )
