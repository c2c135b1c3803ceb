"""Whether a package answers a requirement, by the rules that decide in the product."""

from __future__ import annotations

from packaging.requirements import Requirement as PipRequirement

from jupyter_envs.adapters.conda.matchspec import matches
from jupyter_envs.core.model import Package, Requirement


def answers(requirement: Requirement, package: Package) -> bool:
    if requirement.kind == "conda":
        return matches(requirement.text, package)
    # A pre-release that is installed was chosen: it counts, as it does for `pip check`.
    return PipRequirement(requirement.text).specifier.contains(package.version, prereleases=True)
