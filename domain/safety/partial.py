"""A date known only in part: a year, a month, a day or an instant.

The rule that keeps it honest: what was stated is kept as it was; the missing part is never made up, so two
such dates may be neither surely before nor surely after each other.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from typing_extensions import override

from domain.stated import Stated, day_of, format_stated, parse_stated

_YEAR = re.compile(r"\d{4}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_EXPECTED = "write a year (2026), a month (2026-03), a day (2026-03-02) or a time with its offset"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Partial:
    """A stated date; `text` is what was stated. Days are of the site's zone."""

    text: str

    @property
    def stated(self) -> Stated | None:
        """The day or instant, where that much was stated."""
        return None if len(self.text) < len("2026-03-02") else parse_stated(self.text)

    def first_day(self, zone: ZoneInfo) -> date:
        """The first day it can mean."""
        stated = self.stated
        if stated is not None:
            return day_of(stated, zone)
        return date(self._year, self._month or 1, 1)

    def last_day(self, zone: ZoneInfo) -> date:
        """The last day it can mean."""
        stated = self.stated
        if stated is not None:
            return day_of(stated, zone)
        month = self._month or _DECEMBER
        return date(self._year, month, calendar.monthrange(self._year, month)[1])

    def surely_before(self, other: Partial, zone: ZoneInfo) -> bool:
        """Whether it lies before `other` whatever the missing parts are."""
        one, two = self.stated, other.stated
        if isinstance(one, datetime) and isinstance(two, datetime):
            return one < two
        return self.last_day(zone) < other.first_day(zone)

    @property
    def _year(self) -> int:
        return int(self.text[:4])

    @property
    def _month(self) -> int | None:
        return int(self.text[5:7]) if _MONTH.fullmatch(self.text) else None

    @override
    def __str__(self) -> str:
        return self.text


def parse_partial(text: str) -> Partial:
    """Read a date known in part.

    Raises:
        ValueError: not a date, no such month or day, or a year outside 1900..2200.
    """
    month = _MONTH.fullmatch(text)
    if month is not None and not 1 <= int(month[2]) <= _DECEMBER:
        raise ValueError(f"{text!r} is not a real month: {_EXPECTED}")
    if month is None and _YEAR.fullmatch(text) is None:
        return partial_of(_full(text))
    if not _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR:
        raise ValueError(f"{text!r} is outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return Partial(text)


def partial_of(stated: Stated) -> Partial:
    """A whole day or instant as a date that could have been partial."""
    return Partial(format_stated(stated))


def _full(text: str) -> Stated:
    try:
        return parse_stated(text)
    except ValueError as error:
        raise ValueError(f"{error}; a date known in part is a year (2026) or a month (2026-03)") from None


def _partial(value: Any) -> Partial:
    if isinstance(value, Partial):
        return value
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no offset: {_EXPECTED}")
    if isinstance(value, date):
        return partial_of(value)
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a date: {_EXPECTED}")
    return parse_partial(value)


def _text(value: Partial) -> str:
    return value.text


PartialField = Annotated[
    Partial,
    BeforeValidator(_partial),
    PlainSerializer(_text, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["2026", "2026-03", "2026-03-02"]}),
]
