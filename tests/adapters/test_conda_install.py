"""Locked packages in, a linked and verified prefix out, whatever the cache and channels hold."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_envs.core.model import Package
from tests.channel import Channel, serve
from tests.engine import Task, Told, lines, run
from tests.small_channel import SmallChannel

NAMES = ("versions-demo", "text-prefix-demo", "binary-prefix-demo", "softlink-demo")
TEXT = "share/versions-demo/version.txt"


class Bench:
    """A small channel, a cache, and prefixes one after another."""

    def __init__(self, folder: Path, channel: SmallChannel, url: str) -> None:
        self.folder = folder
        self.channel = channel
        self.cache = folder / "cache"
        self.task = Task(cache=str(self.cache), channels=(url,))
        self._made = 0

    def solve(self, *texts: str) -> tuple[Package, ...]:
        told = run(replace(self.task, requirements=lines(*texts)))
        assert not told.code, told.message
        return told.packages

    def attempt(self, packages: tuple[Package, ...], **more: object) -> tuple[Path, Told]:
        self._made += 1
        prefix = self.folder / f"prefix{self._made}"
        prefix.mkdir()
        return prefix, run(replace(self.task, packages=packages, prefix=str(prefix), **more))

    def install(self, packages: tuple[Package, ...]) -> Path:
        prefix, told = self.attempt(packages)
        assert not told.code, (told.message, told.details)
        return prefix

    def entry(self, name: str) -> Path:
        (found,) = (p for p in self.cache.glob(f"pkgs/{name}-*") if p.is_dir())
        return found


@pytest.fixture(params=["file", "http"])
def bench(request: pytest.FixtureRequest, channel: Channel, tmp_path: Path) -> Iterator[Bench]:
    small = SmallChannel(tmp_path, channel, *NAMES)
    if request.param == "file":
        yield Bench(tmp_path, small, small.path.as_uri())
    else:
        with serve(small.path) as server:
            yield Bench(tmp_path, small, f"{server.url}/small")


def damage_in_place(path: Path) -> None:
    """As an editor does that keeps the file: every hard link to it has the change."""
    with path.open("r+b") as stream:
        stream.write(b"damaged")


def test_the_prefix_stands_in_every_file_that_names_it(bench: Bench) -> None:
    prefix = bench.install(bench.solve("text-prefix-demo", "binary-prefix-demo"))
    for program in ("text-prefix-demo", "binary-prefix-demo"):
        said = subprocess.run([prefix / "bin" / program], capture_output=True, text=True)
        assert said.stdout.strip() == str(prefix)


def test_progress_is_told(bench: Bench) -> None:
    _, told = bench.attempt(bench.solve("versions-demo", "softlink-demo"))
    parts = [line.split(" ", 1)[0] for line in told.fetched]
    assert {"fetch", "link"} <= set(parts)
    assert any(line == "link Linking versions-demo" for line in told.fetched)


def test_archives_that_are_not_what_was_locked_are_refused(bench: Bench) -> None:
    packages = bench.solve("versions-demo=1.0")
    archive = bench.channel.archive("versions-demo", "1.0")
    archive.write_bytes(bench.channel.archive("versions-demo", "1.1").read_bytes())
    prefix, told = bench.attempt(packages)
    assert told.code == "E183"
    assert archive.name in told.message
    assert f"differs from its lock: expected sha256 {packages[0].sha256[:16]}…" in told.message
    assert "owner has explained" in told.hint
    assert not (prefix / TEXT).exists()


def test_a_package_that_left_its_channel_is_told_by_name(bench: Bench) -> None:
    packages = bench.solve("versions-demo=1.0", "softlink-demo")
    archive = bench.channel.archive("versions-demo", "1.0")
    archive.unlink()
    _, told = bench.attempt(packages)
    assert (told.code, told.message) == ("E184", f"`{archive.name}` is gone from its channel")
    assert "Lock again" in told.hint


def test_what_is_cached_needs_no_channel(bench: Bench) -> None:
    packages = bench.solve("versions-demo=1.0")
    bench.install(packages)
    bench.channel.archive("versions-demo", "1.0").unlink()
    assert (bench.install(packages) / TEXT).read_text() == "1.0\n"


def test_a_damaged_file_that_generations_share_is_not_linked_again(bench: Bench) -> None:
    packages = bench.solve("versions-demo=1.0")
    first = bench.install(packages)
    damage_in_place(first / TEXT)
    assert (bench.entry("versions-demo") / TEXT).read_bytes().startswith(b"damaged"), "one inode"
    second = bench.install(packages)
    assert (second / TEXT).read_text() == "1.0\n"
    assert (bench.entry("versions-demo") / TEXT).read_text() == "1.0\n", "the cache is mended"
    assert (second / TEXT).samefile(bench.entry("versions-demo") / TEXT)


@pytest.mark.parametrize("harm", ["missing", "truncated", "longer"])
def test_a_damaged_cache_is_mended(bench: Bench, harm: str) -> None:
    packages = bench.solve("versions-demo=1.0")
    bench.install(packages)
    file = bench.entry("versions-demo") / TEXT
    if harm == "missing":
        file.unlink()
    else:
        file.write_text("" if harm == "truncated" else "1.0\nand more")
    assert (bench.install(packages) / TEXT).read_text() == "1.0\n"


def test_a_damaged_cache_that_cannot_be_mended_is_an_error(bench: Bench) -> None:
    packages = bench.solve("versions-demo=1.0")
    first = bench.install(packages)
    damage_in_place(first / TEXT)
    archive = bench.channel.archive("versions-demo", "1.0")
    archive.unlink()
    second, told = bench.attempt(packages)
    assert told.code == "E184", told.details
    assert archive.name in told.message
    assert not (second / TEXT).exists()


def test_bytes_published_anew_under_an_old_name_are_told_apart(bench: Bench) -> None:
    old = bench.solve("versions-demo=1.0")
    assert (bench.install(old) / TEXT).read_text() == "1.0\n"
    bench.channel.replace("versions-demo", "1.0", "1.1")
    shutil.rmtree(bench.cache / "repodata")
    new = bench.solve("versions-demo=1.0")
    assert new[0].sha256 != old[0].sha256
    assert (bench.install(new) / TEXT).read_text() == "1.1\n"
    _, told = bench.attempt(old)
    assert told.code == "E183", "the first bytes are nowhere any more"


def test_a_kill_between_mark_and_bytes_leaves_nothing_that_counts(bench: Bench) -> None:
    """Rattler marks an entry with the new hash before it has the new bytes."""
    old = bench.solve("versions-demo=1.0")
    bench.install(old)
    entry = bench.entry("versions-demo")
    shutil.rmtree(entry)  # as `drop_mismatches` did, and rattler had written its mark
    assert entry.with_name(f"{entry.name}.lock").exists()
    assert (bench.install(old) / TEXT).read_text() == "1.0\n"


def test_without_a_hash_nothing_is_installed(bench: Bench) -> None:
    (package,) = bench.solve("versions-demo=1.0")
    _, told = bench.attempt((replace(package, sha256=""),))
    assert (told.code, told.message) == ("E182", "`versions-demo` has no sha256 in the lock")


def test_caches_of_others_are_read_and_never_written(channel: Channel, tmp_path: Path) -> None:
    small = SmallChannel(tmp_path, channel, "versions-demo")
    lower = tmp_path / "conda-pkgs"
    lower.mkdir()
    archive = small.archive("versions-demo", "1.0")
    with serve(small.path) as server:
        bench = Bench(tmp_path, small, f"{server.url}/small")
        packages = bench.solve("versions-demo=1.0")
        shutil.move(archive, lower / archive.name)
        bench.task = replace(bench.task, lower=(str(lower),))
        lower.chmod(0o555)
        assert (bench.install(packages) / TEXT).read_text() == "1.0\n"
        assert not any(r.path.endswith(".conda") for r in server.requests)
    assert [p.name for p in lower.iterdir()] == [archive.name]


def test_an_archive_of_others_with_other_bytes_is_passed_over(
    channel: Channel, tmp_path: Path
) -> None:
    small = SmallChannel(tmp_path, channel, "versions-demo")
    lower = tmp_path / "conda-pkgs"
    lower.mkdir()
    wrong = small.archive("versions-demo", "1.1").read_bytes()
    (lower / small.archive("versions-demo", "1.0").name).write_bytes(wrong)
    with serve(small.path) as server:
        bench = Bench(tmp_path, small, f"{server.url}/small")
        bench.task = replace(bench.task, lower=(str(lower),))
        assert (bench.install(bench.solve("versions-demo=1.0")) / TEXT).read_text() == "1.0\n"


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"<!doctype html><html><body>Sign in</body></html>", "E312", "no package, as a login"),
        (b"", "E3", "came"),
    ],
)
def test_an_answer_that_is_no_package_is_told_so(
    channel: Channel, tmp_path: Path, content: bytes, code: str, says: str
) -> None:
    small = SmallChannel(tmp_path, channel, "versions-demo")
    with serve(small.path) as server:
        bench = Bench(tmp_path, small, f"{server.url}/small")
        packages = bench.solve("versions-demo=1.0")
        small.archive("versions-demo", "1.0").write_bytes(content)
        _, told = bench.attempt(packages)
    assert told.code.startswith(code), told.details
    assert says in told.message


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_an_archive_that_was_cut_off_is_told_so(
    channel: Channel, tmp_path: Path, part: float
) -> None:
    small = SmallChannel(tmp_path, channel, "versions-demo")
    with serve(small.path) as server:
        bench = Bench(tmp_path, small, f"{server.url}/small")
        packages = bench.solve("versions-demo=1.0")
        archive = small.archive("versions-demo", "1.0")
        content = archive.read_bytes()
        archive.write_bytes(content[: int(part * len(content))])
        prefix, told = bench.attempt(packages)
    assert told.code in ("E183", "E311"), (told.code, told.details)
    assert archive.name in told.message
    assert not (prefix / TEXT).exists()
