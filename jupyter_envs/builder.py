"""The one place that knows the order of a build: solve, install, register.

It is handed what it needs as Protocols and never touches a file or a network itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from .core.errors import EnvsError, InstallError
from .core.kernel_packages import BY_LANGUAGE, kernel_packages
from .core.lock import OURS
from .core.model import (
    Generation,
    KernelName,
    Lock,
    Package,
    Part,
    Place,
    Plan,
    Problem,
    Progress,
    Requirement,
    Variable,
)
from .core.plan import changes

Report = Callable[[Progress], None]
Advance = Callable[[Part, float, str], None]

UNPACKED = 3
"""Archives unpack to about so many times their size; what is cached is linked, not copied."""

SHARES: Mapping[Part | None, tuple[float, float]] = {
    None: (0.0, 0.1),
    "fetch": (0.1, 0.5),
    "link": (0.5, 0.7),
    "pip": (0.7, 0.82),
    "verify": (0.82, 0.97),
}
"""Where each part of an install lies on the bar; `None` is the solve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a spec asks for on one platform."""

    platform: str
    requirements: tuple[Requirement, ...]
    pip_section: tuple[Requirement, ...] = ()
    """The lines of the pip section as they stand, options and included files among them."""
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One build: of what, for which platforms, from which lock."""

    wishes: tuple[Wish, ...]
    """One a platform that is to be locked."""
    platform: str
    """The one that is built."""
    name: str
    """The environment's."""
    spec_sha256: str
    channels: tuple[str, ...]
    declared_channels: tuple[str, ...]
    lock: Lock | None = None
    """A lock that answers every wish; None: solve."""
    previous: Lock | None = None
    """A lock that no longer answers: what of it can stay stays."""
    afresh: bool = False
    """Build although the current generation is what is wanted, for it was altered."""

    @property
    def here(self) -> Wish:
        return next(wish for wish in self.wishes if wish.platform == self.platform)


@dataclass(frozen=True, slots=True)
class Finished:
    """What finishing a prefix told."""

    kernels: tuple[KernelName, ...]
    disk: int
    """Bytes that are this prefix's own."""
    fingerprint: tuple[int, ...]
    """Stats that change when something is installed."""


class Solving(Protocol):
    """Requirements in, exact packages out."""

    def conda(self, wanted: tuple[Requirement, ...], platform: str) -> tuple[Package, ...]: ...

    def pip(
        self, wanted: tuple[Requirement, ...], conda: tuple[Package, ...], platform: str
    ) -> tuple[Package, ...]: ...

    def sizes(self, packages: tuple[Package, ...]) -> dict[str, int]: ...


class Installing(Protocol):
    """Exact packages in, a prefix out."""

    def missing(self, packages: tuple[Package, ...]) -> tuple[Package, ...]: ...

    def conda(self, packages: tuple[Package, ...], wish: Wish, advance: Advance) -> None: ...

    def pip(self, packages: tuple[Package, ...], wish: Wish, advance: Advance) -> None: ...

    def finish(self, packages: tuple[Package, ...], wish: Wish) -> Finished: ...

    def damage(self, packages: tuple[Package, ...], advance: Advance) -> tuple[str, ...]: ...


class Shelving(Protocol):
    """The generations of the environment."""

    def current(self) -> Generation | None: ...

    def begin(self, fingerprint: str) -> tuple[int, str, str]: ...

    def publish(self, generation: Generation) -> None: ...

    def discard(self, identity: str) -> None: ...

    def now(self) -> str: ...


class Registering(Protocol):
    """What makes a generation startable and known."""

    def register(self, generation: Generation) -> None: ...


class Builder:
    """Carries out one order."""

    def __init__(
        self,
        solving: Solving,
        installing: Callable[[str], Installing],
        shelving: Shelving,
        registering: Registering,
        report: Report,
    ) -> None:
        self._solving = solving
        self._installing = installing
        self._shelving = shelving
        self._registering = registering
        self._report = report

    def lock(self, order: Order) -> Lock:
        """The lock of the order, solved where it brings none; raises `UnsolvableError`."""
        if order.lock is not None:
            return order.lock
        packages: list[Package] = []
        for number, wish in enumerate(order.wishes):
            fraction = 0.1 * number / len(order.wishes)
            self._report(Progress("solve", None, fraction, f"Solving for {wish.platform}"))
            packages += self._solved(wish, order.platform)
        return Lock(
            platforms=tuple(wish.platform for wish in order.wishes),
            packages=tuple(sorted(packages, key=lambda p: (p.platform, p.kind, p.name))),
            channels=order.channels,
            declared_channels=order.declared_channels,
            made_by=OURS,
        )

    def plan(self, order: Order, lock: Lock) -> Plan:
        """What building `lock` would change and fetch; nothing is built."""
        after = lock.on(order.platform)
        current = self._shelving.current()
        found = changes(current.packages if current else (), after)
        missing = self._sized(self._installing("").missing(after))
        download = sum(package.size for package in missing)
        return Plan(
            lock=lock,
            platform=order.platform,
            added=found.added,
            changed=found.changed,
            removed=found.removed,
            kept=found.kept,
            download_packages=len(missing),
            download_bytes=download,
            disk_bytes=UNPACKED * download,
            kernel_packages=added_for_kernel(order.here, after),
            notes=_unknown_sizes(missing),
        )

    def build(self, order: Order, lock: Lock) -> Generation:
        """The generation that answers `lock`: the current one where it already does."""
        packages = lock.on(order.platform)
        current = self._shelving.current()
        if current and not order.afresh and _is_answered(order, packages, current):
            return current
        number, identity, prefix = self._shelving.begin(fingerprint(packages, order.here))
        try:
            finished = self._install(with_added(order.here, packages), packages, prefix)
            generation = Generation(
                number=number,
                id=identity,
                prefix=prefix,
                created=self._shelving.now(),
                environment=order.name,
                spec_sha256=order.spec_sha256,
                requirements=order.here.requirements,
                packages=packages,
                added=added_for_kernel(order.here, packages),
                kernels=finished.kernels,
                variables=order.here.variables,
                disk=finished.disk,
                fingerprint=finished.fingerprint,
            )
            self._report(Progress("register", None, 0.97, "Registering the kernel"))
            self._shelving.publish(generation)
        except BaseException:
            self._shelving.discard(identity)
            raise
        self._registering.register(generation)
        return generation

    def _sized(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        """With the sizes that the lock does not tell."""
        unknown = tuple(package for package in packages if not package.size)
        told = self._solving.sizes(unknown)
        return tuple(replace(p, size=p.size or told.get(p.sha256, 0)) for p in packages)

    def _solved(self, wish: Wish, here: str) -> tuple[Package, ...]:
        try:
            return self._answer(wish)
        except EnvsError as error:
            if wish.platform != here:
                error.message = f"{error.message} (for {wish.platform})"
            raise

    def _answer(self, wish: Wish) -> tuple[Package, ...]:
        conda = tuple(r for r in wish.requirements if r.kind == "conda")
        pip = tuple(r for r in wish.requirements if r.kind == "pip")
        if pip and not any(r.name == "python" for r in conda):
            conda = (*conda, Requirement("conda", "python", "python", pip[0].place))
        packages = self._solving.conda(conda, wish.platform)
        asked = {r.name for r in wish.requirements}
        extra = kernel_packages(asked, {package.name for package in packages})
        if extra:
            packages = self._solving.conda((*conda, *_lines(extra)), wish.platform)
        return (*packages, *self._pip(wish, packages))

    def _pip(self, wish: Wish, conda: tuple[Package, ...]) -> tuple[Package, ...]:
        section = wish.pip_section
        return self._solving.pip(section, conda, wish.platform) if section else ()

    def _install(self, wish: Wish, packages: tuple[Package, ...], prefix: str) -> Finished:
        installing = self._installing(prefix)
        conda = tuple(package for package in packages if package.kind == "conda")
        pip = tuple(package for package in packages if package.kind == "pip")
        installing.conda(conda, wish, self._advance)
        if pip:
            self._advance("pip", 0.0, "Installing the pip section")
            installing.pip(pip, wish, self._advance)
        self._advance("verify", 0.0, "Compiling and checking")
        finished = installing.finish(packages, wish)
        damage = installing.damage(packages, self._advance)
        if damage:
            raise InstallError(
                "E314",
                f"{len(damage)} installed files are not what their packages promise",
                "Build again; the damaged packages are fetched anew",
                details="\n".join(damage[:200]),
            )
        return finished

    def _advance(self, part: Part, fraction: float, message: str) -> None:
        low, high = SHARES[part]
        self._report(Progress("install", part, low + (high - low) * min(fraction, 1.0), message))


def with_added(wish: Wish, packages: tuple[Package, ...]) -> Wish:
    """The wish with what the build adds to it: conda removes what it does not know as asked for."""
    conda = {r.name for r in wish.requirements if r.kind == "conda"}
    only_pip = len(conda) < len(wish.requirements) and "python" not in conda
    added = (*added_for_kernel(wish, packages), *(("python",) if only_pip else ()))
    return replace(wish, requirements=(*wish.requirements, *_lines(added)))


def added_for_kernel(wish: Wish, packages: tuple[Package, ...]) -> tuple[str, ...]:
    """The kernel packages among `packages` that neither the wish nor another package asks for."""
    asked = {r.name for r in wish.requirements}
    conda = [p for p in packages if p.kind == "conda"]
    needed = {depend.split(" ", 1)[0] for package in conda for depend in package.depends}
    brought = {p.name for p in conda if p.name not in needed}
    return tuple(sorted(brought & set(BY_LANGUAGE.values()) - asked))


def _lines(names: Iterable[str]) -> tuple[Requirement, ...]:
    """Requirements that stand in no file."""
    return tuple(Requirement("conda", name, name, Place(0, 0)) for name in names)


def _unknown_sizes(packages: tuple[Package, ...]) -> tuple[Problem, ...]:
    names = [package.name for package in packages if not package.size]
    if not names:
        return ()
    said = ", ".join(f"`{name}`" for name in names[:5]) + (" and more" if names[5:] else "")
    return (Problem("N160", "note", Place(), f"How large these are is not known: {said}"),)


def fingerprint(packages: tuple[Package, ...], wish: Wish) -> str:
    """Hex digest of what a generation holds and sets."""
    digest = hashlib.sha256()
    for package in packages:
        parts = (package.kind, package.name, package.version, package.build, package.sha256)
        digest.update("\0".join((*parts, package.url)).encode())
    for variable in wish.variables:
        digest.update(f"\0{variable.name}={variable.value}".encode())
    return digest.hexdigest()


def _is_answered(order: Order, packages: tuple[Package, ...], current: Generation) -> bool:
    """Whether the current generation holds these very packages for these very lines."""
    lines = [(r.kind, r.text) for r in order.here.requirements]
    values = [(v.name, v.value) for v in order.here.variables]
    return (
        order.name == current.environment
        and fingerprint(packages, order.here)
        == fingerprint(current.packages, _wish_of(current, order))
        and lines == [(r.kind, r.text) for r in current.requirements]
        and values == [(v.name, v.value) for v in current.variables]
    )


def _wish_of(generation: Generation, order: Order) -> Wish:
    return replace(order.here, variables=generation.variables)
