"""A calendar as iCalendar (RFC 5545), for other programs to follow or to take in.

The rule that keeps it honest: written and escaped by the library; the same record makes the same bytes, so
that who asks again is told that nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event, vDuration, vText

from console.calendar.feed import Told
from domain.stated import Stated

ASKED_AGAIN_AFTER = timedelta(hours=1)


def ics(study: str, title: str, base: str, entries: Iterable[Told]) -> bytes:
    """The entries as a file. `base`: the address of the console, to which each entry leads."""
    calendar = Calendar()
    calendar.add("prodid", "-//Day Zero//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # The library escapes only what it knows to be text.
    calendar.add("name", vText(title))
    calendar.add("x-wr-calname", vText(title))
    calendar.add("refresh-interval", vDuration(ASKED_AGAIN_AFTER), {"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASKED_AGAIN_AFTER))
    for each in entries:
        calendar.add_component(_event(study, base, each))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(study: str, base: str, told: Told) -> Event:
    event = Event()
    event.add("uid", f"{told.name}@dayzero")
    event.add("sequence", told.number)
    event.add("dtstamp", told.at.astimezone(UTC))
    event.add("last-modified", told.at.astimezone(UTC))
    event.add("summary", f"{told.participant} {told.label}")
    event.add("dtstart", _written(told, told.when.first))
    end = _end(told)
    if end is not None:
        event.add("dtend", end)
    event.add("status", "CANCELLED" if told.gone else "CONFIRMED")
    event.add("transp", "OPAQUE" if told.when.firm and not told.gone else "TRANSPARENT")
    path = f"/study/{quote(study, safe='')}/participant/{quote(told.participant, safe='')}"
    event.add("url", f"{base}{path}/why/{quote(told.when.item, safe='')}")
    return event


def _written(told: Told, value: Stated) -> Stated:
    """An instant on the site's clock, or the day."""
    return value.astimezone(told.zone) if isinstance(value, datetime) else value


def _end(told: Told) -> Stated | None:
    last = told.when.last
    if isinstance(last, datetime):
        return _written(told, last)
    if isinstance(told.when.first, datetime):
        return None
    # The end of a whole day is the next one: it is not included.
    return told.when.days(told.zone)[1] + timedelta(days=1)
