"""When something happened, from the two fields of a form: a day and, where it is known, a time.

The rule that keeps it honest: the site's own wall clock is meant, and a time that this clock shows twice, or
never, is asked for again and not guessed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


class Unstated(ValueError):
    """A field that cannot be read. `field`: `day` or `clock`; `why`: a code for the page's own words."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def stated_from(day: str, clock: str, zone: ZoneInfo) -> str:
    """What was stated, as a command takes it: a site day, or a time with its offset.

    Raises:
        Unstated: a field is empty, unreadable, or a time the site's clock does not show exactly once.
    """
    if not day.strip():
        raise Unstated("day", "missing")
    try:
        on = date.fromisoformat(day.strip())
    except ValueError:
        raise Unstated("day", "unreadable") from None
    if not clock.strip():
        return on.isoformat()
    try:
        at = time.fromisoformat(clock.strip())
    except ValueError:
        raise Unstated("clock", "unreadable") from None
    try:
        return _on_the_clock(datetime.combine(on, at.replace(tzinfo=None)), zone).isoformat()
    except OverflowError:
        # The first and the last day there are have no such time in every zone.
        raise Unstated("day", "unreadable") from None


def _on_the_clock(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise Unstated("clock", "skipped")
    if first.utcoffset() != second.utcoffset():
        raise Unstated("clock", "twice")
    return first
