"""The times of a story: local times, and days counted from a participant's day 0.

The rule that keeps it honest: a text is a time only if it is written as one; everything else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.stated import Stated

_COUNTED = re.compile(r"^(?:(?P<whose>\S+) )?D(?P<days>-?\d+)(?: (?P<clock>\d{2}:\d{2}(?::\d{2})?))?$")
_LOCAL = re.compile(r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?$")


FIRST_YEAR, LAST_YEAR = 1901, 2198
"""What a story can tell of: the years that can be stated, with room for what follows."""


class NoTime(ValueError):
    """A text that should be a time of a story and is none."""


class Calendar:
    """Turns what a story writes into instants. `zeros`: the day 0 of each participant."""

    def __init__(self, zone: ZoneInfo, zeros: Mapping[str, date]) -> None:
        self._zone, self._zeros = zone, zeros

    def instant(self, text: str, who: str) -> datetime:
        """The instant (UTC) of "2026-03-02 09:30" or "D28 09:30".

        Raises:
            NoTime: it is neither, or no real time there, or counts from a day 0 that nobody stated.
        """
        if _LOCAL.match(text):
            return self._placed(_real(text), text).astimezone(UTC)
        stated = self._counted(text, who)
        if not isinstance(stated, datetime):
            raise NoTime(f"{text!r} is no moment: write 2026-03-02 09:30 or D28 09:30")
        return stated.astimezone(UTC)

    def filled(self, value: Any, who: str) -> Any:
        """The same with "@D3 09:00" turned as that time, "@month D3" as its month, {who} as the code."""
        match value:
            case str() if value.startswith("@month "):
                return self._counted(value.removeprefix("@month "), who).isoformat()[: len("2026-03")]
            case str() if value.startswith("@"):
                return self._counted(value[1:], who).isoformat()
            case str():
                return value.replace("{who}", who)
            case dict():
                return {self.filled(key, who): self.filled(each, who) for key, each in value.items()}
            case Decimal():
                return str(value)  # as it goes over the wire
            case list() | tuple():
                return [self.filled(each, who) for each in value]
            case _:
                return value

    def _counted(self, text: str, who: str) -> Stated:
        found = _COUNTED.match(text)
        if found is None:
            raise NoTime(f"{text!r} is no time: write 2026-03-02 09:30, or D28 09:30 counted from day 0")
        whose = found["whose"] or who
        # The study, and who has no day 0, count from the first participant's.
        first = next(iter(self._zeros.values()), None) if found["whose"] is None else None
        zero = self._zeros.get(whose, first)
        if zero is None:
            raise NoTime(f"{text!r} counts from the day 0 of {whose}, and nobody says which day that is")
        try:
            day = zero + timedelta(days=int(found["days"]))
            clock = time.fromisoformat(found["clock"]) if found["clock"] is not None else None
        except (ValueError, OverflowError) as error:
            raise NoTime(f"{text!r} is not a real time ({error})") from None
        if clock is None:
            return _told(day, text)
        return self._placed(datetime.combine(day, clock), text)

    def _placed(self, local: datetime, text: str) -> datetime:
        """A local time in the zone; one that the clocks there skip is none."""
        _told(local, text)
        at = local.replace(tzinfo=self._zone)
        if at.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != local:
            raise NoTime(f"{text!r} is not a real time: the clocks in {self._zone.key} skip it")
        return at


def _told(value: Stated, text: str) -> Stated:
    """The same, if it is of the years that can be told."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise NoTime(f"{text!r} is not told: it is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


def _real(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise NoTime(f"{text!r} is not a real time ({error})") from None
