"""What conda's own configuration says of channels, caches and the network.

Read as conda reads it: later files win, lists of a later file come first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import yaml

ALIAS = "https://conda.anaconda.org"
DEFAULTS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
MOST_BYTES = 256 * 1024
SCHEMES = ("http", "https", "all")

Priority = Literal["strict", "flexible", "disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CondaConfig:
    """The part of a merged `.condarc` that a build depends on."""

    channels: tuple[str, ...] = ()
    channel_alias: str = ALIAS
    custom_channels: tuple[tuple[str, str], ...] = ()
    custom_multichannels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    default_channels: tuple[str, ...] = DEFAULTS
    channel_priority: Priority = "strict"
    pkgs_dirs: tuple[str, ...] = ()
    """Package caches of conda; only ever read from."""
    proxies: tuple[tuple[str, str], ...] = ()
    ssl_verify: bool | str = True
    """False, or the path of a CA bundle."""
    unreadable: tuple[str, ...] = ()
    """Files that could not be read, with the reason."""


def read_condarc(environ: Mapping[str, str], home: Path) -> CondaConfig:
    """The configuration that conda would use here; files that cannot be read are named."""
    merged: dict[str, Any] = {}
    unreadable: list[str] = []
    for path in _files(environ, home):
        found = _load(path)
        if isinstance(found, str):
            unreadable.append(f"{path}: {found}")
        else:
            _merge(merged, found, environ)
    return _config(merged, home, tuple(unreadable))


def channel_urls(names: Iterable[str], config: CondaConfig, base: Path) -> tuple[str, ...]:
    """Base URLs of channels, in order and each once; relative paths count from `base`."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(_urls(name.strip(), config, base)))
    return tuple(found)


def effective_channels(
    declared: tuple[str, ...], nodefaults: bool, config: CondaConfig
) -> tuple[tuple[str, ...], str]:
    """The channel names that count, and a sentence where they are not only the file's own."""
    behind = () if nodefaults else tuple(c for c in config.channels if c not in declared)
    if declared or behind:
        said = f"From your conda configuration: {', '.join(behind)}" if behind else ""
        return (*declared, *behind), said
    return ("conda-forge",), "The file names no channel: `conda-forge` is used"


def _files(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Lowest priority first."""
    places = [Path("/etc/conda/.condarc"), Path("/var/lib/conda/.condarc")]
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    places += [config / "conda/.condarc", home / ".conda/.condarc", home / ".condarc"]
    if environ.get("CONDARC"):
        places.append(Path(environ["CONDARC"]).expanduser())
    return [path for path in places if path.is_file()]


def _load(path: Path) -> dict[str, Any] | str:
    """The settings of a file, or why they cannot be read."""
    try:
        return _parse(path)
    except (OSError, ValueError, yaml.YAMLError) as error:
        return str(error).splitlines()[0]


def _parse(path: Path) -> dict[str, Any]:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES} bytes")
    text = path.read_text(encoding="utf-8")
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
        raise ValueError("aliases are not read")
    content = yaml.safe_load(text)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ValueError("expected a mapping")
    return content


def _merge(merged: dict[str, Any], later: dict[str, Any], environ: Mapping[str, str]) -> None:
    for key, value in later.items():
        value = _expanded(value, environ)
        before = merged.get(key)
        if isinstance(value, list) and isinstance(before, list):
            merged[key] = [*value, *(item for item in before if item not in value)]
        elif isinstance(value, dict) and isinstance(before, dict):
            merged[key] = {**before, **value}
        else:
            merged[key] = value


def _expanded(value: Any, environ: Mapping[str, str]) -> Any:
    """As conda does, with `$NAME` and `${NAME}`."""
    if isinstance(value, str) and "$" in value:
        for name in sorted(environ, key=len, reverse=True):
            value = value.replace(f"${{{name}}}", environ[name]).replace(f"${name}", environ[name])
        return value
    if isinstance(value, list):
        return [_expanded(item, environ) for item in value]
    if isinstance(value, dict):
        return {key: _expanded(item, environ) for key, item in value.items()}
    return value


def _config(merged: Mapping[str, Any], home: Path, unreadable: tuple[str, ...]) -> CondaConfig:
    multi = _mapping(merged, "custom_multichannels")
    verify = merged.get("ssl_verify", True)
    return CondaConfig(
        channels=_texts(merged.get("channels") or merged.get("channel")),
        channel_alias=str(merged.get("channel_alias") or ALIAS).rstrip("/"),
        custom_channels=tuple((str(k), str(v)) for k, v in _mapping(merged, "custom_channels")),
        custom_multichannels=tuple((str(k), _texts(v)) for k, v in multi),
        default_channels=_texts(merged.get("default_channels")) or DEFAULTS,
        channel_priority=_priority(merged.get("channel_priority")),
        pkgs_dirs=tuple(_path(p, home) for p in _texts(merged.get("pkgs_dirs"))),
        proxies=tuple((str(k), str(v)) for k, v in _mapping(merged, "proxy_servers") if v),
        ssl_verify=verify if isinstance(verify, (bool, str)) else True,
        unreadable=unreadable,
    )


def _mapping(merged: Mapping[str, Any], key: str) -> list[tuple[Any, Any]]:
    value = merged.get(key)
    return list(value.items()) if isinstance(value, dict) else []


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _priority(value: Any) -> Priority:
    """Old booleans count; where nothing is said, strict is the safe one."""
    if value in ("flexible", True, "true"):
        return "flexible"
    return "disabled" if value in ("disabled", False, "false") else "strict"


def _path(text: str, home: Path) -> str:
    return str(home / text[2:]) if text.startswith("~/") else text


def _urls(name: str, config: CondaConfig, base: Path) -> tuple[str, ...]:
    multichannels = {"defaults": config.default_channels, **dict(config.custom_multichannels)}
    return tuple(_url(member, config, base) for member in multichannels.get(name, (name,)))


def _url(name: str, config: CondaConfig, base: Path) -> str:
    if "://" in name:
        return name.rstrip("/")
    if name.startswith(("/", "./", "../", "~")) or name in (".", ".."):
        return f"file://{quote(str((base / Path(name).expanduser()).resolve()))}"
    for custom, location in config.custom_channels:
        if name == custom or name.startswith(f"{custom}/"):
            root = _url(location, config, base)
            return f"{root}/{name}"
    return f"{config.channel_alias}/{name.strip('/')}"


def channel_name(url: str, config: CondaConfig) -> str:
    """Conda's own short name for a channel, as its history has it; the URL where it has none."""
    multichannels = (*config.custom_multichannels, ("defaults", config.default_channels))
    for name, members in multichannels:
        if url in {_url(member, config, Path("/")) for member in members}:
            return name
    for custom, location in config.custom_channels:
        root = f"{_url(location, config, Path('/'))}/"
        if url.startswith(f"{root}{custom}"):
            return url.removeprefix(root)
    return url.removeprefix(f"{config.channel_alias}/")


def environment_of_network(config: CondaConfig, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that carry proxies and the CA bundle to the engines, as they expect them."""
    variables = {
        name: url
        for scheme, url in config.proxies
        for name in (f"{scheme.upper()}_PROXY", f"{scheme}_proxy")
        if scheme in SCHEMES
    }
    bundle = config.ssl_verify if isinstance(config.ssl_verify, str) else ""
    if os.sep not in bundle:
        known = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        bundle = next((environ[name] for name in known if environ.get(name)), "")
    if bundle:
        variables["SSL_CERT_DIR" if Path(bundle).is_dir() else "SSL_CERT_FILE"] = bundle
    return variables
