"""What an installed prefix holds: read quickly, read deeply, and what changed since its build."""

from .cache import Fingerprint, RecordCache, fingerprint
from .deep import deep_check, shared_with
from .manifest import FileChange, changed_since, manifest_of
from .reading import read_installed

__all__ = [
    "FileChange",
    "Fingerprint",
    "RecordCache",
    "changed_since",
    "deep_check",
    "fingerprint",
    "manifest_of",
    "read_installed",
    "shared_with",
]
