"""One value as one cell of a table.

The rule that keeps it honest: instants are UTC, nothing is rounded, and a cell that a spreadsheet would run
as a formula is disarmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from console.endpoints.sights import EventRef

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """A value as one cell: instants in UTC, days as days, yes and no for truth, nothing for null.

    Several values stand one after another, with a semicolon between them.
    """
    match value:
        case bool() | None | datetime() | date() | int() | float():
            return plain(value)
        case _:
            return disarmed(plain(value))


def plain(value: Any) -> str:
    """The same before a spreadsheet is thought of."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case Mapping():
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z).decode()
        case EventRef():
            return f"{value.stream}#{value.seq}"
        case list() | tuple():
            return "; ".join(map(plain, value))
        case _:
            return _whole(value)


def disarmed(text: str) -> str:
    """The text, led by an apostrophe if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) else text


def _whole(value: Any) -> str:
    if not is_dataclass(value):
        return str(value)
    return " ".join(filter(None, (plain(getattr(value, each.name)) for each in fields(value))))
