"""`environment.yml` read into a `Spec`, leniently and with positions. Pure.

The format is CEP 24. What conda's lenient reader accepts is accepted, and whatever is odd in it is
a warning at its place; what that reader refuses is refused, with everything that is wrong at once.
Every scalar stays the text that was written: `python=3.10` is not 3.1, and `on` is not true.
"""

from __future__ import annotations

from hashlib import sha256

from .channel_lines import channel_findings, list_findings
from .comments import Comments
from .dependencies import Dependencies, is_null, is_text
from .findings import error, in_order, nearest, quote, spec_error, warning
from .model import ChannelLine, Place, Problem, Requirement, Spec, Variable
from .names import name_findings, platform_findings, variable_findings
from .requirement_findings import requirement_findings
from .selectors import both
from .source import Source, read_source
from .yaml_nodes import Document, Mapping, Node, Scalar, Sequence
from .yaml_scan import scan

_KEYS = ("name", "channels", "dependencies", "variables", "platforms", "prefix", "category")


def read_spec(content: bytes, file: str = "environment.yml") -> Spec:
    """The spec that `content` holds; `file` is how messages call it.

    `SpecError` with every problem found (`.problems`) where conda's reader refuses the file, where
    it breaks a limit (1 MiB, depth 20, 5,000 entries), or where conda would read nonsense.
    """
    source = read_source(content, file)
    document = scan(source)
    reader = _Reader(source, document)
    reader.read()
    return reader.spec(sha256(content).hexdigest())


class _Reader:
    def __init__(self, source: Source, document: Document) -> None:
        self.source = source
        self.root = document.root
        self.problems: list[Problem] = [*source.problems, *document.problems]
        self.comments = Comments(source, document.ends)
        self.name = ""
        self.channels: list[ChannelLine] = []
        self.nodefaults: Place | None = None
        self.requirements: list[Requirement] = []
        self.variables: list[Variable] = []
        self.platforms: list[str] = []
        self.platforms_place = Place()
        self.keys: set[str] = set()

    def read(self) -> None:
        if not isinstance(self.root, Mapping):
            found = "a list" if isinstance(self.root, Sequence) else "text"
            message = f"Expected `name:` or `dependencies:`, found {found}"
            hint = "Write `dependencies:` and below it one package, as `  - python`"
            self.problems.append(error("E112", self.root.place, message, hint))
            raise spec_error(self.source.file, tuple(self.problems))
        self.keys = {key.text for key, _ in self.root.pairs}
        for key, value in self.root.pairs:
            self._field(key, value)
        if "dependencies" not in self.keys:
            hint = "Write `dependencies:` and below it one package, as `  - python`"
            self._add(warning("E120", Place(), "Key `dependencies` is missing", hint, "never"))

    def spec(self, digest: str) -> Spec:
        self.problems += self.comments.problems
        self.problems += list_findings(tuple(self.channels), self.nodefaults, self.source)
        self.problems += requirement_findings(tuple(self.requirements), tuple(self.channels))
        problems = in_order(self.problems)
        if any(problem.severity == "error" for problem in problems):
            raise spec_error(self.source.file, problems)
        return Spec(
            file=self.source.file,
            sha256=digest,
            name=self.name,
            channels=tuple(self.channels),
            nodefaults=self.nodefaults is not None,
            requirements=tuple(self.requirements),
            variables=tuple(self.variables),
            platforms=tuple(self.platforms),
            platforms_place=self.platforms_place,
            problems=problems,
        )

    def _add(self, *problems: Problem) -> None:
        self.problems += problems

    def _field(self, key: Scalar, value: Node) -> None:
        beside = key.place.line == value.place.line
        selector = "" if beside else self.comments.selector(key.place)
        if key.text == "name":
            self._name(value)
        elif key.text == "channels":
            self._channels(value, selector)
        elif key.text == "dependencies":
            self._dependencies(value, selector)
        elif key.text == "variables":
            self._variables(value, selector)
        elif key.text == "platforms":
            self._platforms(value)
        else:
            self._other(key)

    def _name(self, value: Node) -> None:
        if is_null(value):
            self._add(warning("E124", value.place, "The name is empty", "Write one or delete the "
                              "line", ""))  # fmt: skip
        elif isinstance(value, Scalar):
            self.name = value.text.strip()
            self._add(*name_findings(value.text, value.place))
        else:
            self._add(warning("E124", value.place, "The name must be text", "Write one word"))

    def _channels(self, value: Node, selector: str) -> None:
        if not isinstance(value, Sequence):
            hint = f"Write `- {value.text}` below it" if isinstance(value, Scalar) else ""
            hint = hint if isinstance(value, Scalar) and value.text else "Write `- conda-forge`"
            self._add(error("E123", value.place, "`channels` must be a list", hint))
            return
        for item in value.items:
            guard = both(selector, self.comments.selector(item.place))
            if not isinstance(item, Scalar) or not is_text(item):
                message = "A channel must be text"
                self._add(error("E123", item.place, message, "Write its name or URL, in quotes"))
            elif item.text == "nodefaults":
                self.nodefaults = item.place
            else:
                self.channels.append(ChannelLine(item.text.strip(), item.place, guard))
                self._add(*channel_findings(item.text, item.place))

    def _dependencies(self, value: Node, selector: str) -> None:
        if isinstance(value, Sequence):
            dependencies = Dependencies(self.comments)
            dependencies.read(value, selector)
            self.requirements += dependencies.requirements
            self._add(*dependencies.problems)
        if is_null(value) or (isinstance(value, Sequence) and not value.items):
            message, hint = "`dependencies` is an empty list", "Write `  - python` below it"
            self._add(warning("E121", value.place, message, hint, "never"))
        elif not isinstance(value, Sequence):
            found = "text" if isinstance(value, Scalar) else "keys"
            message = f"`dependencies` must be a list, found {found}"
            self._add(error("E121", value.place, message, f"Write {quote(_as_item(value))}"))

    def _variables(self, value: Node, selector: str) -> None:
        if is_null(value):
            return
        if not isinstance(value, Mapping):
            message = "`variables` must hold `NAME: value` lines"
            self._add(warning("E126", value.place, message, "Write `NAME: value`", "never"))
            return
        for key, text in value.pairs:
            guard = both(selector, self.comments.selector(key.place))
            if not isinstance(text, Scalar):
                message = f"The value of {quote(key.text)} must be text"
                self._add(warning("E126", text.place, message, "Put it in quotes", "never"))
                continue
            plain = "" if is_null(text) else text.text
            self.variables.append(Variable(key.text, plain, key.place, guard))
            self._add(*variable_findings(key.text, plain, key.place))

    def _platforms(self, value: Node) -> None:
        self.platforms_place = value.place
        if isinstance(value, Sequence):
            for item in value.items:
                text = item.text if isinstance(item, Scalar) else ""
                self.platforms.append(text)
                self._add(*platform_findings(text, item.place))
        elif not is_null(value):
            message = "`platforms` must be a list"
            self._add(warning("E127", value.place, message, "Write `- linux-64`", "never"))

    def _other(self, key: Scalar) -> None:
        likely = nearest(key.text, _KEYS)
        if key.text == "prefix":
            message = "`prefix` is ignored: jupyter_envs chooses the place"
            self._add(warning("W125", key.place, message, "Delete the line", ""))
        elif key.text == "pip":
            message = "`pip:` must be inside `dependencies`; here it is ignored"
            self._add(warning("E161", key.place, message, "Write it as `  - pip:` there and indent "
                              "its lines"))  # fmt: skip
        elif likely and likely not in self.keys:
            message = f"Unknown key {quote(key.text)}, did you mean `{likely}`?"
            self._add(warning("E122", key.place, message, f"Write `{likely}:`", "never"))
        elif key.text != "category":
            message = f"Unknown key {quote(key.text)} is ignored"
            self._add(warning("W122", key.place, message, "Delete it, or correct its name", ""))


def _as_item(value: Node) -> str:
    if isinstance(value, Mapping) and value.pairs:
        name, version = value.pairs[0]
        return f"- {name.text}={version.text}" if isinstance(version, Scalar) else f"- {name.text}"
    return f"- {value.text}" if isinstance(value, Scalar) else "- python"
