"""`conda-lock.yml` ⇄ `Lock` (CEP 37).

What the file is for:

* Everybody who has the project gets the same packages, on each platform that the spec names.
* conda, mamba, micromamba and conda-lock read it too; what only we need is in `custom_metadata`.
* It is readable in a diff: one package after another in a fixed order, and equal locks are equal
  bytes: no time of writing, no name of a machine.
* Nothing in it has to be believed: each package carries its sha256, and no secret is written.
"""

from __future__ import annotations

from .reading import load, read
from .writing import write

__all__ = ["load", "read", "write"]
