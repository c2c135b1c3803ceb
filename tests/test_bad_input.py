"""What people and strangers write: each row says what is found, where, and what it stops.

`reading`: the file is refused; `always`: read with a warning, no policy lets it be built;
`strict`: read with a warning, one's own machine may build it; `told`: only said.

Not here, because they need a solver, a network or other files of the project, and so belong to the
tests of the builder: C18 to C23, D12 to D15, P06 (contents), P08, P16 to P20.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import pytest

from .judging import judge


class Row(NamedTuple):
    id: str
    content: bytes
    code: str
    line: int
    column: int
    stops: str
    words: str
    """Regular expression on message and hint."""


HEAD = "channels:\n  - conda-forge\ndependencies:\n  - python\n"
PIP = HEAD + "  - pip\n  - pip:\n"


def text(id: str, content: str, code: str, line: int, column: int, stops: str, words: str) -> Row:
    return Row(id, content.encode(), code, line, column, stops, words)


def conda(id: str, package: str, code: str, column: int, stops: str, words: str) -> Row:
    """`package` stands at 5:5."""
    return text(id, f"{HEAD}  - {package}\n", code, 5, column, stops, words)


def channel(id: str, name: str, code: str, stops: str, words: str) -> Row:
    """`name` stands at 2:5."""
    body = f"channels:\n  - {name}\ndependencies:\n  - python\n"
    column = 6 if name[0] in "'\"" else 5
    return text(id, body, code, 2, column, stops, words)


def pip(id: str, line: str, code: str, column: int, stops: str, words: str) -> Row:
    """`line` stands at 7:9."""
    return text(id, f"{PIP}      - {line}\n", code, 7, column, stops, words)


BYTES = [
    text("A01 empty", "", "E101", 1, 1, "reading", "empty.*`dependencies:`"),
    text("A02 comments", "# a\n\n# b\n", "E101", 1, 1, "reading", "empty.*`dependencies:`"),
    text("A03 large", "#" * (2**20 + 1), "E102", 1, 1, "reading", "1 MiB .1,048,577 bytes"),
    text("A04 NUL", "name: x\x00\n", "E103", 1, 8, "reading", r"U\+0000.*Delete"),
    Row("A05 not UTF-8", b"name: x\ndependencies:\n  - r\xff\n", "E103", 3, 6, "reading", "UTF-8"),
    Row("A06 UTF-16", HEAD.encode("utf-16"), "E103", 1, 1, "strict", "UTF-16.*Save it as UTF-8"),
    Row("A07 mark", b"\xef\xbb\xbf" + HEAD.encode(), "N103", 1, 1, "told", "byte order mark"),
    text("A08 tab", "dependencies:\n\t- numpy\n", "E104", 2, 1, "reading", "tab.*two spaces"),
    text("A08 tab behind", "dependencies:\n  - r\t# x\n", "E104", 2, 6, "reading", "tab.*spaces"),
    text("A09 quote", "name: x\nd:\n  - y: 'z\n", "E105", 3, 8, "reading", "3:8 is never closed"),
    text("A09 bracket", "name: [x\nd: y\n", "E105", 1, 7, "reading", "1:7 is never closed"),
    text("A10 colon", "name: a: b\n", "E105", 1, 8, "reading", "`:` is not expected.*quotes"),
    text("A11 documents", f"{HEAD}---\nname: b\n", "E106", 5, 1, "reading", "line 5.*Keep one"),
    text(
        "A12 billion laughs",
        "a: &a0 [" + "lol," * 9 + "]\n"
        + "".join(f"b{i}: &a{i} [" + f"*a{i - 1}," * 9 + "]\n" for i in range(1, 9)),
        "E107", 2, 10, "reading", r"`\*a0`.*not allowed.*Write it out",
    ),
    text(
        "A13 merge bomb",
        "a: &a {" + ",".join(f"k{i}: 1" for i in range(100)) + "}\n"
        + "b:\n" + "  - {<<: [" + "*a," * 60 + "]}\n",
        "E107", 3, 11, "reading", "not allowed.*Write it out",
    ),
    text("A14 itself", "a: &x [*x]\n", "E107", 1, 8, "reading", "not allowed.*Write it out"),
    text("A12 one alias", f"{HEAD}  - &n numpy\n  - pip\nx: *n\n", "E107", 7, 4, "strict", "Write"),
    text("A15 deep", "a: " + "[" * 50_000, "E108", 1, 23, "reading", "deeper than 20"),
    text("A16 many", "dependencies:\n" + "  - a\n" * 5_001, "E109", 5002, 5, "reading", "5002"),
    text(
        "A17 object tag", f"name: !!python/object/apply:os.system [ls]\n{HEAD}",
        "E110", 1, 7, "always", "python/object/apply.*Delete",
    ),
    conda("A18 custom tag", "!include x", "E110", 5, "reading", "`!include`.*Delete"),
    text("A19 twice", f"{HEAD}dependencies: []\n", "E111", 5, 1, "reading", "lines 3 and 5.*Merge"),
    text("A20 list", "- numpy\n", "E112", 1, 1, "reading", "found a list"),
    text("A21 text", "numpy\n", "E112", 1, 1, "reading", "found text.*`dependencies:`"),
    text("A21 page", "<html><p>no</p></html>", "E112", 1, 1, "reading", "found text"),
    text("A21 conflict", f"{HEAD}<<<<<<< HEAD\n", "E113", 5, 1, "reading", "line 5.*Resolve"),
    text("A22 key", f"{HEAD}? [a, b]\n: 1\n", "E114", 5, 3, "always", "key must be text"),
    conda("A23 number", "9" * 6000, "E131", 5, "reading", "6,000 digits"),
    conda("A24 bidi", "nu\u202empy", "E115", 7, "reading", r"U\+202E.*Delete"),
]  # fmt: skip

FIELDS = [
    text("B01 no key", "name: x\n", "E120", 1, 1, "always", "`dependencies` is missing.*Write"),
    text("B02 text", "name: x\n\ndependencies: numpy\n", "E121", 3, 15, "reading", "`- numpy`"),
    text("B03 keys", "dependencies: {numpy: 1.2}\n", "E121", 1, 15, "reading", "`- numpy=1.2`"),
    text("B04 null", "dependencies:\n", "E121", 1, 14, "always", "empty list"),
    text("B05 typo", "dependancies:\n  - a\n", "E122", 1, 1, "always", "mean `dependencies`"),
    text("B06 unknown", f"{HEAD}foo: 1\n", "W122", 5, 1, "told", "`foo` is ignored"),
    text("B07 text", f"channels: conda-forge\n{HEAD[26:]}", "E123", 1, 11, "reading", "`- conda"),
    text("B09 path", f"name: ../../etc\n{HEAD}", "E124", 1, 7, "always", "not allowed in the name"),
    text("B10 long", f"name: {'x' * 300}\n{HEAD}", "E124", 1, 7, "always", "300.*limit is 64"),
    text("B10 lines", f'name: "a\\nb"\n{HEAD}', "E124", 1, 8, "always", "one line"),
    text("B10 base", f"name: base\n{HEAD}", "E124", 1, 7, "strict", "`base` is reserved.*Choose"),
    text("B10 root", f"name: root\n{HEAD}", "E124", 1, 7, "strict", "`root` is reserved.*Choose"),
    text("B10 blanks", f"name: my env\n{HEAD}", "E124", 1, 7, "strict", "blanks"),
    text("B11 blank", f"name: ' '\n{HEAD}", "E124", 1, 8, "strict", "name is empty"),
    text("B11 empty", f"name:\n{HEAD}", "E124", 1, 6, "told", "name is empty"),
    text("B12 prefix", f"{HEAD}prefix: /x\n", "W125", 5, 1, "told", "chooses the place"),
    text("B13 preload", f"{HEAD}variables:\n  LD_PRELOAD: x\n", "E126", 6, 3, "always", "allowed"),
    text("B13 search", f"{HEAD}variables:\n  PYTHONPATH: x\n", "E126", 6, 3, "strict", "loaded"),
    text("B14 name", f'{HEAD}variables:\n  "A B": 1\n', "E126", 6, 4, "always", "not a name"),
    text("B14 list", f"{HEAD}variables: [a]\n", "E126", 5, 12, "always", "`NAME: value`"),
    text("B14 map", f"{HEAD}variables:\n  A:\n    B: 1\n", "E126", 7, 5, "always", "must be text"),
    text("B15 platform", f"{HEAD}platforms: [linux-65]\n", "E127", 5, 13, "always", "`linux-64`"),
    text("B15 noarch", f"{HEAD}platforms: [noarch]\n", "E127", 5, 13, "always", "Unknown platform"),
    text("B16 other", f"{HEAD}platforms:\n  - win-64\n", "E128", 6, 3, "always", "for `win-64`"),
]  # fmt: skip

PACKAGES = [
    conda("C01 no version", "numpy==", "E130", 11, "reading", "missing after `==`.*only `numpy`"),
    conda("C02 too many", "numpy=1.2=*=x", "E130", 16, "reading", "Too many `=`"),
    conda("C03 no version fits", "numpy>=2,<1", "E132", 5, "always", "No version can match"),
    conda("C04 dangling", "numpy >= 1.2 <", "E130", 18, "reading", "missing after `<`|Too many"),
    conda("C05 mapping", "python: 3.10", "E133", 5, "always", r"python=3.10`.*3.10 is not 3.1\b"),
    conda("C06 number", "3.10", "E133", 5, "reading", "not a package but a number.*=3.10"),
    conda("C07 truth", "true", "E133", 5, "reading", "not a package"),
    conda("C07 null", "null", "E133", 5, "reading", "Empty entry at line 5"),
    conda("C08 list", "[numpy]", "E133", 5, "reading", "list is not a package"),
    conda("C09 comment", "numpy#1.2", "E130", 10, "strict", "needs a space before"),
    conda("C10 underscore", "Numpy_", "E134", 5, "strict", "not a usual name"),
    conda("C10 emoji", "\U0001f600", "E134", 5, "reading", "not the name.*letters"),
    conda("C10 blank", "nu mpy", "E134", 5, "strict", "`mpy`.*read as a version.*`-`"),
    conda("C10 long", "x" * 200, "E134", 5, "strict", "not a usual name"),
    conda("C11 path", "../evil", "E135", 5, "reading", "not allowed.*Name the package"),
    conda("C11 file", "/abs/pkg.conda", "E135", 5, "always", "direct files.*Name the package"),
    conda("C11 file URL", "file:///x.conda", "E135", 5, "always", "direct files.*Name the package"),
    conda("C11 URL", "https://h/x.conda", "E135", 5, "always", "URLs are not allowed"),
    conda("C12 channel", "bioconda::samtools", "E136", 5, "strict", "not in `channels`.*Add"),
    conda("C13 url key", "numpy[url=https://h/x.conda]", "E135", 5, "always", "not allowed"),
    conda("C14 twice", "numpy=1\n  - r\n  - numpy=2", "E137", 5, "always", "lines 5 and 7 disagree")
    ._replace(line=7),
    text("C15 python", "dependencies:\n  - pip\n  - pip:\n    - a\n", "E138", 4, 7, "told", "Add"),
    text("C16 pip", f"{HEAD}  - pip:\n    - a\n", "N139", 6, 7, "told", "added for you"),
    text("C17 ipykernel", HEAD, "N140", 4, 5, "told", "`ipykernel`.*added for the kernel"),
    conda("C24 long", "numpy >0" + ",>1" * 100, "E134", 5, "always", "308 characters"),
    conda("C24 brackets", "numpy " + "(" * 100_000, "E134", 5, "reading", "100,006 characters"),
]  # fmt: skip

CHANNELS = [
    channel("D01 http", "http://host/ch", "E150", "strict", "not encrypted.*https"),
    channel(
        "D02 password",
        "https://user:pa55word@host/ch",
        "E151",
        "always",
        r"`https://\*\*\*@host/ch`.*login command.*change it",
    ),
    channel(
        "D03 token",
        "https://conda.anaconda.org/t/tk-secret/ch",
        "E151",
        "always",
        r"/t/\*\*\*/ch`.*login command.*change it",
    ),
    channel("D04 folder", "file:///etc", "E152", "strict", "folder of one machine"),
    channel("D04 relative", "../chan", "E152", "strict", "folder of one machine"),
    channel("D04 absolute", "/srv/ch", "E152", "strict", "folder of one machine"),
    channel("D05 ftp", "ftp://h/ch", "E153", "always", "`ftp:`.*not supported.*https"),
    channel("D05 javascript", "javascript:alert(1)", "E153", "always", "not supported"),
    channel("D05 s3", "s3://bucket/ch", "E153", "always", "not supported"),
    *(
        channel(f"D06 {host}", f"https://{host}/ch", "E154", "strict", "host of.*not allowed here")
        for host in (
            "169.254.169.254",
            "127.1",
            "[::1]",
            "2130706433",
            "localhost.",
            "0x7f.1",
            "[::ffff:10.0.0.1]",
            "10.0.0.1",
            "hub",
        )
    ),
    channel("D07 underscore", "conda_forge", "E155", "strict", "did you mean `conda-forge`"),
    channel("D07 joined", "condaforge", "E155", "strict", "did you mean `conda-forge`"),
    channel("D07 blank", "'conda-forge '", "E155", "strict", "blanks.*`conda-forge`"),
    channel("D08 nodefaults", "nodefaults", "E156", "always", "no channel is left.*Add"),
    text("D09 none", "dependencies:\n  - python\n", "N157", 1, 1, "told", "conda-forge"),
    channel("D10 twice", "a\n  - a", "W158", "told", "twice, first at line 2")._replace(line=3),
    channel(
        "D11 many",
        "\n  - ".join(f"c{i}" for i in range(101)),
        "E109",
        "always",
        "More than 100 channels.*line 102",
    )._replace(line=102),
    channel("D16 blank", '"https://h/a b"', "E153", "always", "not allowed in the URL"),
    channel("D16 line", '"https://h/a\\nb"', "E153", "always", "not allowed in the URL"),
    channel("D16 backslash", "https://h\\a/b", "E153", "always", "not allowed in the URL"),
    channel("D16 dots", "https://h/%2e%2e/b", "E153", "always", "not allowed in the URL"),
    channel("D16 look-alike", "https://con\u0434a.org/b", "E153", "always", "in the URL"),
    channel("D16 variable", "https://h/${TOKEN}/b", "E167", "always", "variables are not"),
]

PIP_LINES = [
    text("P01 text", f"{HEAD}  - pip: requests\n", "E160", 5, 10, "always", "list.*`- requests`"),
    text("P02 top", f"{HEAD}pip:\n  - a\n", "E161", 5, 1, "strict", "inside `dependencies`"),
    pip("P03 one =", "numpy=1.2", "E162", 14, "always", "conda syntax.*`numpy==1.2`"),
    pip("P04 no version", "numpy==", "E162", 14, "always", "missing after `==`"),
    pip("P04 operator", "numpy>>1", "E162", 14, "always", "not a pip requirement.*`numpy==1.2`"),
    pip("P04 blank", "numpy 1.2", "E162", 15, "always", "not a pip requirement"),
    pip("P05 editable", "-e .", "E163", 9, "strict", "build code"),
    pip("P07 outside", "-r ../../private", "E164", 9, "strict", "outside the project.*Move"),
    pip("P07 absolute", "-c /etc/passwd", "E164", 9, "always", "outside the project.*Move"),
    pip("P09 index", "--index-url https://h/simple", "E166", 9, "strict", "`--index-url`.*PyPI"),
    pip("P09 extra", "--extra-index-url https://h/s", "E166", 9, "strict", "PyPI.*settings"),
    pip("P09 links", "--find-links https://h/s", "E166", 9, "strict", "PyPI.*settings"),
    pip("P10 host", "--trusted-host h", "E166", 9, "strict", "`--trusted-host`.*not allowed"),
    pip("P10 pre", "--pre", "E166", 9, "strict", "`--pre`.*not allowed"),
    pip("P10 no binary", "--no-binary :all", "E166", 9, "strict", "`--no-binary`.*not allowed"),
    pip("P10 config", "--config-settings a=b", "E166", 9, "always", "`--config-settings`"),
    pip("P10 hash", "a==1 --hash=sha256:12", "E166", 9, "always", "64 hexadecimal digits"),
    pip("P11 variable", "--index-url http://h/${TOKEN}/", "E167", 9, "always", "variables"),
    pip("P12 branch", "git+https://h/a/b@main", "E168", 9, "strict", "not pinned.*commit"),
    pip("P13 ssh", "git+ssh://git@h/a/b", "E168", 9, "strict", "source"),
    pip("P13 file", "git+file:///srv/b", "E168", 9, "always", "not supported.*commit"),
    pip("P13 hg", "hg+https://h/b", "E168", 9, "always", "not supported"),
    pip("P13 option", "-e git+https://h/b --upload-pack=x", "E168", 9, "always", "not supported"),
    pip("P14 file URL", "pkg @ file:///x.whl", "E164", 9, "strict", "outside the project"),
    pip("P14 path", "./x.whl", "E168", 9, "strict", "own files"),
    pip("P14 drive", "C:\\x.whl", "E164", 9, "strict", "outside the project"),
    pip("P15 no hash", "pkg @ https://h/x.whl", "E169", 9, "strict", "#sha256="),
    pip("P21 marker", "a; python_version > '3'x", "E162", 32, "always", "not a pip requirement"),
    text("P22 both", f"{PIP}      - python==3.9\n", "W227", 7, 9, "told", "line 4.*line 7"),
    text("P23 two", f"{PIP}    - a\n  - pip:\n    - b\n", "E111", 8, 5, "strict", "lines 6 and 8"),
]


@pytest.mark.parametrize(
    "row", [*BYTES, *FIELDS, *PACKAGES, *CHANNELS, *PIP_LINES], ids=lambda row: row.id
)
def test_what_is_wrong_is_said_with_its_place_and_mend(row: Row) -> None:
    verdict = judge(row.content)
    found = [p for p in verdict.problems if p.code == row.code
             and re.search(row.words, f"{p.message}. {p.hint}")]  # fmt: skip
    assert found, [(p.code, p.message, p.hint) for p in verdict.problems]
    problem = found[0]
    assert (problem.place.line, problem.place.column) == (row.line, row.column)
    assert verdict.stops.get(problem, "told") == row.stops
    assert problem.hint or row.code == "N103"
    assert not problem.message.endswith(".")


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_ends_of_lines_are_all_alike(end: str) -> None:
    """A25."""
    assert judge(HEAD.replace("\n", end).encode()).problems == judge(HEAD.encode()).problems


@pytest.mark.parametrize("name", ["1e3", "on", "0x10", "null_"])
def test_a_name_is_the_text_that_was_written(name: str) -> None:
    """B08."""
    assert "E124" not in {p.code for p in judge(f"name: {name}\n{HEAD}".encode()).problems}


def test_no_message_holds_a_secret() -> None:
    urls = (
        "https://user:hunter2@host/ch", "https://host/t/hunter2/ch", "https://hunter2@host/ch",
        "https://host/simple?token=hunter2", "http://u:hunter2@host/x", "ftp://u:hunter2@h/",
    )  # fmt: skip
    for url in urls:
        content = (
            f"name: {url}\nchannels:\n  - {url}\n{url}: 1\ndependencies:\n  - {url}::numpy\n"
            f"  - {url}\n  - pip\n  - pip:\n    - a @ {url}\n    - --index-url {url}\n"
            f"    - -r {url}\n    - -e git+{url}\n    - {url} {url}\n"
            f"platforms:\n  - {url}\nvariables:\n  {url}: {url}\n"
        )
        said = json.dumps([(p.message, p.hint) for p in judge(content.encode()).problems])
        assert "hunter2" not in said
        assert "E151" in {p.code for p in judge(content.encode()).problems}
