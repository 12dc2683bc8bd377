"""The record as it was known at a moment that somebody names: one look for pages, API and command line.

The rule that keeps it honest: what was named is read in one place, and the record ends there
(`replay.as_of`); a moment that lies ahead, or before the first record, is said to be so and never guessed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from activities.hearing import Hearing
from console.reading import StudyLook
from domain.recorded import study_stream
from domain.stated import end_of_day, parse_instant, parse_stated
from replay.as_of import AsOf


class NoMoment(StrEnum):
    """Why nothing can be shown as of what was named."""

    UNREADABLE = "unreadable"
    AHEAD = "ahead"
    BEFORE = "before"
    SEVERAL_ZONES = "several zones"
    SKIPPED = "skipped"
    TWICE = "twice"


class NoSuchMoment(ValueError):
    """What was named is no moment of the record. `text` says it in English."""

    def __init__(self, why: NoMoment, text: str) -> None:
        super().__init__(text)
        self.why, self.text = why, text


def look_at(look: StudyLook, text: str, hearing: Hearing | None = None) -> StudyLook:
    """The same look as of a time with its offset, or of a site day: up to its last instant.

    `hearing` remembers folded participants from one look to the next.

    Raises:
        NoSuchMoment: it is no time, it lies ahead, or nothing was recorded by then.
    """
    at = moment_of(look, text)
    as_of = AsOf(look.reading, at, look.rulebook, hearing)
    if not as_of.events(study_stream(look.study)):
        raise NoSuchMoment(NoMoment.BEFORE, f"nothing was recorded of {look.study} by {text}")
    return replace(look, reading=as_of, now=at, as_of=text)


def moment_of(look: StudyLook, text: str) -> datetime:
    """The instant (UTC) up to which the record counts; of a site day, its last; of today, now.

    Raises:
        NoSuchMoment: it is no time, lies ahead, or is a day while the study's sites are in several zones.
    """
    try:
        stated = parse_stated(text)
    except ValueError as error:
        raise NoSuchMoment(NoMoment.UNREADABLE, str(error)) from error
    if isinstance(stated, datetime):
        asked = parse_instant(text)
    else:
        zone = zone_of(look, text)
        # The present day is known as far as it has gone.
        if stated == look.now.astimezone(zone).date():
            return look.now
        # What happens at the midnight that ends a day is of the next one.
        asked = end_of_day(stated, zone) - datetime.resolution
    if asked > look.now:
        raise NoSuchMoment(NoMoment.AHEAD, f"{text} lies ahead, and what will be known then cannot be told")
    return asked


def zone_of(look: StudyLook, day: str) -> ZoneInfo:
    """The zone on whose clock a day is meant.

    Raises:
        NoSuchMoment: the sites are in several zones.
    """
    zones = zones_of(look)
    if len(zones) > 1:
        listed = ", ".join(sorted(zones))
        raise NoSuchMoment(
            NoMoment.SEVERAL_ZONES,
            f"the sites are in {listed}, so {day} ends at several times: state a time with its offset",
        )
    return ZoneInfo(zones.pop())


def zones_of(look: StudyLook) -> set[str]:
    """IANA names of the zones in which the study has participants; before the first one, of all its sites."""
    people = {each.site for each in look.reading.sites_of_people(look.study)}
    sites = people or {each.site for each in look.rulebook.study(look.reading, look.study).sites}
    return {look.site(site).zone_name for site in sites} or {"UTC"}
