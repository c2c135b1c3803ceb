"""What a build changes."""

from __future__ import annotations

from dataclasses import replace

from jupyter_envs.core.model import Change, Package
from jupyter_envs.core.plan import changes, describe

NUMPY = Package(
    kind="conda", name="numpy", version="1.26.4", build="py311_0", channel="https://a/x"
)
REQUESTS = Package(kind="pip", name="requests", version="2.32.3")


def test_equal_sets_change_nothing() -> None:
    found = changes((NUMPY, REQUESTS), (REQUESTS, NUMPY))
    assert found == ((), (), (), 2)
    assert describe(found) == "nothing changes"


def test_packages_come_go_and_change() -> None:
    rich = Package(kind="pip", name="rich", version="13.9.4")
    newer = replace(NUMPY, version="2.1.0", build="py311_1")
    found = changes((NUMPY, REQUESTS), (newer, rich))
    assert found.added == (Change("rich", "pip", after="13.9.4"),)
    assert found.removed == (Change("requests", "pip", before="2.32.3"),)
    assert found.changed == (
        Change("numpy", "conda", "1.26.4 py311_0", "2.1.0 py311_1", "https://a/x", "https://a/x"),
    )
    assert describe(found) == "1 added, 1 changed, 1 removed"


def test_another_build_channel_or_content_is_a_change() -> None:
    for other in (
        replace(NUMPY, build="py311_1"),
        replace(NUMPY, channel="https://a/y"),
        replace(NUMPY, sha256="b" * 64),
    ):
        before = replace(NUMPY, sha256="a" * 64)
        assert [change.name for change in changes((before,), (other,)).changed] == ["numpy"]


def test_a_closing_slash_of_a_channel_is_no_change() -> None:
    assert changes((NUMPY,), (replace(NUMPY, channel="https://a/x/"),)).kept == 1


def test_a_package_that_moves_from_conda_to_pip_goes_and_comes() -> None:
    found = changes((NUMPY,), (Package(kind="pip", name="numpy", version="1.26.4"),))
    assert describe(found) == "1 added, 1 removed"


def test_the_first_build_adds_everything() -> None:
    assert describe(changes((), (NUMPY, REQUESTS))) == "2 added"
    assert describe(changes((NUMPY,), (NUMPY, REQUESTS))) == "1 added, 1 kept"
