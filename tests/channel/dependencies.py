"""Translate what a wheel asks for into what its conda package asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from .pypi_names import conda_constraint, conda_name
from .wheels import Wheel

#: Marker values of each platform a channel serves.
PLATFORMS: Mapping[str, Mapping[str, str]] = {
    "linux": {
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": "x86_64",
    },
    "osx": {
        "sys_platform": "darwin",
        "platform_system": "Darwin",
        "os_name": "posix",
        "platform_machine": "arm64",
    },
    "win": {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
    },
}


@dataclass(frozen=True)
class Variant:
    """One build of a pure wheel: for which Pythons and platform, and its dependencies."""

    depends: tuple[str, ...]
    python: str
    platform: str | None


class DependencyTranslator:
    """Evaluates requirements; extras of a dependency are replaced by what they stand for."""

    def __init__(self, wheels: Mapping[str, Iterable[Wheel]]) -> None:
        """Know the wheels resolved for each Python (`3.11`): extras are looked up there."""
        self._by_python = {
            python: {wheel.name: wheel for wheel in sorted(found, key=lambda w: Version(w.version))}
            for python, found in wheels.items()
        }

    def depends(self, wheel: Wheel, python: str, platform: str) -> tuple[str, ...]:
        """The conda dependencies of a wheel under one Python version (`3.11.7`) and platform."""
        return tuple(
            sorted(self._collect(wheel.requires, _environment(python, platform), "", depth=0))
        )

    def variants(self, wheel: Wheel, pythons: Sequence[str]) -> list[Variant]:
        """As few builds of a pure wheel as its markers allow, for these full versions."""
        served = [python for python in pythons if wheel.requires_python.contains(python)]
        per_platform = {
            platform: self._variants_on(wheel, served, platform, pythons)
            for platform in PLATFORMS
            if served
        }
        if not served or per_platform["linux"] == per_platform["osx"] == per_platform["win"]:
            return per_platform.get("linux", [])
        if per_platform["linux"] == per_platform["osx"]:
            per_platform = {"unix": per_platform["linux"], "win": per_platform["win"]}
        return [
            Variant(tuple(sorted({*variant.depends, f"__{platform}"})), variant.python, platform)
            for platform, variants in per_platform.items()
            for variant in variants
        ]

    def _variants_on(
        self, wheel: Wheel, served: Sequence[str], platform: str, pythons: Sequence[str]
    ) -> list[Variant]:
        groups: list[tuple[tuple[str, ...], list[str]]] = []
        for python in served:
            depends = self.depends(wheel, python, platform)
            if groups and groups[-1][0] == depends:
                groups[-1][1].append(python)
            else:
                groups.append((depends, [python]))
        variants = []
        for number, (depends, members) in enumerate(groups):
            bounds = (
                [conda_constraint(wheel.requires_python)]
                if number == 0
                else [f">={_minor(members[0])}"]
            )
            if number + 1 < len(groups):
                bounds.append(f"<{_minor(groups[number + 1][1][0])}.0a0")
            constraint = ",".join(bound for bound in bounds if bound)
            variants.append(Variant(depends, f"python {constraint}".strip(), None))
        return variants

    def _collect(
        self,
        requirements: Iterable[Requirement],
        environment: Mapping[str, str],
        extra: str,
        depth: int,
    ) -> set[str]:
        found: set[str] = set()
        for requirement in requirements:
            if not _applies(requirement, environment, extra):
                continue
            found.add(
                f"{conda_name(requirement.name)} {conda_constraint(requirement.specifier)}".strip()
            )
            target = self._by_python.get(environment["python_version"], {}).get(
                canonicalize_name(requirement.name)
            )
            for name in sorted(requirement.extras) if target is not None and depth < 3 else ():
                assert target is not None
                inner = (
                    r for r in target.requires if r.marker is not None and "extra" in str(r.marker)
                )
                found |= self._collect(inner, environment, name, depth + 1)
        return found


def _applies(requirement: Requirement, environment: Mapping[str, str], extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(
        {**environment, "extra": extra}
    )


def _environment(python: str, platform: str) -> dict[str, str]:
    return {
        **PLATFORMS[platform],
        "python_version": _minor(python),
        "python_full_version": python,
        "implementation_name": "cpython",
        "implementation_version": python,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
    }


def _minor(python: str) -> str:
    return ".".join(python.split(".")[:2])
