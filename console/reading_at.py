"""The record as it was known, or as it was in truth, at a moment that somebody names: one look for pages,
API, exports and command line.

The rule that keeps it honest: what was named is read in one place, and the record ends there (`replay.as_of`)
or is told by when things happened (`replay.true_at`); a moment that lies ahead, or before there was anything,
is said to be so and never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from activities.hearing import Hearing
from console.reading import StudyLook
from domain.recorded import study_stream
from domain.stated import end_of_day, parse_instant, parse_stated
from replay.as_of import AsOf
from replay.true_at import TrueAt


class Which(StrEnum):
    """Which of the two times of the record a moment is named on, as parameters name it."""

    AS_OF = "as_of"
    TRUE_AT = "true_at"


class NoMoment(StrEnum):
    """Why nothing can be shown of what was named."""

    UNREADABLE = "unreadable"
    AHEAD = "ahead"
    BEFORE = "before"
    AFTER_KNOWLEDGE = "after knowledge"
    SEVERAL_ZONES = "several zones"
    SKIPPED = "skipped"
    TWICE = "twice"


class NoSuchMoment(ValueError):
    """What was named is no moment of the record. `text` says it in English; `which` was named."""

    def __init__(self, why: NoMoment, text: str, which: Which = Which.AS_OF) -> None:
        super().__init__(text)
        self.why, self.text, self.which = why, text, which


@dataclass(frozen=True, slots=True)
class Moments:
    """What is asked for, as it was typed: what was known `as_of` a moment, what was true at one, or what is
    known as of the one to have been true at the other. None: the present.
    """

    as_of: str | None = None
    true_at: str | None = None

    def __bool__(self) -> bool:
        return self.as_of is not None or self.true_at is not None


def look_at(look: StudyLook, named: Moments, hearing: Hearing | None = None) -> StudyLook:
    """The same look at other moments, each a time with its offset, or a site day: up to its last instant.

    `hearing` remembers folded participants from one look to the next.

    Raises:
        NoSuchMoment: one is no time, lies ahead, or there was nothing by then; or truth is asked for at a
            moment later than the knowledge.
    """
    known = look if named.as_of is None else _known(look, named.as_of, hearing)
    return known if named.true_at is None else _true(known, named.true_at)


def _known(look: StudyLook, text: str, hearing: Hearing | None) -> StudyLook:
    at = moment_of(look, text)
    as_of = AsOf(look.reading, at, look.rulebook, hearing)
    if not as_of.events(study_stream(look.study)):
        raise NoSuchMoment(NoMoment.BEFORE, f"nothing was recorded of {look.study} by {text}")
    return replace(look, reading=as_of, now=at, as_of=text)


def _true(look: StudyLook, text: str) -> StudyLook:
    try:
        at = moment_of(look, text)
    except NoSuchMoment as none:
        later = none.why is NoMoment.AHEAD and look.as_of
        why = NoMoment.AFTER_KNOWLEDGE if later else none.why
        said = f"{text} is later than {look.as_of}: nothing was known yet of what was true then"
        raise NoSuchMoment(why, said if later else none.text, Which.TRUE_AT) from none
    true = TrueAt(look.reading, at, look.now, look.rulebook)
    if not true.events(study_stream(look.study)):
        none_yet = f"nothing had happened in {look.study} by {text}"
        raise NoSuchMoment(NoMoment.BEFORE, none_yet, Which.TRUE_AT)
    return replace(look, reading=true, now=at, true_at=text, known_by=look.now)


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
        raise NoSuchMoment(NoMoment.AHEAD, f"{text} lies ahead, and nobody can tell what it will be like")
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
