"""Dates moved by a whole cycle of the calendar: 28 years, after which every day has its weekday again.

The rule that keeps it honest: weekdays, lengths of months, leap days and summer time fall as they did, so
windows and working hours do too; only what is written as a date or time moves.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

CYCLE = 28
"""Years after which the calendar repeats, between 1901 and 2099."""

_DATED = re.compile(r"(\d{4})(-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}.*)?)?)")


def moved(value: Any, years: int = CYCLE) -> Any:
    """The same JSON value with every text that is a month, a day or a time moved by `years`."""
    match value:
        case str():
            found = _DATED.fullmatch(value)
            return value if found is None else f"{int(found[1]) + years:04}{found[2]}"
        case dict():
            return {key: moved(each, years) for key, each in value.items()}
        case list() | tuple():
            return [moved(each, years) for each in value]
        case _:
            return value


def moved_instant(at: datetime, years: int = CYCLE) -> datetime:
    """A moment moved by `years`."""
    return at.replace(year=at.year + years)
