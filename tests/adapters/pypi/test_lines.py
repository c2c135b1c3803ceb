"""Which pip lines are passed on to uv, and how."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jupyter_envs.adapters.pypi import PipSettings, read_section, resolve
from jupyter_envs.core.errors import (
    SpecError,
)
from jupyter_envs.core.model import Place
from tests.adapters.pypi.sections import (
    HERE,
    PYTHON,
    VERSION,
    lines,
)
from tests.wheels import make_wheel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="wheels are made for Linux")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("numpy=1.2", "E162"),
        ("numpy==", "E162"),
        ("numpy 1.2", "E162"),
        ("numpy; python_version > '3'x", "E162"),
        ("-e .", "E163"),
        ("./pkg", "E163"),
        ("https://host/x.tar.gz", "E163"),
        ("-r ../private.txt", "E164"),
        ("-c /etc/passwd", "E164"),
        ("../x.whl", "E164"),
        ("pkg @ file:///etc/x.whl", "E164"),
        ("-r missing.txt", "E165"),
        ("-r loop.txt", "E165"),
        ("-r folder", "E165"),
        ("--trusted-host example.org", "E166"),
        ("--config-settings x=y", "E166"),
        ("foo --hash=md5:abc", "E166"),
        ("--index-url https://host/${TOKEN}/", "E167"),
        ("git+https://host/tool@main", "E168"),
        ("git+ssh://git@host/tool", "E168"),
        ("git+file:///tool", "E168"),
        ("hg+https://host/tool", "E168"),
        ("-e git+https://host/tool", "E168"),
    ],
)
def test_lines_that_may_not_be_passed_on_are_refused(
    settings: PipSettings, text: str, code: str
) -> None:
    (settings.folder / "loop.txt").write_text("-r loop.txt\n")
    (settings.folder / "folder").mkdir()
    with pytest.raises(SpecError) as caught:
        read_section(lines(text), settings)
    assert caught.value.code == code, caught.value.message
    assert caught.value.place is not None


def test_included_files_are_read_from_the_folder_of_the_spec(
    wheels: Path, settings: PipSettings
) -> None:
    make_wheel(wheels, "tool", "1.0")
    make_wheel(wheels, "tool", "2.0")
    (settings.folder / "more").mkdir()
    (settings.folder / "more" / "all.txt").write_text("# tools\n-c bounds.txt\ntool>=1 \\\n , <3\n")
    (settings.folder / "more" / "bounds.txt").write_text("tool<2  # not yet\n")
    section = read_section(lines("-r more/all.txt"), settings)
    assert section.files == ("more/all.txt", "more/bounds.txt")
    assert [r.text for r in section.requirements_on(HERE, VERSION)] == ["tool>=1   , <3"]
    found = resolve(lines("-r more/all.txt"), (PYTHON,), HERE, settings)
    assert [(p.name, p.version) for p in found] == [("tool", "1.0")]


def test_a_mistake_in_an_included_file_is_told_with_that_file_and_line(
    settings: PipSettings,
) -> None:
    (settings.folder / "more.txt").write_text("tool\n\nother==\n")
    with pytest.raises(SpecError) as caught:
        read_section(lines("-r more.txt"), settings)
    assert (caught.value.file, caught.value.place) == ("more.txt", Place(3))
