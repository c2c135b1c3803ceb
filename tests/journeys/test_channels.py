"""Where packages come from: the file's channels, conda's configuration, logins, proxies, locks."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_envs.adapters.projects import Project
from jupyter_envs.core.errors import EnvsError
from jupyter_envs.core.model import Lock
from jupyter_envs.manager import EnvironmentManager
from tests.channel import Channel
from tests.channel.server import ChannelServer
from tests.conftest import MakeProject, build, generation
from tests.guarded_server import guarded
from tests.small_channel import SmallChannel

FILE = "channels: [small]\ndependencies:\n  - versions-demo=1.0\n"


@dataclass(frozen=True)
class Condarc:
    """The person's `.condarc`."""

    path: Path

    def __call__(self, text: str) -> None:
        self.path.write_text(text)


@pytest.fixture
def condarc(manager: EnvironmentManager, tmp_path: Path) -> Condarc:
    return Condarc(tmp_path / "condarc")


@pytest.fixture
def small(channel: Channel, tmp_path: Path) -> SmallChannel:
    return SmallChannel(tmp_path / "channels", channel, "versions-demo", "softlink-demo")


@pytest.fixture
def own_cache(manager: EnvironmentManager) -> None:
    """Nothing was ever fetched."""
    manager.store.cache.unlink()


def lock(manager: EnvironmentManager, project: Project) -> Lock:
    found = manager.survey(project).lock
    assert found is not None
    assert found.lock is not None
    return found.lock


def versions(manager: EnvironmentManager, project: Project) -> dict[str, str]:
    return {p.name: p.version for p in generation(manager, project).packages}


def test_a_lock_holds_where_conda_s_configuration_led(
    manager: EnvironmentManager, project: MakeProject, condarc: Condarc, small: SmallChannel
) -> None:
    one = project(FILE)
    condarc(f"channel_alias: {small.path.parent.as_uri()}\n")
    manager.start(one, "lock", agree=True).result()
    assert lock(manager, one).channels == (small.path.as_uri(),)
    condarc("channel_alias: http://127.0.0.1:9/elsewhere\n")
    assert build(manager, one).outcome == "built", "another machine's .condarc changes nothing"
    with pytest.raises(EnvsError) as error:
        manager.start(one, "lock", agree=True).result()
    assert "127.0.0.1:9/elsewhere/small" in error.value.message


def test_a_channel_may_lie_in_the_project(
    manager: EnvironmentManager, project: MakeProject, channel: Channel
) -> None:
    one = project("channels: [./mine/small, nodefaults]\ndependencies:\n  - versions-demo=1.0\n")
    SmallChannel(one.folder / "mine", channel, "versions-demo")
    build(manager, one)
    (package,) = generation(manager, one).packages
    assert package.channel == (one.folder / "mine/small").as_uri()


def test_channels_of_condarc_stand_behind_those_of_the_file(
    manager: EnvironmentManager, project: MakeProject, condarc: Condarc, channel: Channel
) -> None:
    base = channel.root.as_uri()
    condarc(f"channel_alias: {base}\nchannels: [extra]\n")
    text = "channels: [conda-forge]\ndependencies:\n  - versions-demo\n  - extra-demo\n"
    one = project(text)
    build(manager, one)
    assert versions(manager, one) == {"versions-demo": "2.0", "extra-demo": "1.0"}
    alone = project(text.replace("[conda-forge]", "[conda-forge, nodefaults]"), "alone")
    with pytest.raises(EnvsError, match="`extra-demo` was not found in `conda-forge`") as error:
        build(manager, alone)
    assert error.value.file == "environment.yml"
    assert error.value.place is not None
    assert error.value.place.line == 4


def test_defaults_may_be_several_channels(
    manager: EnvironmentManager, project: MakeProject, condarc: Condarc, channel: Channel
) -> None:
    base = channel.root.as_uri()
    condarc(f"default_channels: [{base}/conda-forge, {base}/extra]\n")
    one = project(
        "channels: [defaults]\ndependencies:\n  - defaults::versions-demo\n  - extra-demo\n"
    )
    build(manager, one)
    assert versions(manager, one) == {"versions-demo": "3.0", "extra-demo": "1.0"}
    history = Path(generation(manager, one).prefix) / "conda-meta/history"
    assert "+defaults/noarch::versions-demo-3.0" in history.read_text()
    assert "'defaults::versions-demo'" in history.read_text()


def test_one_more_line_moves_nothing_else(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project("channels: [conda-forge]\ndependencies:\n  - versions-demo=1\n")
    build(manager, one)
    assert versions(manager, one) == {"versions-demo": "1.1"}
    one = project("channels: [conda-forge]\ndependencies:\n  - versions-demo\n  - softlink-demo\n")
    build(manager, one)
    assert versions(manager, one) == {"versions-demo": "1.1", "softlink-demo": "1.0"}
    manager.start(one, "lock", agree=True).result()
    build(manager, one)
    assert versions(manager, one)["versions-demo"] == "2.0", "a lock on demand looks anew"


PLATFORMS = """
channels: [conda-forge]
platforms: [linux-64, osx-arm64, win-64]
dependencies:
  - three-platforms-demo
  - osx-lacks-demo{guard}
"""


def test_a_lock_is_for_all_platforms_that_the_file_names(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    one = project(PLATFORMS.format(guard="  # [not osx]"))
    build(manager, one)
    made = lock(manager, one)
    assert made.platforms == ("linux-64", "osx-arm64", "win-64")
    for platform, names in {
        "linux-64": ["osx-lacks-demo", "three-platforms-demo"],
        "osx-arm64": ["three-platforms-demo"],
        "win-64": ["osx-lacks-demo", "three-platforms-demo"],
    }.items():
        packages = made.on(platform)
        assert [p.name for p in packages] == names
        assert {p.subdir for p in packages} == {platform}
        assert all(len(p.sha256) == 64 for p in packages)


def test_a_package_that_one_platform_lacks_is_told_with_the_selector_that_mends_it(
    manager: EnvironmentManager, project: MakeProject
) -> None:
    with pytest.raises(EnvsError, match="exists, but not for osx-arm64") as error:
        build(manager, project(PLATFORMS.format(guard="")))
    assert (error.value.code, error.value.place and error.value.place.line) == ("E204", 6)
    assert "`- osx-lacks-demo  # [not osx]`" in error.value.hint


CANARY = "canary-4f1d"
SECRETS = {
    "password": (f"ada:{CANARY}", "", "http://ada:{canary}@127.0.0.1:{port}"),
    "token": ("", CANARY, "http://127.0.0.1:{port}/t/{canary}"),
}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.usefixtures("own_cache")
def test_a_login_is_used_and_never_kept(
    manager: EnvironmentManager,
    project: MakeProject,
    condarc: Condarc,
    small: SmallChannel,
    kind: str,
) -> None:
    password, token, alias = SECRETS[kind]
    one = project(FILE)
    with guarded(small.path.parent, password=password, token=token) as port:
        condarc(f"channel_alias: {alias.format(canary=CANARY, port=port)}\n")
        done = build(manager, one)
        assert lock(manager, one).channels == (f"http://127.0.0.1:{port}/small",)
        shutil.rmtree(manager.store.cache)
        assert manager.remove(one.folder)
        assert build(manager, one).outcome == "built", "from the lock, which has no login"
        assert not kept(condarc.path, CANARY)
        assert CANARY not in "".join(line.text for line in done.lines)
        condarc(f"channel_alias: {alias.format(canary='wrong-' + CANARY, port=port)}\n")
        with pytest.raises(EnvsError, match="asks for a login") as error:
            manager.start(one, "lock", agree=True).result()
    assert CANARY not in f"{error.value.message}{error.value.hint}{error.value.details}"
    assert not kept(condarc.path, CANARY)


def kept(condarc: Path, canary: str) -> list[Path]:
    """Every file of the test's folder, but `.condarc` itself, that holds the secret."""
    return [
        path
        for path in condarc.parent.rglob("*")
        if path != condarc and path.is_file() and canary.encode() in path.read_bytes()
    ]


@pytest.mark.usefixtures("own_cache")
def test_proxies_of_condarc_are_used(
    manager: EnvironmentManager, project: MakeProject, condarc: Condarc, served: ChannelServer
) -> None:
    condarc(f"channel_alias: http://channel.invalid\nproxy_servers:\n  http: {served.url}\n")
    served.requests.clear()
    one = project("channels: [conda-forge]\ndependencies:\n  - versions-demo=1.0\n")
    assert build(manager, one).outcome == "built"
    assert all(r.path.startswith("http://channel.invalid/") for r in served.requests)
    assert lock(manager, one).channels == ("http://channel.invalid/conda-forge",)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA of one's own, and what it signed for localhost."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here to make certificates")
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "names").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Mine",
        "req -newkey rsa:2048 -nodes -keyout key.pem -out request -subj /CN=localhost",
        "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names"
        " -out chain.pem",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.usefixtures("own_cache")
def test_certificates_of_one_s_own_are_trusted_where_condarc_says_so(
    manager: EnvironmentManager,
    project: MakeProject,
    condarc: Condarc,
    small: SmallChannel,
    certificates: Path,
) -> None:
    pair = (str(certificates / "chain.pem"), str(certificates / "key.pem"))
    with guarded(small.path.parent, certificate=pair) as port:
        alias = f"channel_alias: https://localhost:{port}\n"
        condarc(alias)
        with pytest.raises(EnvsError) as error:
            build(manager, project(FILE, "unknown"))
        assert error.value.code == "E214"
        condarc(f"{alias}ssl_verify: {certificates / 'ca.pem'}\n")
        assert build(manager, project(FILE, "known")).outcome == "built"
        shutil.rmtree(manager.store.cache)
        condarc(f"{alias}ssl_verify: false\n")
        assert build(manager, project(FILE, "unchecked")).outcome == "built"
