"""When something happened, as a person states it: a site day, or an instant with its offset.

The rule that keeps it honest: a statement is kept as it was made; a day is never turned into an invented
time, and a time without an offset is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

Stated = date | datetime

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)", re.ASCII
)
_EXPECTED = "write a site day (2026-03-02) or a time with its offset (2026-03-02T09:30:00+08:00)"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def parse_stated(text: str) -> Stated:
    """Read a stated day or instant.

    Raises:
        ValueError: not a real date, a time without an offset, or a year outside 1900..2200.
    """
    if not (_DAY.fullmatch(text) or _INSTANT.fullmatch(text)):
        raise ValueError(f"{text!r} is not a stated time: {_EXPECTED}")
    try:
        value: Stated = date.fromisoformat(text) if _DAY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a real time ({error}): {_EXPECTED}") from None
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"{text!r} is outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return value


def format_stated(value: Stated) -> str:
    return value.isoformat()


def parse_instant(text: str) -> datetime:
    """Read an instant with its offset, as UTC.

    Raises:
        ValueError: not an instant, or no offset.
    """
    value = parse_stated(text)
    if not isinstance(value, datetime):
        raise ValueError(f"{text!r} is a day; an instant is needed, such as 2026-03-02T09:30:00+08:00")
    return value.astimezone(UTC)


def is_day(value: Stated) -> bool:
    """True when only the site day was stated."""
    return not isinstance(value, datetime)


def day_of(value: Stated, zone: ZoneInfo) -> date:
    """The day in the site's zone on which it happened."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def earliest(value: Stated, zone: ZoneInfo) -> datetime:
    """The earliest instant (UTC) the statement can mean: for a day, its local start."""
    return value.astimezone(UTC) if isinstance(value, datetime) else start_of_day(value, zone)


@lru_cache(maxsize=65_536)
def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """First instant (UTC) of a local day; on days whose midnight is skipped, the first that exists."""
    local = datetime.combine(day, time.min, zone)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    return _after_the_gap(day, zone, utc)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """First instant (UTC) after a local day."""
    return start_of_day(day + timedelta(days=1), zone)


def _after_the_gap(day: date, zone: ZoneInfo, utc: datetime) -> datetime:
    # fold=0 in a gap maps onto the far side by the old offset, so step back to the transition itself.
    low, high = utc - timedelta(hours=26), utc + timedelta(hours=2)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).date() >= day:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def _stated(value: Any) -> Stated:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no offset: {_EXPECTED}")
        return value
    return value if isinstance(value, date) else parse_stated(_text(value))


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no offset")
        return value.astimezone(UTC)
    return parse_instant(_text(value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a stated time: {_EXPECTED}")
    return value


StatedField = Annotated[
    date | datetime,
    BeforeValidator(_stated),
    PlainSerializer(format_stated, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["2026-03-02", "2026-03-02T09:30:00+08:00"]}),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(format_stated, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
