"""One entry of the `package` list ⇄ `Package`."""

from __future__ import annotations

import re
from urllib.parse import unquote

from jupyter_envs.core.lock import depended_name
from jupyter_envs.core.model import Kind, Package
from jupyter_envs.core.project_names import normalized

from .tree import Node, Refusal

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_VERSION = re.compile(r"[A-Za-z0-9_.!+*~-]{0,127}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_MD5 = re.compile(r"[0-9a-fA-F]{32}")
_COMMIT = re.compile(r"git\+[a-z]+://[^#]+@[0-9a-f]{40}(?:#.*)?")
_ARCHIVES = (".conda", ".tar.bz2")


class Entry:
    """The fields of one entry, each checked when it is asked for."""

    def __init__(self, node: Node, refuse: Refusal) -> None:
        if not isinstance(node.value, dict):
            raise refuse("E180", f"Line {node.line} should be a package", node.line)
        self.fields = node.value
        self.line = node.line
        self.refuse = refuse

    def text(self, key: str, default: str | None = None) -> str:
        """The text of a field; `LockError` E180 without a default where it is absent."""
        node = self.fields.get(key)
        if node is None or node.null:
            if default is None:
                raise self.refuse("E180", f"The package has no `{key}`", self.line)
            return default
        if not isinstance(node.value, str):
            raise self.refuse("E180", f"`{key}` should be text", node.line)
        return node.value

    def texts(self, key: str) -> dict[str, str]:
        """The texts of a mapping; none where it is absent."""
        node = self.fields.get(key)
        if node is None or node.null:
            return {}
        if not isinstance(node.value, dict):
            raise self.refuse("E180", f"`{key}` should be a mapping", node.line)
        inner = Entry(node, self.refuse)
        return {name: inner.text(name, "") for name in node.value}

    def safe(self, key: str, pattern: re.Pattern[str], default: str | None = None) -> str:
        """A text that may become part of a path; else `LockError` E186."""
        value = self.text(key, default)
        if not pattern.fullmatch(value) or ".." in value:
            message = f"The {key} {value[:80]!a} is not safe"
            raise self.refuse("E186", message, self.fields[key].line)
        return value

    @property
    def wanted(self) -> bool:
        """Whether it belongs to what is always installed: not optional, of category `main`."""
        optional = self.text("optional", "false").lower() in ("true", "yes", "on")
        return self.text("category", "main") == "main" and not optional


def package_of(entry: Entry) -> Package:
    """The package of an entry; `LockError` E180, E182 or E186 where it is not to be relied on."""
    manager = entry.text("manager")
    if manager == "conda":
        return _conda_package(entry)
    if manager == "pip":
        return _pip_package(entry)
    raise entry.refuse("E180", f"`{manager[:80]}` is no manager of packages", entry.line)


def dependencies_of(package: Package) -> dict[str, str]:
    """Name → rest of the spec, sorted; two specs of one name are joined."""
    joined: dict[str, str] = {}
    for depend in package.depends:
        name = depended_name(depend)
        if not name or name.startswith("__"):
            continue
        rest = depend.strip().partition(name)[2].strip()
        joined[name] = _both(joined[name], rest) if name in joined else rest
    return dict(sorted(joined.items()))


def _both(first: str, second: str) -> str:
    """Of specs with a build string only one can stay: CEP 37 has one place for each name."""
    if not first or not second or first == second:
        return first or second
    if any(" " in spec or "[" in spec for spec in (first, second)):
        return first if " " in first or "[" in first else second
    return f"{first},{second}"


def _conda_package(entry: Entry) -> Package:
    url = entry.text("url")
    channel, subdir, stem = _address(entry, url)
    name = entry.safe("name", _NAME).lower()
    version = entry.safe("version", _VERSION)
    build = entry.safe("build", _VERSION, "") or stem.rpartition("-")[2]
    if stem != f"{name}-{version}-{build}":
        raise entry.refuse("E186", f"The URL of `{name}` is that of another package", entry.line)
    return Package(
        kind="conda",
        name=name,
        version=version,
        platform=entry.text("platform"),
        build=build,
        subdir=subdir,
        channel=channel,
        url=url,
        sha256=_hash(entry, "sha256", _SHA256),
        md5=_hash(entry, "md5", _MD5),
        depends=_depends(entry, "conda"),
    )


def _address(entry: Entry, url: str) -> tuple[str, str, str]:
    """Channel, subdir and the archive's name without its ending."""
    parts = url.partition("#")[0].rsplit("/", 2)
    ending = next((end for end in _ARCHIVES if parts[-1].endswith(end)), "")
    if len(parts) != 3 or not ending or "://" not in parts[0]:
        raise entry.refuse("E180", "The URL is not that of a conda package", entry.line)
    if parts[1] not in (entry.text("platform"), "noarch"):
        message = f"The URL is not for `{entry.text('platform')[:80]}`"
        raise entry.refuse("E186", message, entry.line)
    return parts[0], parts[1], unquote(parts[2].removesuffix(ending))


def _pip_package(entry: Entry) -> Package:
    name, url = normalized(entry.safe("name", _NAME)), entry.text("url")
    return Package(
        kind="pip",
        name=name,
        version=entry.safe("version", _VERSION, ""),
        platform=entry.text("platform"),
        url=url,
        sha256="" if _hashless(url) else _hash(entry, "sha256", _SHA256),
        depends=_depends(entry, "pip"),
    )


def _hashless(url: str) -> bool:
    """A folder of the project, which is meant to change, or a commit, which is its own hash."""
    folder = url.startswith(".") and not url.endswith((".whl", ".gz", ".zip"))
    return folder or bool(_COMMIT.fullmatch(url))


def _hash(entry: Entry, key: str, pattern: re.Pattern[str]) -> str:
    value = entry.texts("hash").get(key, "")
    if key == "md5" and not value:
        return ""
    if not pattern.fullmatch(value):
        what = "has no sha256" if not value else f"has a {key} that is none"
        raise entry.refuse(
            "E182", f"`{entry.text('name')[:80]}` {what}", entry.line, "Build again to lock anew"
        )
    return value.lower()


def _depends(entry: Entry, kind: Kind) -> tuple[str, ...]:
    """For pip other tools write `*` for any version, which PEP 508 does not know."""
    rests = entry.texts("dependencies").items()
    if kind == "pip":
        rests = {name: "" if rest.strip() == "*" else rest for name, rest in rests}.items()
    return tuple(f"{name} {rest}".strip() for name, rest in sorted(rests))
