"""A policy is a set of permissions, and refusals say everything at once."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from jupyter_envs.core.contradictions import contradictions
from jupyter_envs.core.model import Place, Problem, Requirement
from jupyter_envs.core.policy import Policy, is_private, refusals
from jupyter_envs.core.spec import read_spec

OWN, STRICT = Policy.own_machine(), Policy.strict()
HEAD = "channels: [conda-forge]\ndependencies:\n  - python\n  - pip\n"


def refused(text: str, policy: Policy, platform: str = "linux-64") -> list[str]:
    problems = refusals(read_spec((HEAD + text).encode()), policy, platform)
    assert all(p.severity == "error" and p.hint for p in problems)
    return [problem.code for problem in problems]


def test_an_ordinary_file_is_refused_by_nobody() -> None:
    assert refused("  - numpy>=1,<3\n  - pip:\n    - requests==2\n", STRICT) == []


@pytest.mark.parametrize(
    ("permission", "text", "code"),
    [
        ("allow_vcs", "  - pip:\n    - git+https://h/x\n", "E168"),
        ("allow_editable", "  - pip:\n    - -e .\n", "E163"),
        ("allow_build_code", "  - pip:\n    - ./lib\n", "E168"),
        ("allow_index_options", "  - pip:\n    - --index-url https://h.org/simple\n", "E166"),
        ("allow_outside_paths", "  - pip:\n    - -r ../more.txt\n", "E164"),
        ("allow_unhashed_urls", "  - pip:\n    - https://h.org/x-1-py3-none-any.whl\n", "E169"),
        ("allow_search_paths", "variables:\n  PYTHONPATH: x\n", "E126"),
        ("allow_reserved_name", "name: base\n", "E124"),
        ("allow_lenience", "  - bioconda::samtools\n", "E136"),
    ],
)
def test_one_permission_allows_one_thing(permission: str, text: str, code: str) -> None:
    assert code in refused(text, STRICT)
    assert code not in refused(text, replace(STRICT, **{permission: True}))
    assert code in refused(text, replace(OWN, **{permission: False}))
    assert refused(text, OWN) == []


@pytest.mark.parametrize(
    ("permission", "channel"),
    [
        ("allow_http", "http://host.org/ch"),
        ("allow_file_channels", "file:///srv/ch"),
        ("allow_private_hosts", "https://127.0.0.1/ch"),
    ],
)
def test_channels_have_permissions_too(permission: str, channel: str) -> None:
    spec = read_spec(f"channels: ['{channel}']\ndependencies: [python]\n".encode())
    assert refusals(spec, STRICT, "linux-64")
    assert not refusals(spec, OWN, "linux-64")
    assert not refusals(spec, replace(STRICT, **{permission: True}), "linux-64")


def test_every_problem_needs_a_permission_that_exists() -> None:
    named = {field.name for field in fields(Policy)}
    for needs in ("lenience", "http", "file_channels", "build_code", "vcs", "editable",
                  "index_options", "outside_paths", "unhashed_urls", "reserved_name",
                  "search_paths"):  # fmt: skip
        assert f"allow_{needs}" in named
        assert OWN.allows(needs)
        assert not STRICT.allows(needs)
    assert not OWN.allows("never")
    assert STRICT.allows("")


def test_a_secret_is_refused_even_on_a_line_of_another_platform() -> None:
    text = "  - pip:\n    - https://u:hunter2@h.org/x.whl  # [win]\n"
    assert refused(text, OWN) == ["E151"]


def test_lines_of_other_platforms_do_not_count() -> None:
    text = "  - pip:\n    - hg+https://h/x  # [win]\n"
    assert refused(text, STRICT) == []
    assert refused(text, OWN, "win-64") == ["E168"]


def test_lines_that_disagree_only_elsewhere_do_not_count() -> None:
    text = "  - a=1\n  - a=2  # [win]\n"
    assert refused(text, STRICT) == []
    assert refused(text, OWN, "win-64") == ["E137"]


def test_a_platform_that_the_file_does_not_name_is_refused() -> None:
    assert refused("platforms: [win-64, osx-64]\n", OWN) == ["E128"]
    assert refused("platforms: [win-64, linux-64]\n", STRICT) == []


def test_only_allowed_channels_may_be_used() -> None:
    policy = replace(OWN, allowed_channels=("https://conda.anaconda.org/conda-forge/",))
    assert refused("", policy) == []
    assert refused("  - bioconda::samtools\n", policy) == ["E154"]


def test_a_blocked_package_is_refused_in_both_parts() -> None:
    policy = replace(OWN, blocked_packages=("Evil_Thing",))
    assert refused("  - evil-thing\n  - pip:\n    - evil.thing==1\n", policy) == ["E141", "E141"]


def test_what_the_adapters_found_counts() -> None:
    found = Problem("E162", "warning", Place(3, 5), "m", "h", "never")
    spec = read_spec(HEAD.encode())
    assert [p.code for p in refusals(spec, OWN, "linux-64", (found,))] == ["E162"]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (["a>=2,<1"], ["E132"]),
        (["a>1,<=1"], ["E132"]),
        (["a>=1,<2", "a=1.5"], []),
        (["a=1", "a=2"], ["E137"]),
        (["a=1", "a==1.7"], []),
        (["a=1.0", "a==1"], []),
        (["a==1", "a==1.0.0"], []),
        (["a=1.2", "a<1.2"], []),
        (["a 1.2", "a==1.3"], ["E137"]),
        (["a=1.2=py_0", "a==1.3"], ["E137"]),
        (["a=1.2.*", "a>=1.3"], ["E137"]),
        (["a[version='>=3']", "a<2"], ["E137"]),
        (["a=1|2", "a=3"], []),
        (["a=3.x", "a=2"], []),
        (["a=1!2", "a=3"], []),
        (["a!=1", "a==1"], []),
        (["a~=1.2", "a==3"], []),
        (["a", "a>=1", "a<0.5", "a==7"], ["E137"]),
        (["a =1.2", "a >= 1.3"], ["E137"]),
        (["a=*", "a==2"], []),
    ],
)
def test_contradictions_are_seen_only_where_they_are_sure(
    lines: list[str], codes: list[str]
) -> None:
    requirements = [Requirement("conda", line, "a", Place(n)) for n, line in enumerate(lines, 1)]
    assert [problem.code for problem in contradictions(requirements)] == codes


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://conda.anaconda.org/x", False),
        ("https://8.8.8.8/x", False),
        ("https://[2606:4700::1111]/x", False),
        ("https://192.168.0.1/x", True),
        ("https://user@localhost:8000/x", True),
        ("https://metadata.google.internal/x", True),
        ("https://0177.0.0.1/x", True),
        ("https://[::ffff:127.0.0.1]/x", True),
        ("https://[", True),
        ("git+https://hub/x", True),
        ("file:///x", False),
    ],
)
def test_private_hosts_are_known_however_they_are_spelled(url: str, private: bool) -> None:
    assert is_private(url) is private
