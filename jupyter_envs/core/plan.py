"""What a build changes, as values: added, changed, removed, kept. Pure."""

from __future__ import annotations

from typing import NamedTuple

from .model import Change, Package


class Changes(NamedTuple):
    """How one set of packages becomes another; each part by name."""

    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    removed: tuple[Change, ...]
    kept: int


def changes(before: tuple[Package, ...], after: tuple[Package, ...]) -> Changes:
    """A package is changed when its version, build, channel or content is another."""
    old = {package.key: package for package in before}
    new = {package.key: package for package in after}
    both = [(old[key], new[key]) for key in _by_name(old.keys() & new.keys())]
    changed = tuple(_change(a, b) for a, b in both if _differ(a, b))
    return Changes(
        added=tuple(_change(None, new[key]) for key in _by_name(new.keys() - old.keys())),
        changed=changed,
        removed=tuple(_change(old[key], None) for key in _by_name(old.keys() - new.keys())),
        kept=len(both) - len(changed),
    )


def describe(found: Changes) -> str:
    """The counts as one phrase, as `2 added, 1 changed, 40 kept`; what is none goes unsaid."""
    counts = (
        (len(found.added), "added"),
        (len(found.changed), "changed"),
        (len(found.removed), "removed"),
    )
    parts = [f"{count} {word}" for count, word in counts if count]
    if not parts:
        return "nothing changes"
    return ", ".join((*parts, f"{found.kept} kept")) if found.kept else ", ".join(parts)


def _by_name(keys: set[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(keys, key=lambda key: (key[1], key[0]))


def _differ(before: Package, after: Package) -> bool:
    if (before.version, before.build) != (after.version, after.build):
        return True
    if _channel(before) != _channel(after):
        return True
    return bool(before.sha256 and after.sha256 and before.sha256 != after.sha256)


def _change(before: Package | None, after: Package | None) -> Change:
    known = after or before
    assert known is not None
    return Change(
        name=known.name,
        kind=known.kind,
        before=_text(before),
        after=_text(after),
        channel_before=_channel(before),
        channel_after=_channel(after),
    )


def _channel(package: Package | None) -> str:
    return package.channel.rstrip("/") if package else ""


def _text(package: Package | None) -> str:
    return f"{package.version} {package.build}".strip() if package else ""
