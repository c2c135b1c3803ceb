"""The pip section of a spec: resolved and installed by uv, on top of what conda brings.

The promises, and how they are kept:

* The text of a spec never reaches uv: each line is cut into its parts, checked, and written anew.
* conda's packages stay as they are: while resolving they are the only candidates for their names,
  and while installing uv writes beside the prefix, into which only new files are then moved.
* Only bytes with the locked SHA-256 are installed, and each file is checked against its RECORD.
* No code of a package runs, unless the settings allow it.
"""

from __future__ import annotations

from .install import install
from .resolve import resolve
from .section import PipSection, read_section
from .settings import PipSettings
from .verify import mismatches as verify

__all__ = ["PipSection", "PipSettings", "install", "read_section", "resolve", "verify"]
