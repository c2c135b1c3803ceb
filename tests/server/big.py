"""A project whose environment has thousands of packages, without a build of that size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec

from jupyter_envs.adapters import lockfile
from jupyter_envs.core.model import Generation, Lock, Package


def grow(store: Path, project: Path, count: int) -> None:
    """Make the built environment of `project` one of `count` packages, its lock too."""
    complete = next(store.glob("envs/*/gens/*.complete.json"))
    generation = msgspec.json.decode(complete.read_bytes(), type=Generation)
    one = next(p for p in generation.packages if p.name == "versions-demo")
    packages = (one, *(_another(one, n) for n in range(count)))
    complete.write_bytes(msgspec.json.encode(replace(generation, packages=packages)))
    _records(Path(generation.prefix) / "conda-meta", count)
    lock = Lock(
        platforms=(one.platform,),
        packages=tuple(sorted(packages, key=lambda p: p.name)),
        channels=(one.channel,),
        declared_channels=("conda-forge",),
    )
    (project / "conda-lock.yml").write_bytes(lockfile.write(lock))


def _another(one: Package, number: int) -> Package:
    url = one.url.replace(one.name, f"package-{number}")
    depends = tuple(f"package-{number + k} >=1.0" for k in range(1, 12))
    return replace(one, name=f"package-{number}", url=url, depends=depends)


def _records(folder: Path, count: int) -> None:
    record = json.loads(next(folder.glob("versions-demo-*.json")).read_text())
    for number in range(count):
        name = f"package-{number}"
        other = {**record, "name": name, "fn": record["fn"].replace("versions-demo", name)}
        other["files"] = [f"lib/python3.11/site-packages/{name}/{k}.py" for k in range(60)]
        other["paths_data"] = {
            "paths_version": 1,
            "paths": [
                {"_path": f, "path_type": "hardlink", "sha256": "0" * 64, "size_in_bytes": 9}
                for f in other["files"]
            ],
        }
        (folder / f"{name}-1.1-0.json").write_text(json.dumps(other))
