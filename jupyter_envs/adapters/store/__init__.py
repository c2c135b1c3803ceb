"""Where generations live: folders, the current pointer, completion records, locks, clean-up.

<store>/format                                 {"format": 1}
<store>/envs/<environment>/environment.json    which project, which file, which kernels
<store>/envs/<environment>/lock                held by the one who builds
<store>/envs/<environment>/gens/<n>-<hash>/    a prefix, built in place
<store>/envs/<environment>/gens/<n>-<hash>.complete.json   last write of a build
<store>/envs/<environment>/gens/<n>-<hash>.lease           held by each kernel
<store>/envs/<environment>/current             symbolic link to the generation kernels start on
<store>/cache/                                 packages, repodata, wheels, bytecode
<store>/trash/                                 what is being deleted
"""

from .environments import Environment, EnvironmentRecord, Store
from .generations import Generations

__all__ = ["Environment", "EnvironmentRecord", "Generations", "Store"]
