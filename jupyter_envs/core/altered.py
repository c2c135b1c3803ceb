"""Where a prefix is no longer what was locked: added, removed or changed by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .holdings import Holdings
from .installed import CondaRecord, Damage, Distribution
from .model import Difference, Package, Requirement
from .secrets import redact
from .unmet import Answers


def altered(held: Holdings, answers: Answers) -> tuple[Difference, ...]:
    """By name; one line for each package however many ways it was touched."""
    found = (
        *_conda(held),
        *_removed_conda(held),
        *_pip(held, answers),
        *_removed_pip(held),
    )
    return tuple(sorted(found, key=lambda difference: (difference.name, difference.kind)))


def damaged(damages: tuple[Damage, ...]) -> tuple[Difference, ...]:
    """What a deep check found, one line for each package: more of `altered`."""
    by_package: dict[tuple[str, str], list[Damage]] = {}
    for damage in damages:
        by_package.setdefault(damage.package.key, []).append(damage)
    return tuple(
        _difference(package=found[0].package, why=_damage(found))
        for _, found in sorted(by_package.items(), key=lambda item: (item[0][1], item[0][0]))
    )


def _damage(found: list[Damage]) -> str:
    first = f"its file `{found[0].file}` {found[0].why}"
    if len(found) == 1:
        return first
    return f"{first}, and {_more(len(found) - 1)} damaged"


def _more(count: int) -> str:
    return "1 more of its files is" if count == 1 else f"{count} more of its files are"


def _conda(held: Holdings) -> Iterator[Difference]:
    for record in held.records.values():
        package = record.package
        locked = held.locked.get(package.key)
        over = held.over(record)
        why = _pip_over(record, over) if over else _record_differs(record, locked, held)
        if why:
            there = over.package if over else None if held.gone(record) else package
            yield _difference(package=package, locked=locked, installed=there, why=why)


def _pip_over(record: CondaRecord, over: Distribution) -> str:
    who, version = _installer(over), over.package.version
    if version == record.package.version:
        return f"{who} installed the same version over conda's"
    if record.empty:
        return f"{who} installed `{over.package.name}` {version} over what it stands for"
    return f"{who} installed {version} over conda's {record.package.version}"


def _record_differs(record: CondaRecord, locked: Package | None, held: Holdings) -> str:
    if held.gone(record):
        return "pip has removed it, conda's record of it stays"
    if not record.readable:
        return "conda's record of it cannot be read"
    if locked is None:
        return "conda installed it, it is not in the lock"
    if lost := _lost(record.lost):
        return lost
    return _package_differs(locked, record.package)


def _package_differs(locked: Package, found: Package) -> str:
    if locked.version != found.version:
        return f"{locked.version} was locked, {found.version} is installed"
    if locked.build and locked.build != found.build:
        return f"build `{locked.build}` was locked, `{found.build}` is installed"
    if locked.sha256 and found.sha256 and locked.sha256 != found.sha256:
        return "another file of the same version and build is installed"
    return ""


def _removed_conda(held: Holdings) -> Iterator[Difference]:
    for (kind, name), locked in held.locked.items():
        if kind != "conda" or name in held.records:
            continue
        twin = held.twin(name)
        if twin is not None and held.by_hand(twin):
            why = f"{_installer(twin)} installed `{twin.package.name}` {twin.package.version}"
            why += " in place of conda's package"
            yield _difference(package=locked, locked=locked, installed=twin.package, why=why)
        else:
            yield _difference(package=locked, locked=locked, why="it was locked, it is removed")


def _pip(held: Holdings, answers: Answers) -> Iterator[Difference]:
    for distribution in held.distributions.values():
        package = distribution.package
        locked = held.locked.get(package.key)
        if locked is None:
            why = _added(distribution, held)
        else:
            why = _pip_differs(locked, distribution, answers) or _lost(distribution.lost)
        if why:
            yield _difference(package=package, locked=locked, installed=package, why=why)


def _added(distribution: Distribution, held: Holdings) -> str:
    """Empty where conda brought it, or where its conda package tells of it."""
    if not distribution.foreign or held.replaces_a_record(distribution):
        return ""
    origin = distribution.origin
    if origin is None:
        return f"{_installer(distribution)} installed it, it is not in the lock"
    how = "as editable from" if origin.editable else "from"
    return f"{_installer(distribution)} installed it {how} `{redact(origin.text)}`"


def _pip_differs(locked: Package, distribution: Distribution, answers: Answers) -> str:
    found = distribution.package
    if not distribution.foreign:
        return f"conda's `{distribution.owner}` {found.version} took its place"
    if not _same_version(locked, found, answers):
        return f"{locked.version} was locked, {found.version} is installed"
    origin = distribution.origin
    if origin and (origin.vcs or origin.folder) and not _is_direct(locked):
        return f"a release was locked, `{redact(origin.text)}` is installed"
    if origin and origin.commit and locked.url and origin.commit not in locked.url:
        return f"another commit was locked, `{origin.commit[:12]}` is installed"
    if origin and origin.sha256 and locked.sha256 and origin.sha256 != locked.sha256:
        return "another file of the same version is installed"
    return ""


def _is_direct(locked: Package) -> bool:
    """Locked from a repository or a folder rather than as one file of an index."""
    archive = locked.url.partition("#")[0].endswith((".whl", ".tar.gz", ".zip"))
    return bool(locked.url) and not archive


def _same_version(locked: Package, found: Package, answers: Answers) -> bool:
    """As PEP 440 compares: `1.0` is `1.0.0`; a local version such as `+cu121` counts."""
    if locked.version == found.version:
        return True
    if locked.version.partition("+")[2] != found.version.partition("+")[2]:
        return False
    exactly = Requirement(kind="pip", name=locked.name, text=f"{locked.name}=={locked.version}")
    return answers(exactly, found)


def _removed_pip(held: Holdings) -> Iterator[Difference]:
    for (kind, name), locked in held.locked.items():
        if kind == "pip" and name not in held.distributions:
            yield _difference(package=locked, locked=locked, why="it was locked, it is removed")


def _lost(folders: tuple[str, ...]) -> str:
    if not folders:
        return ""
    if len(folders) == 1:
        return f"its folder `{folders[0]}` is gone"
    return f"its folder `{folders[0]}` and {len(folders) - 1} more are gone"


def _installer(distribution: Distribution) -> str:
    return distribution.installer or "somebody"


def _difference(
    *, package: Package, why: str, locked: Package | None = None, installed: Package | None = None
) -> Difference:
    same_version = locked and installed and locked.version == installed.version
    return Difference(
        name=package.name,
        kind=package.kind,
        locked=_text(locked, bool(same_version)),
        installed=_text(installed, bool(same_version)),
        why=why,
    )


def _text(package: Package | None, with_build: bool) -> str:
    if package is None:
        return ""
    return f"{package.version} {package.build}".strip() if with_build else package.version
