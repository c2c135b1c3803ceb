"""The adapters, put behind the Protocols of the builder; lives in the worker."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from jupyter_envs.adapters import activation, kernelspecs, launcher, leases, neighbours
from jupyter_envs.adapters.bytecode import BytecodeCache, Interpreter, Sources
from jupyter_envs.adapters.conda import records as conda_records
from jupyter_envs.adapters.conda.engine import CondaEngine
from jupyter_envs.adapters.conda.install import Installer
from jupyter_envs.adapters.conda.records import Record
from jupyter_envs.adapters.conda.request import SolveRequest
from jupyter_envs.adapters.conda.sizes import sizes
from jupyter_envs.adapters.conda.solve import Solver
from jupyter_envs.adapters.conda.verify import mismatches
from jupyter_envs.adapters.prefix import fingerprint, manifest_of
from jupyter_envs.adapters.store import Environment, Store
from jupyter_envs.builder import Advance, Finished, Wish
from jupyter_envs.core.kernels import kernel_names
from jupyter_envs.core.model import Generation, KernelName, Package, Requirement

from .orders import WorkerOrder
from .wheels import Wheels


class CondaAndPip:
    """Solves with rattler, resolves with uv."""

    def __init__(self, order: WorkerOrder, engine: CondaEngine, wheels: Wheels) -> None:
        self._order = order
        self._engine = engine
        self._solver = Solver(engine)
        self._wheels = wheels

    def conda(self, wanted: tuple[Requirement, ...], platform: str) -> tuple[Package, ...]:
        return self._solver.solve(
            SolveRequest(
                requirements=wanted,
                platform=platform,
                channels=self._order.order.channels,
                prefixes=self._order.channels.prefixes,
                priority=self._order.channels.priority,
                preferred=self._kept(platform),
            )
        )

    def _kept(self, platform: str) -> tuple[Package, ...]:
        """What a lock that no longer answers still says of `platform`."""
        previous = self._order.order.previous
        packages = previous.on(platform) if previous else ()
        return tuple(package for package in packages if package.kind == "conda")

    def pip(
        self, wanted: tuple[Requirement, ...], conda: tuple[Package, ...], platform: str
    ) -> tuple[Package, ...]:
        return self._wheels.resolve(wanted, conda, platform)

    def sizes(self, packages: tuple[Package, ...]) -> dict[str, int]:
        return sizes(tuple(p for p in packages if p.kind == "conda"), self._engine)


class Prefix:
    """Fills one prefix."""

    def __init__(
        self, path: str, order: WorkerOrder, installer: Installer, wheels: Wheels, cache: Path
    ) -> None:
        self._path = Path(path)
        self._order = order
        self._installer = installer
        self._wheels = wheels
        self._bytecode = BytecodeCache(cache / "bytecode")
        self._records: tuple[Record, ...] = ()

    def missing(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        conda = self._installer.missing(tuple(p for p in packages if p.kind == "conda"))
        return (*conda, *self._wheels.missing(tuple(p for p in packages if p.kind == "pip")))

    def conda(self, packages: tuple[Package, ...], wish: Wish, advance: Advance) -> None:
        self._installer.install(packages, self._path, advance)

    def pip(self, packages: tuple[Package, ...], wish: Wish, advance: Advance) -> None:
        self._wheels.install(packages, self._path, wish.requirements, advance)

    def finish(self, packages: tuple[Package, ...], wish: Wish) -> Finished:
        conda = tuple(p for p in packages if p.kind == "conda")
        self._records = conda_records.read_records(self._path)
        by_name = {package.name: package for package in conda}
        conda_records.complete_records(
            self._records, by_name, _requested(wish), self._compile(packages, by_name)
        )
        names = self._order.channels.names
        conda_records.History(conda, _requested(wish), names, _now()).write(self._path)
        (self._path / "CACHEDIR.TAG").unlink(missing_ok=True)
        activation.write_state(self._path, {v.name: v.value for v in wish.variables})
        kernels = self._kernels()
        return Finished(kernels, _own_bytes(self._path), fingerprint(str(self._path)))

    def damage(self, packages: tuple[Package, ...], advance: Advance) -> tuple[str, ...]:
        done = 0

        def count(name: str) -> None:
            nonlocal done
            done += 1
            advance("verify", done / max(len(self._records), 1), f"Checked {name}")

        wrong = mismatches(self._path, self._records, count)
        return (*wrong, *self._wheels.damage(packages, self._path))

    def _compile(
        self, packages: tuple[Package, ...], by_name: dict[str, Package]
    ) -> dict[str, tuple[str, ...]]:
        python = by_name.get("python")
        if python is None:
            return {}
        major, minor = (int(part) for part in python.version.split(".")[:2])
        interpreter = Interpreter(self._path / "bin/python", (major, minor))
        sources = {
            by_name[record.name].sha256: (record.name, files)
            for record, files in conda_records.python_sources(self._records)
        }
        wanted = [Sources(key, files) for key, (_, files) in sources.items()]
        wanted += [Sources(*item) for item in self._wheels.sources(packages, self._path)]
        made = self._bytecode.add_to(self._path, interpreter, wanted)
        return {name: made.get(key, ()) for key, (name, _) in sources.items()}

    def _kernels(self) -> tuple[KernelName, ...]:
        installed = kernelspecs.inner_kernelspecs(self._path)
        variables = activation.activation_variables(self._path)
        launcher.write_launcher(self._path, variables, installed)
        places = self._order.places
        environment = self._path.parent.parent
        taken = kernelspecs.taken_names(Path(places.kernels), environment)
        return kernel_names(places.project, self._order.order.name, installed, taken)


class Shelf:
    """The generations of the environment that is built."""

    def __init__(self, environment: Environment) -> None:
        self._generations = environment.generations

    def current(self) -> Generation | None:
        return self._generations.current()

    def begin(self, fingerprint: str) -> tuple[int, str, str]:
        number, identity, prefix = self._generations.begin(fingerprint)
        return number, identity, str(prefix)

    def publish(self, generation: Generation) -> None:
        self._generations.complete(generation, manifest_of(generation.prefix))

    def discard(self, identity: str) -> None:
        self._generations.discard(identity)

    def now(self) -> str:
        return _now().isoformat(timespec="seconds")


class Registry:
    """Kernelspecs, the current pointer, conda's list of environments, clean-up."""

    def __init__(self, store: Store, environment: Environment, order: WorkerOrder) -> None:
        self._store = store
        self._environment = environment
        self._order = order

    def register(self, generation: Generation) -> None:
        places = self._order.places
        generations = self._environment.generations
        kernels = Path(places.kernels)
        kernelspecs.register(generation.kernels, Path(generation.prefix), kernels, places.project)
        generations.switch(generation.id)
        names = tuple(kernel.name for kernel in generation.kernels)
        kernelspecs.unregister(self._environment.root, kernels, keep=names)
        self._store.save(replace(self._environment.record, kernels=names))
        others = tuple(Path(g.prefix) for g in generations.all() if g.id != generation.id)
        # Who else lists environments is no reason to fail one that is built.
        with contextlib.suppress(OSError, UnicodeError):
            neighbours.announce(Path(generation.prefix), others, Path(places.home))
        generations.collect(self._order.keep, leases.vacated)


def _requested(wish: Wish) -> dict[str, tuple[str, ...]]:
    """What was asked of each conda package, as conda's records keep it."""
    found: dict[str, tuple[str, ...]] = {}
    for requirement in wish.requirements:
        if requirement.kind == "conda" and requirement.name:
            texts = found.get(requirement.name, ())
            found[requirement.name] = (*texts, requirement.text)
    return found


def _own_bytes(prefix: Path) -> int:
    """Disk that removing this prefix would free: files that have no other name."""
    total = 0
    pending = [str(prefix)]
    while pending:
        for entry in os.scandir(pending.pop()):
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            else:
                status = entry.stat(follow_symlinks=False)
                total += status.st_blocks * 512 if status.st_nlink == 1 else 0
    return total


def _now() -> datetime:
    return datetime.now(timezone.utc)
