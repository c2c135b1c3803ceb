"""The order of a build, and what a failure at each step leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from jupyter_envs.builder import Advance, Builder, Finished, Order, Wish, with_added
from jupyter_envs.core.errors import EnvsError, InstallError, UnsolvableError
from jupyter_envs.core.model import Generation, Kind, Lock, Package, Progress, Requirement

HERE = "linux-64"
PYTHON = Requirement("conda", "python=3.11", "python")
FLASK = Requirement("pip", "flask", "flask")


def package(name: str, kind: Kind = "conda") -> Package:
    return Package(kind=kind, name=name, version="1", platform=HERE, sha256="a" * 64, size=10)


@dataclass
class Site:
    """Everything a build touches, written down in order; it fails at the step it is told to."""

    fails_at: str = ""
    damaged: tuple[str, ...] = ()
    now: Generation | None = None
    steps: list[str] = field(default_factory=list)
    said: list[Progress] = field(default_factory=list)

    def do(self, step: str) -> None:
        self.steps.append(step)
        if step.split(" ")[0] == self.fails_at:
            raise InstallError("E300", f"{step} failed")


@dataclass
class Solving:
    site: Site

    def conda(self, wanted: tuple[Requirement, ...], platform: str) -> tuple[Package, ...]:
        self.site.do(f"solve {' '.join(r.name for r in wanted)}")
        return tuple(replace(package(r.name), platform=platform) for r in wanted)

    def pip(
        self, wanted: tuple[Requirement, ...], conda: tuple[Package, ...], platform: str
    ) -> tuple[Package, ...]:
        self.site.do("resolve")
        return (replace(package("flask", kind="pip"), platform=platform),)

    def sizes(self, packages: tuple[Package, ...]) -> dict[str, int]:
        return {p.sha256: 4 for p in packages if p.name != "flask"}


@dataclass
class Installing:
    site: Site
    asked: tuple[str, ...] = ()

    def missing(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        return packages[:1]

    def conda(self, packages: tuple[Package, ...], wish: Wish, advance: Advance) -> None:
        self.site.do(f"link {' '.join(p.name for p in packages)}")

    def pip(self, packages: tuple[Package, ...], wish: Wish, advance: Advance) -> None:
        self.site.do("wheels")

    def finish(self, packages: tuple[Package, ...], wish: Wish) -> Finished:
        self.site.do(f"finish {' '.join(r.name for r in wish.requirements)}")
        return Finished((), 7, (1, 2))

    def damage(self, packages: tuple[Package, ...], advance: Advance) -> tuple[str, ...]:
        self.site.do("verify")
        return self.site.damaged


@dataclass
class Shelving:
    site: Site

    def current(self) -> Generation | None:
        return self.site.now

    def begin(self, fingerprint: str) -> tuple[int, str, str]:
        self.site.do("begin")
        return 2, f"2-{fingerprint[:12]}", "/prefix"

    def publish(self, generation: Generation) -> None:
        self.site.do("publish")

    def discard(self, identity: str) -> None:
        self.site.do("discard")

    def now(self) -> str:
        return "2026-01-01T00:00:00+00:00"


@dataclass
class Registering:
    site: Site

    def register(self, generation: Generation) -> None:
        self.site.do("register")


def builder(site: Site) -> Builder:
    return Builder(
        Solving(site),
        lambda _: Installing(site),
        Shelving(site),
        Registering(site),
        site.said.append,
    )


def order(*requirements: Requirement, pip: bool = False, **more: object) -> Order:
    section = (FLASK,) if pip else ()
    wish = Wish(platform=HERE, requirements=(*requirements, *section), pip_section=section)
    return replace(
        Order(
            wishes=(wish,),
            platform=HERE,
            name="demo",
            spec_sha256="s",
            channels=("https://host/conda-forge",),
            declared_channels=("conda-forge",),
        ),
        **more,
    )


def test_a_build_goes_from_lock_to_kernel_in_this_order() -> None:
    site = Site()
    wanted = order(PYTHON, pip=True)
    made = builder(site)
    lock = made.lock(wanted)
    generation = made.build(wanted, lock)
    assert site.steps == [
        "solve python",
        "solve python ipykernel",
        "resolve",
        "begin",
        "link ipykernel python",
        "wheels",
        "finish python flask ipykernel",
        "verify",
        "publish",
        "register",
    ]
    assert generation.number == 2
    assert generation.added == ("ipykernel",)
    assert (generation.disk, generation.fingerprint) == (7, (1, 2))


@pytest.mark.parametrize("step", ["link", "wheels", "finish", "verify", "publish"])
def test_a_failure_before_the_end_leaves_nothing(step: str) -> None:
    site = Site(fails_at=step)
    wanted = order(PYTHON, pip=True)
    lock = builder(Site()).lock(wanted)
    with pytest.raises(InstallError, match=step):
        builder(site).build(wanted, lock)
    assert site.steps[-1] == "discard"
    assert "register" not in site.steps


def test_a_failure_to_register_leaves_the_generation_for_the_next_try() -> None:
    site = Site(fails_at="register")
    wanted = order(PYTHON)
    lock = builder(Site()).lock(wanted)
    with pytest.raises(InstallError):
        builder(site).build(wanted, lock)
    assert site.steps[-2:] == ["publish", "register"]


def test_files_that_are_not_as_promised_are_never_published() -> None:
    site = Site(damaged=("numpy: lib/x.so",))
    wanted = order(PYTHON)
    lock = builder(Site()).lock(wanted)
    with pytest.raises(InstallError) as error:
        builder(site).build(wanted, lock)
    assert error.value.code == "E314"
    assert error.value.details == "numpy: lib/x.so"
    assert site.steps[-1] == "discard"


def test_what_is_there_already_is_not_built_again_unless_it_was_altered() -> None:
    site = Site()
    wanted = order(PYTHON)
    lock = builder(site).lock(wanted)
    site.now = builder(site).build(wanted, lock)
    site.steps.clear()
    assert builder(site).build(wanted, lock) is site.now
    assert not site.steps
    builder(site).build(replace(wanted, afresh=True), lock)
    assert "publish" in site.steps


def test_other_lines_make_another_generation_even_of_the_same_packages() -> None:
    site = Site()
    lock = builder(site).lock(order(PYTHON))
    site.now = builder(site).build(order(PYTHON), lock)
    loosened = order(Requirement("conda", "python", "python"))
    assert builder(site).build(loosened, lock) is not site.now


def test_a_lock_that_answers_is_taken_as_it_is() -> None:
    site = Site()
    lock = Lock((HERE,), (package("python"),))
    assert builder(site).lock(order(PYTHON, lock=lock)) is lock
    assert not site.steps


def test_every_platform_is_solved_and_named_in_its_errors() -> None:
    class Choosy(Solving):
        def conda(self, wanted: tuple[Requirement, ...], platform: str) -> tuple[Package, ...]:
            if platform == "osx-arm64":
                raise UnsolvableError("E204", "`x` exists, but not for osx-arm64")
            return super().conda(wanted, platform)

    site = Site()
    wanted = order(PYTHON)
    mac = replace(wanted.here, platform="osx-arm64")
    both = replace(wanted, wishes=(wanted.here, mac))
    lock = builder(site).lock(both)
    assert lock.platforms == (HERE, "osx-arm64")
    assert {p.name for p in lock.on("osx-arm64")} == {"python", "ipykernel"}
    parts = (lambda _: Installing(site), Shelving(site), Registering(site), site.said.append)
    with pytest.raises(EnvsError, match=r"for osx-arm64"):
        Builder(Choosy(site), *parts).lock(both)


def test_python_comes_in_front_of_a_pip_section_that_forgot_it() -> None:
    site = Site()
    builder(site).lock(order(pip=True))
    assert site.steps[0] == "solve python"


def test_what_is_added_counts_as_asked_for() -> None:
    wish = order(pip=True).here
    names = [
        r.name for r in with_added(wish, (package("python"), package("ipykernel"))).requirements
    ]
    assert names == ["flask", "ipykernel", "python"]


def test_a_plan_tells_what_a_build_would_change_and_touches_nothing() -> None:
    site = Site()
    wanted = order(PYTHON)
    lock = builder(site).lock(wanted)
    site.steps.clear()
    plan = builder(site).plan(wanted, lock)
    assert not site.steps
    assert [change.name for change in plan.added] == ["ipykernel", "python"]
    assert (plan.download_packages, plan.download_bytes, plan.disk_bytes) == (1, 10, 30)
    assert plan.kernel_packages == ("ipykernel",)


def test_the_bar_only_moves_forward() -> None:
    site = Site()
    wanted = order(PYTHON, pip=True)
    made = builder(site)
    made.build(wanted, made.lock(wanted))
    fractions = [progress.fraction for progress in site.said]
    assert fractions == sorted(fractions)


def test_a_plan_from_a_lock_asks_the_channels_for_the_sizes() -> None:
    site = Site()
    wanted = order(PYTHON)
    lock = builder(site).lock(wanted)
    bare = replace(lock, packages=tuple(replace(p, size=0) for p in lock.packages))
    plan = builder(site).plan(wanted, bare)
    assert (plan.download_packages, plan.download_bytes) == (1, 4)
    assert plan.notes == ()
