"""What every use of rattler shares: network, caches, the platform at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rattler import Client, Config, Gateway, Subdir, VirtualPackage


@dataclass(frozen=True, slots=True, kw_only=True)
class CondaEngine:
    """Where rattler keeps things and how it reaches channels."""

    repodata: Path
    packages: Path
    """Package cache that we write."""
    lower: tuple[Path, ...] = ()
    """Package caches of others, only read from."""
    tls_verify: bool = True
    proxies: tuple[tuple[str, str], ...] = ()

    def config(self) -> Config:
        """The settings that rattler reads from its own configuration."""
        lines = ["tls-no-verify = true"] if not self.tls_verify else []
        if self.proxies:
            lines.append("[proxy-config]")
            lines += [f'{scheme} = "{url}"' for scheme, url in self.proxies]
        return Config.from_toml("\n".join(lines))

    def client(self) -> Client:
        """Logs in by what rattler's own stores hold for the host."""
        return Client.from_config(self.config(), user_agent="jupyter-envs")

    def gateway(self) -> Gateway:
        """Answers are cached on disk and asked for again only where they changed."""
        self.repodata.mkdir(parents=True, exist_ok=True)
        return Gateway(cache_dir=self.repodata, client=self.client())


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
