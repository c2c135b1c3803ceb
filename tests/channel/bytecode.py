"""Compile sources with the interpreter that will import them, many files in one process."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Sequence

from .conda_archive import EPOCH, Entry
from .interpreters import Interpreter

# Runs under any Python from 2.7 on: reads (name, source) pairs and answers with a .pyc each,
# an empty one when it does not compile.
_COMPILER = r"""
import marshal, struct, sys, warnings
warnings.simplefilter("ignore")
try:
    from importlib.util import MAGIC_NUMBER as magic
except ImportError:
    import imp
    magic = imp.get_magic()
stdin = getattr(sys.stdin, "buffer", sys.stdin)
stdout = getattr(sys.stdout, "buffer", sys.stdout)
date, count = struct.unpack("<II", stdin.read(8))
header = magic + (struct.pack("<I", 0) if sys.version_info >= (3, 7) else b"")
header += struct.pack("<I", date)
for _ in range(count):
    name_size, size = struct.unpack("<II", stdin.read(8))
    name = stdin.read(name_size).decode("utf-8")
    source = stdin.read(size)
    try:
        code = compile(source, name, "exec", 0, True)
    except Exception:
        stdout.write(struct.pack("<I", 0))
        continue
    out = header + (struct.pack("<I", size) if sys.version_info >= (3, 3) else b"")
    out += marshal.dumps(code)
    stdout.write(struct.pack("<I", len(out)) + out)
stdout.flush()
"""


def compiled(interpreter: Interpreter, entries: Sequence[Entry]) -> list[Entry]:
    """The `.pyc` files of the `.py` files among `entries`, where they compile."""
    sources = [
        entry
        for entry in entries
        if entry.path.endswith(".py") and entry.link is None and entry.prefix is None
    ]
    if not sources:
        return []
    request = [struct.pack("<II", EPOCH, len(sources))]
    for entry in sources:
        name = entry.path.encode()
        request += [struct.pack("<II", len(name), len(entry.data)), name, entry.data]
    process = subprocess.run(
        [interpreter.executable, "-s", "-S", "-c", _COMPILER],
        input=b"".join(request),
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "0"},  # the order of set constants must not change from run to run
    )
    return [
        Entry(_bytecode_path(entry.path, interpreter), pyc)
        for entry, pyc in zip(sources, _answers(process.stdout), strict=True)
        if pyc
    ]


def _answers(stream: bytes) -> list[bytes]:
    answers, position = [], 0
    while position < len(stream):
        (size,) = struct.unpack_from("<I", stream, position)
        answers.append(stream[position + 4 : position + 4 + size])
        position += 4 + size
    return answers


def _bytecode_path(path: str, interpreter: Interpreter) -> str:
    folder, _, name = path.rpartition("/")
    if interpreter.minor == "2.7":
        return f"{path}c"
    return f"{folder}/__pycache__/{name[:-3]}.cpython-{interpreter.tag}.pyc".lstrip("/")
