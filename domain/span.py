"""A span of calendar time as the protocol writes it (ISO 8601: P60D, P6M, P8W, PT4H, -P5D).

The rule that keeps it honest: months are calendar months with clamping, always added to the anchor in one
step and never chained, because adding months is not associative.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from typing_extensions import override

_ISO = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?",
    re.ASCII,
)
_LONGEST_YEARS = 100
_EXPECTED = "write an ISO 8601 duration such as P60D, P6M, P8W or PT4H"


@dataclass(frozen=True, slots=True)
class Span:
    """Signed calendar span; `months` and `days` are calendar units, `seconds` is elapsed time."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    @property
    def whole_days(self) -> bool:
        """True when the span counts calendar units only, so that a window made of it is whole days."""
        return self.seconds == 0

    @property
    def is_zero(self) -> bool:
        return not (self.months or self.days or self.seconds)

    @property
    def elapsed(self) -> timedelta:
        """The span as elapsed time; only for spans without months.

        Raises:
            ValueError: the span counts months, which have no fixed length.
        """
        if self.months:
            raise ValueError(f"{self} counts calendar months and has no fixed length")
        return timedelta(days=self.days, seconds=self.seconds)

    def rough_days(self) -> float:
        """Length in days with a month as 30.44 days: for ordering and display, never for a deadline."""
        return self.months * 30.44 + self.days + self.seconds / 86_400

    def __neg__(self) -> Span:
        return Span(-self.months, -self.days, -self.seconds)

    @override
    def __str__(self) -> str:
        return format_span(self)


ZERO = Span()


def parse_span(text: str) -> Span:
    """Read an ISO 8601 duration; years become 12 months and weeks 7 days.

    Raises:
        ValueError: the text is not such a duration, or longer than 100 years; the message says what is right.
    """
    match = _ISO.fullmatch(text)
    if match is None or text.lstrip("-") == "P" or text.endswith("T"):
        raise ValueError(f"{text!r} is not a duration: {_EXPECTED}")
    part = {name: int(value or 0) for name, value in match.groupdict().items() if name != "sign"}
    span = Span(
        months=part["years"] * 12 + part["months"],
        days=part["weeks"] * 7 + part["days"],
        seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
    )
    if span.rough_days() > _LONGEST_YEARS * 366:
        raise ValueError(f"{text!r} is longer than {_LONGEST_YEARS} years: write a shorter one")
    return -span if match["sign"] else span


def format_span(span: Span) -> str:
    """The shortest ISO 8601 text that `parse_span` reads back as the same span.

    A span of mixed signs, which only arithmetic makes, is written with a sign at each part (P12M-14D) and is
    not read back.
    """
    if _mixed(span):
        return _format_mixed(span)
    sign = "-" if min(span.months, span.days, span.seconds) < 0 else ""
    months, days, seconds = abs(span.months), abs(span.days), abs(span.seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, secs = divmod(rest, 60)
    calendar_part = (f"{months}M" if months else "") + (f"{days}D" if days else "")
    clock_part = (
        (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{secs}S" if secs else "")
    )
    if not calendar_part and not clock_part:
        return "P0D"
    return f"{sign}P{calendar_part}" + (f"T{clock_part}" if clock_part else "")


def _mixed(span: Span) -> bool:
    parts = (span.months, span.days, span.seconds)
    return min(parts) < 0 < max(parts)


def _format_mixed(span: Span) -> str:
    parts = (f"{span.months}M" if span.months else "") + (f"{span.days}D" if span.days else "")
    return f"P{parts}" + (f"T{span.seconds}S" if span.seconds else "")


def add_to_day(day: date, span: Span) -> date:
    """`day` moved by the span's months (clamped to the month's last day), then by its days."""
    if not span.months:
        return day + timedelta(days=span.days)
    month_index = day.year * 12 + (day.month - 1) + span.months
    year, month = divmod(month_index, 12)
    clamped = min(day.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, clamped) + timedelta(days=span.days)


def _validate(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a duration: {_EXPECTED}")
    return parse_span(value)


SpanField = Annotated[
    Span,
    BeforeValidator(_validate),
    PlainSerializer(format_span, return_type=str),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["P60D", "P6M", "PT4H"]}),
]
