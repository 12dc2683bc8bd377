"""What pydantic found wrong, said in the document's own terms: field, fault, and what would be right.

The rule that keeps it honest: the path is the one in the document, without the inner names of the code.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from domain.protocol.problem import Path, Problem
from domain.protocol.sources import CodeName
from domain.roles import ActorId


def pattern_of(annotated: Any) -> str:
    """The pattern that an annotated text type asks for."""
    return str(next(each.pattern for each in get_args(annotated) if isinstance(each, StringConstraints)))


_HINTS_BY_FIELD: Mapping[str, str] = {
    "source": "add one of source: {registry: <sentence>}, {standard: <reference>} or {assumption: <why>}",
    "labels": "add labels: {en: <English>, zh-CN: <Chinese>}",
    "zh-CN": "add the Chinese label",
    "en": "add the English label",
    "version": 'write it as text in quotes, such as version: "1.0"',
    "zone": "write the IANA name of a zone, such as Asia/Shanghai",
    "country": "write the country's code in two capitals, such as CN",
}
_HINTS_BY_PATTERN: Mapping[str, str] = {
    pattern_of(CodeName): "start with a letter; then letters, digits, - and _; at most 40",
    pattern_of(
        ActorId
    ): "start with a small letter or digit; then small letters, digits, . - and _; at most 64",
}

_WORDS = (
    (re.compile(r"a valid (tuple|list)"), "a list"),
    (re.compile(r"a valid dictionary( or instance of \w+)?"), "a mapping (field: value)"),
    (re.compile(r"a valid string"), "text; put it in quotes"),
    (re.compile(r"(Tuple|List|Dictionary) should have at least (\d+) items? after validation, not \d+"),
     r"write at least \2"),
)  # fmt: skip
"""How pydantic names what YAML calls otherwise."""

_BRANCHING = frozenset({"met_if", "excluded_if", "rule", "condition", "not"})
_BRANCHES = frozenset({"result", "all", "any", "not", "reached", "decided"})


def problems_of(error: ValidationError, value: Any, model: type[BaseModel]) -> list[Problem]:
    """The problems in `value`, one for each place; `model` tells which fields would be right."""
    by_place: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        if _only_seems_short(detail):
            continue
        path, rest = _written_path(value, detail["loc"])
        missing = detail["type"] == "missing"
        by_place.setdefault((*path, *rest[-1:]) if missing else path, []).append(detail)
    return [_problem(path, details, model) for path, details in by_place.items()]


def _only_seems_short(detail: ErrorDetails) -> bool:
    """A list that lacks nothing but right entries: what is wrong with each is told in its own place."""
    short, given = detail["type"] == "too_short", detail["input"]
    return short and isinstance(given, list | dict) and len(given) >= detail.get("ctx", {})["min_length"]


def _written_path(value: Any, loc: Path) -> tuple[Path, Path]:
    """`loc` as far as the document has it, without the names of union branches, and what is left over."""
    path: Path = ()
    branch_named = False
    for position, part in enumerate(loc):
        if part in _BRANCHES and _chooses_branch(path) and not branch_named:
            branch_named = True
        elif _holds(value, part):
            path, value, branch_named = (*path, part), value[part], False
        elif not _names_kind(value, part):
            return path, loc[position:]
    return path, ()


def _names_kind(value: Any, part: str | int) -> bool:
    """Whether pydantic names here what the mapping itself says it is, before the fields of that kind."""
    return isinstance(value, dict) and isinstance(part, str) and part in value.values()


def _chooses_branch(path: Path) -> bool:
    """Whether a rule or a condition stands here, whose kind pydantic names before its fields."""
    last, before = (path or ("",))[-1], path[-2:-1]
    return last in _BRANCHING or (isinstance(last, int) and before in (("all",), ("any",)))


def _holds(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)


def _problem(path: Path, details: list[ErrorDetails], model: type[BaseModel]) -> Problem:
    field = next((part for part in reversed(path) if isinstance(part, str)), "")
    first = details[0]
    hint = _HINTS_BY_FIELD.get(field, "")
    match first["type"]:
        case "missing":
            return Problem(path, f"{field!r} is missing", hint or f"add {field}")
        case "extra_forbidden":
            return Problem(path, f"there is no field {field!r} here", _right_fields(model, path, field))
        case "union_tag_invalid" | "union_tag_not_found":
            return _kind(path, first)
        case "value_error":
            said = first["msg"].removeprefix("Value error, ")
            text, _, expected = said.rpartition(": ")
            return Problem(path, text, expected) if text else Problem(path, said, hint)
        case "string_pattern_mismatch":
            pattern = first.get("ctx", {}).get("pattern", "")
            right = hint or _HINTS_BY_PATTERN.get(pattern) or f"it must match {pattern}"
            return Problem(path, f"{_shown(first['input'])} cannot stand here", right)
        case _:
            said = " or ".join(dict.fromkeys(_lowered(each["msg"]) for each in details))
            return Problem(path, f"{_shown(first['input'])} cannot stand here", hint or said)


def _kind(path: Path, detail: ErrorDetails) -> Problem:
    context = detail.get("ctx", {})
    field = str(context["discriminator"]).strip("'")
    if "tag" not in context:
        return Problem((*path, field), f"{field!r} is missing", f"add {field}: it says which kind this is")
    hint = f"it should be one of {context['expected_tags']}"
    return Problem((*path, field), f"{_shown(context['tag'])} cannot stand here", hint)


def _lowered(message: str) -> str:
    """Pydantic's words in those of a document."""
    said = message.replace("Input should", "it should", 1)
    for pattern, word in _WORDS:
        said = pattern.sub(word, said)
    return said


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return "nothing" if value is None else repr(text if len(text) <= 60 else text[:57] + "...")


def _right_fields(model: type[BaseModel], path: Path, wrong: str) -> str:
    # A field of another kind than this mapping says it is stands in `known` too.
    known = sorted({field for each in _models_at(model, path[:-1]) for field in _field_names(each)} - {wrong})
    near = difflib.get_close_matches(wrong, known, n=1)
    fields = f"the fields here are {', '.join(known)}"
    return f"did you mean {near[0]!r}? {fields}" if near else fields


def _field_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_at(model: type[BaseModel], path: Path) -> list[type[BaseModel]]:
    models = [model]
    for part in path:
        if isinstance(part, str):
            models = [inner for each in models for inner in _models_of_field(each, part)]
    return models


def _models_of_field(model: type[BaseModel], name: str) -> Iterator[type[BaseModel]]:
    for own_name, field in model.model_fields.items():
        if name in (own_name, field.alias):
            yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
