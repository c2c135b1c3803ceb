"""What conda's own configuration says of channels, caches and the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_envs.adapters.condarc import (
    CondaConfig,
    channel_name,
    channel_urls,
    effective_channels,
    environment_of_network,
    read_condarc,
)

BASE = Path("/srv/project")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def read(text: str, tmp_path: Path, **environ: str) -> CondaConfig:
    write(tmp_path / ".condarc", text)
    return read_condarc(environ, tmp_path)


def urls(name: str, config: CondaConfig) -> tuple[str, ...]:
    return channel_urls((name,), config, BASE)


def test_without_a_file_it_is_as_conda_comes(tmp_path: Path) -> None:
    config = read_condarc({}, tmp_path)
    assert urls("conda-forge", config) == ("https://conda.anaconda.org/conda-forge",)
    assert urls("defaults", config) == (
        "https://repo.anaconda.com/pkgs/main",
        "https://repo.anaconda.com/pkgs/r",
    )
    assert config.channel_priority == "strict"
    assert config.ssl_verify is True
    assert config.pkgs_dirs == ()


def test_a_later_file_wins_and_its_lists_come_first(tmp_path: Path) -> None:
    write(tmp_path / ".config/conda/.condarc", "channels: [a, b]\nchannel_alias: https://one\n")
    write(tmp_path / ".condarc", "channels: [c, a]\n")
    last = write(tmp_path / "last", "channel_alias: https://two/\nproxy_servers: {http: h}\n")
    config = read_condarc({"CONDARC": str(last)}, tmp_path)
    assert config.channels == ("c", "a", "b")
    assert urls("x", config) == ("https://two/x",)
    assert config.proxies == (("http", "h"),)


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("", "strict"),
        ("channel_priority: strict", "strict"),
        ("channel_priority: flexible", "flexible"),
        ("channel_priority: true", "flexible"),
        ("channel_priority: disabled", "disabled"),
        ("channel_priority: false", "disabled"),
        ("channel_priority: nonsense", "strict"),
    ],
)
def test_priority_in_all_its_spellings(text: str, priority: str, tmp_path: Path) -> None:
    assert read(text, tmp_path).channel_priority == priority


def test_names_of_channels_lead_where_conda_would_go(tmp_path: Path) -> None:
    config = read(
        "channel_alias: https://mirror/conda\n"
        "default_channels: [https://mirror/main, r]\n"
        "custom_channels:\n  in-house: https://files/conda\n  pkgs/pro: https://pro\n"
        "custom_multichannels:\n  both: [in-house, bioconda]\n",
        tmp_path,
    )
    assert urls("bioconda", config) == ("https://mirror/conda/bioconda",)
    assert urls("bioconda/label/dev", config) == ("https://mirror/conda/bioconda/label/dev",)
    assert urls("in-house", config) == ("https://files/conda/in-house",)
    assert urls("pkgs/pro", config) == ("https://pro/pkgs/pro",)
    assert urls("both", config) == (
        "https://files/conda/in-house",
        "https://mirror/conda/bioconda",
    )
    assert urls("defaults", config) == ("https://mirror/main", "https://mirror/conda/r")
    assert urls("https://host/ch/", config) == ("https://host/ch",)


def test_folders_are_channels_too(tmp_path: Path) -> None:
    config = read("", tmp_path)
    assert urls("./ch", config) == ("file:///srv/project/ch",)
    assert urls("../a b", config) == ("file:///srv/a%20b",)
    assert urls("/srv/ch", config) == ("file:///srv/ch",)
    assert urls("file:///srv/ch", config) == ("file:///srv/ch",)


def test_each_url_counts_once(tmp_path: Path) -> None:
    config = read("", tmp_path)
    names = ("conda-forge", "https://conda.anaconda.org/conda-forge/", "bioconda")
    assert len(channel_urls(names, config, BASE)) == 2


def test_the_file_s_channels_come_first_those_of_condarc_behind(tmp_path: Path) -> None:
    config = read("channels: [bioconda, conda-forge]\n", tmp_path)
    assert effective_channels(("conda-forge",), False, config) == (
        ("conda-forge", "bioconda"),
        "From your conda configuration: bioconda",
    )
    assert effective_channels(("conda-forge",), True, config) == (("conda-forge",), "")
    names, said = effective_channels((), False, CondaConfig())
    assert names == ("conda-forge",)
    assert "names no channel" in said


def test_conda_s_own_name_of_a_channel(tmp_path: Path) -> None:
    config = read(
        "channel_alias: https://mirror/conda\n"
        "default_channels: [https://mirror/main]\n"
        "custom_channels: {in-house: https://files/conda}\n",
        tmp_path,
    )
    for url, name in {
        "https://mirror/conda/bioconda": "bioconda",
        "https://mirror/main": "defaults",
        "https://files/conda/in-house": "in-house",
        "https://elsewhere/ch": "https://elsewhere/ch",
    }.items():
        assert channel_name(url, config) == name


def test_variables_and_homes_are_written_out(tmp_path: Path) -> None:
    text = "pkgs_dirs: [~/pkgs, '${SCRATCH}/pkgs']\nchannel_alias: https://$HOST/c\n"
    config = read(text, tmp_path, SCRATCH="/scratch", HOST="mirror")
    assert config.pkgs_dirs == (str(tmp_path / "pkgs"), "/scratch/pkgs")
    assert config.channel_alias == "https://mirror/c"


def test_proxies_and_certificates_reach_the_engines(tmp_path: Path) -> None:
    bundle = write(tmp_path / "ca.pem", "")
    config = read(
        f"proxy_servers: {{http: 'http://p:1', https: 'http://p:2'}}\nssl_verify: {bundle}\n",
        tmp_path,
    )
    said = environment_of_network(config, {})
    assert said["HTTP_PROXY"] == said["http_proxy"] == "http://p:1"
    assert said["HTTPS_PROXY"] == said["https_proxy"] == "http://p:2"
    assert said["SSL_CERT_FILE"] == str(bundle)
    assert environment_of_network(config, {"SSL_CERT_FILE": "/other"}) == said


def test_no_verification_is_no_bundle(tmp_path: Path) -> None:
    config = read("ssl_verify: false\n", tmp_path)
    assert config.ssl_verify is False
    assert environment_of_network(config, {}) == {}
    for environ in (
        {"REQUESTS_CA_BUNDLE": "/ca.pem"},
        {"REQUESTS_CA_BUNDLE": "/other", "SSL_CERT_FILE": "/ca.pem"},
    ):
        assert environment_of_network(config, environ) == {"SSL_CERT_FILE": "/ca.pem"}


@pytest.mark.parametrize(
    "text",
    ["channels: [a\n", "- a list\n", "a: &a [x]\nchannels: *a\n", "x: " + "y" * 300_000, "\x00"],
)
def test_a_file_that_cannot_be_read_is_named_and_passed_over(text: str, tmp_path: Path) -> None:
    config = read(text, tmp_path)
    assert config.channels == ()
    (said,) = config.unreadable
    assert said.startswith(str(tmp_path / ".condarc"))


@pytest.mark.parametrize(
    "text",
    ["channels: 3\n", "channels: {a: b}\n", "custom_channels: [a]\n", "proxy_servers: x\n",
     "custom_multichannels: [a]\n", "ssl_verify: [x]\n", "pkgs_dirs: {}\n", "channels:\n"],
)  # fmt: skip
def test_a_setting_of_the_wrong_shape_counts_as_unset(text: str, tmp_path: Path) -> None:
    config = read(text, tmp_path)
    assert config == CondaConfig() or config.channels in ((), ("3",))


def test_a_multichannel_that_names_itself_has_an_end(tmp_path: Path) -> None:
    config = read("custom_multichannels: {a: [a]}\ndefault_channels: [defaults]\n", tmp_path)
    assert urls("a", config) == ("https://conda.anaconda.org/a",)
    assert urls("defaults", config) == ("https://conda.anaconda.org/defaults",)
