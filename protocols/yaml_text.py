"""A YAML text as plain values, with the line on which each value was written.

The rule that keeps it honest: a value is never guessed. Numbers arrive exactly as written, only `true` and
`false` are yes/no, times of day and dates stay text, and a key given twice is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from domain.protocol.problem import Path as FieldPath
from protocols.problems import Located

LARGEST_TEXT = 400_000
"""Several times what any document here has; to read more keeps others waiting for seconds."""
LARGEST_DEPTH = 40
LARGEST_COUNT = 100_000

_STR = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_FLOAT = "tag:yaml.org,2002:float"


class _PlainLoader(yaml.SafeLoader):
    """YAML 1.2's core rules. Under YAML 1.1 `12:30` is the number 750 and the country code NO is false."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (as in the base)


_PlainLoader.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null)?$"), ["~", "n", ""])
_PlainLoader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), ["t", "f"])
_PlainLoader.add_implicit_resolver(_INT, re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789"))
_PlainLoader.add_implicit_resolver(
    _FLOAT, re.compile(r"^-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}$"), list("-0123456789")
)


@dataclass
class WrittenValue:
    """`value` as read, `lines` by path (from 1), and what was wrong with the text itself."""

    file: str
    value: Any = None
    lines: dict[FieldPath, int] = field(default_factory=dict)
    problems: list[Located] = field(default_factory=list)

    def line_of(self, path: FieldPath) -> int:
        """The line of `path`, or of the nearest thing around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, text: str, hint: str, line: int = 1, path: FieldPath = ()) -> None:
        """Note that something is wrong with the text."""
        self.problems.append(Located(self.file, line, path, text, hint))


def read_yaml(path: Path) -> WrittenValue:
    """Read a YAML file. Never raises for what the file says: see `problems` of the result.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = Located(str(path), 1, (), f"not UTF-8 text at byte {error.start}", "save the file as UTF-8")
        return WrittenValue(str(path), problems=[problem])
    return parse_yaml(text, str(path))


def parse_yaml(text: str, file: str) -> WrittenValue:
    """Read a YAML text. Never raises for what the text says: see `problems` of the result."""
    written = WrittenValue(file)
    if len(text) > LARGEST_TEXT:
        written.fault("the text is too long", f"write at most {LARGEST_TEXT:,} characters")
        return written
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        written.problems.append(_syntax_problem(error, file))
    except RecursionError:
        written.fault("the text is nested too deeply", f"nest at most {LARGEST_DEPTH} deep")
    else:
        if node is None:
            written.fault("the file is empty", "write the document as a YAML mapping")
        else:
            _Reader(written).read(node)
    return written


class _TooLarge(Exception):
    pass


class _Reader:
    """Turns nodes into values. Aliases are followed, so size is counted as values, not as characters."""

    def __init__(self, written: WrittenValue) -> None:
        self._written = written
        self._count = 0

    def read(self, node: Node) -> None:
        try:
            self._written.value = self._value(node, ())
        except _TooLarge:
            said = "the document is too large or contains itself"
            self._written.fault(said, "write it without such aliases", node.start_mark.line + 1)

    def _value(self, node: Node, path: FieldPath) -> Any:
        self._count += 1
        if self._count > LARGEST_COUNT or len(path) > LARGEST_DEPTH:
            raise _TooLarge
        self._written.lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case MappingNode():
                return self._mapping(node, path)
            case SequenceNode():
                return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
            case ScalarNode():
                return self._scalar(node, path)
            case _:
                raise TypeError(f"a YAML node of an unknown kind: {node!r}")

    def _mapping(self, node: MappingNode, path: FieldPath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, key_node, value_node in self._keys(node, path):
            inner = (*path, key)
            if key in mapping:
                first = self._written.lines[inner]
                self._problem(key_node, inner, f"{key!r} is given twice, first on line {first}", "keep one")
                continue
            self._written.lines[inner] = key_node.start_mark.line + 1
            mapping[key] = self._value(value_node, inner)
        return mapping

    def _keys(self, node: MappingNode, path: FieldPath) -> Iterator[tuple[str, Node, Node]]:
        for key_node, value_node in node.value:
            if isinstance(key_node, ScalarNode):
                yield key_node.value, key_node, value_node
            else:
                self._problem(key_node, path, "a key is a list or a mapping", "write the key as plain text")

    def _scalar(self, node: ScalarNode, path: FieldPath) -> Any:
        match node.tag:
            case tag if tag == _STR:
                return node.value
            case tag if tag == _NULL:
                return None
            case tag if tag == _BOOL:
                return node.value == "true"
            case tag if tag == _INT:
                return int(node.value)
            case tag if tag == _FLOAT:
                return Decimal(node.value)
            case tag:
                self._problem(node, path, f"the tag {tag!r} is not taken", "write plain text or a number")
                return None

    def _problem(self, node: Node, path: FieldPath, text: str, hint: str) -> None:
        self._written.fault(text, hint, node.start_mark.line + 1, path)


def _syntax_problem(error: yaml.YAMLError, file: str) -> Located:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    line = mark.line + 1 if mark else 1
    column = f" at column {mark.column + 1}" if mark else ""
    hint = "indent with spaces, close every quote and bracket, and quote text that holds ': ' or ' #'"
    return Located(file, line, (), f"this is not YAML: {said}{column}", hint)
