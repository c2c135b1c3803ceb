"""What every use of rattler shares: network, caches, the platform at hand."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from rattler import Client, Config, Gateway, Subdir, VirtualPackage

from jupyter_envs.core.logins import Login


@dataclass(frozen=True, slots=True, kw_only=True)
class CondaEngine:
    """Where rattler keeps things and how it reaches channels."""

    repodata: Path
    packages: Path
    """Package cache that we write."""
    lower: tuple[Path, ...] = ()
    """Package caches of others, only read from."""
    tls_verify: bool = True
    """Proxies and certificates of one's own come by the environment, as rattler and uv expect."""
    logins: tuple[Login, ...] = ()

    def client(self) -> Client:
        """Logs in by what stood in the addresses, else by what rattler's own stores hold."""
        lines = [] if self.tls_verify else ["tls-no-verify = true"]
        if not self.logins:
            return _client(lines)
        with NamedTemporaryFile(suffix=".json") as store:  # read once, when the client is made
            store.write(json.dumps(_stored(self.logins)).encode())
            store.flush()
            return _client([*lines, f"authentication-override-file = '{store.name}'"])

    def gateway(self) -> Gateway:
        """Answers are cached on disk and asked for again only where they changed."""
        self.repodata.mkdir(parents=True, exist_ok=True)
        return Gateway(cache_dir=self.repodata, client=self.client())


def _client(lines: list[str]) -> Client:
    return Client.from_config(Config.from_toml("\n".join(lines)), user_agent="jupyter-envs")


def _stored(logins: tuple[Login, ...]) -> dict[str, object]:
    """Logins as rattler keeps them, with those of the person's own file."""
    own = Path(os.environ.get("RATTLER_AUTH_FILE") or os.devnull)
    found: dict[str, object] = {}
    with contextlib.suppress(OSError, ValueError):
        found.update(json.loads(own.read_text(encoding="utf-8")))
    for login in logins:
        basic = {"username": login.name, "password": login.password}
        found[login.host] = {"CondaToken": login.token} if login.token else {"BasicHTTP": basic}
    return found


def current_platform() -> str:
    """The platform at hand, as `linux-64`."""
    return str(Subdir.current())


def virtual_packages(platform: str) -> list[VirtualPackage | tuple[str, str, str]]:
    """What the system brings: measured here, assumed for other platforms.

    The assumptions are those of conda-lock: an old enough system that most machines satisfy them.
    """
    if platform == current_platform():
        return list(VirtualPackage.detect())
    family = platform.split("-", 1)[0]
    return list(ASSUMED.get(family, ()))


ASSUMED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "linux": (("__unix", "0", "0"), ("__linux", "5.10", "0"), ("__glibc", "2.28", "0")),
    "osx": (("__unix", "0", "0"), ("__osx", "11.0", "0")),
    "win": (("__win", "10.0", "0"),),
}
