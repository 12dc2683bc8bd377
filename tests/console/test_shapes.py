"""What `--json` prints is what the reference promises, field by field."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from scripts.reference.json_page import PRINTED, Printed
from tests.console.terminal import Terminal

GOLDEN = Path(__file__).parent / "golden"

CALLS: dict[str, list[str]] = {
    "status": ["status"],
    "status PARTICIPANT": ["status", "P-001"],
    "today": ["today", "--days", "60"],
    "timeline PARTICIPANT": ["timeline", "P-002"],
    "explain PARTICIPANT ITEM": ["explain", "P-001", "D28"],
    "endpoints": ["endpoints"],
    "safety PARTICIPANT": ["safety", "P-001"],
    "product show PARTICIPANT": ["product", "show", "P-001"],
    "booking slip PARTICIPANT ITEM": ["booking", "slip", "P-002", "enrolment", "--on", "2026-03-20"],
    "alerts": ["alerts", "--all"],
    "alerts ALERT": ["alerts", "P-001/D21/overdue"],
    "commands": ["commands", "P-002"],
    "verify": ["verify"],
}
SHOWN = ("consent", "enrolment", "infusion", "D21", "D28", "D60")
BY_CALL = {each.call: each for each in PRINTED}


@pytest.mark.parametrize("call", CALLS)
def test_what_is_printed_has_the_documented_shape(dayzero: Terminal, call: str) -> None:
    """Every field that is documented is printed, none besides, each of its type."""
    said = dayzero(*CALLS[call], "--json")
    assert said.code == 0
    _fits(said.data, BY_CALL[call])


@pytest.mark.parametrize("call", [call for call in CALLS if call not in ("verify", "endpoints")])
def test_what_is_printed_stays_the_same(dayzero: Terminal, call: str) -> None:
    """The told trial prints the same JSON as ever. A change is meant: remove the file, read the new one."""
    said = dayzero(*CALLS[call], "--json")
    golden = GOLDEN / f"{call.lower().replace(' ', '-')}.json"
    shown = _excerpt(said.data)
    if not golden.exists():
        golden.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was not there and is written now: read it, and keep it if it is right")
    assert shown == json.loads(golden.read_text(encoding="utf-8"))


def test_a_refusal_is_data_too(dayzero: Terminal) -> None:
    """With `--json` a refusal is an object on stdout beside its line on stderr."""
    said = dayzero("status", "P-999", "--json")
    assert said.code == 1
    assert said.err.startswith("refused [unknown-participant]")
    _fits(said.data, BY_CALL["enroll, record, ack, ...: refused (exit 1)"])


def _fits(data: Any, printed: Printed) -> None:
    for each in data if printed.many else [data]:
        _fits_shape(each, printed.shape, printed.call)


def _fits_shape(data: Any, shape: type[Any], where: str) -> None:
    assert list(data) == [field.name for field in fields(shape)], where
    hints = get_type_hints(shape)
    for name, value in data.items():
        assert _is(value, hints[name], f"{where}.{name}"), f"{where}.{name}: {value!r} is no {hints[name]}"


def _is(value: Any, hint: Any, where: str) -> bool:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return types.NoneType in inner if value is None else any(_is(value, each, where) for each in inner)
    if hint is types.NoneType:
        return value is None
    if origin is Literal:
        return value in inner
    if origin is tuple or (isinstance(origin, type) and issubclass(origin, Sequence)):
        return isinstance(value, list) and all(_is(each, inner[0], where) for each in value)
    if origin is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return isinstance(value, dict)
    return _is_plain(value, hint, where)


def _is_plain(value: Any, hint: Any, where: str) -> bool:
    if isinstance(hint, type) and is_dataclass(hint):
        _fits_shape(value, hint, where)
        return True
    if hint is datetime:
        return isinstance(value, str) and value.endswith("Z") and bool(datetime.fromisoformat(value))
    if hint is date:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return value in [each.value for each in hint]
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def _excerpt(data: Any) -> Any:
    """A part that people can read, without content hashes, which change with every word of the protocol."""
    if isinstance(data, dict):
        return {key: _excerpt(each) for key, each in data.items() if key not in ("protocol_hash", "content")}
    if not isinstance(data, list):
        return data
    return [_excerpt(each) for each in data if not _hidden(each)]


def _hidden(row: Any) -> bool:
    item = row.get("item") if isinstance(row, dict) else None
    return isinstance(item, str) and item not in SHOWN
