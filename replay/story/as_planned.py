"""Somebody who passes a protocol just as it is planned, with day 0 on a day that is wished for, or near it.

The rule that keeps it honest: only the day of consent is tried; what happens then, and on which day, is for
the protocol and the site.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from domain.protocol.expanded import Protocol
from domain.site import Site
from domain.stated import day_of
from domain.working_time import is_working_day
from protocols.reading import protocol_body, published_document
from replay.cohort.played import PlayedStudy
from replay.cohort.playing import happy_path
from replay.cohort.results import NoAnswers
from replay.cohort.task import MORNING, local_day, moment, next_working_day

WHO = "P-001"
FIRST_DAY = date(2026, 1, 5)
"""From when on consent is given where no day 0 is wished for: a Monday."""
FIRST_YEAR, LAST_YEAR = 1901, 2170
"""Between which day 0 may fall: time is told up to 2200, and a follow-up takes its years."""
_SLIPS = sorted(range(-4, 5), key=abs)


class NoSkeleton(ValueError):
    """There is no such story to begin with; the text says why."""


def as_planned(protocol: Protocol, site: Site, day0: date | None) -> PlayedStudy:
    """The path whose day 0 falls on `day0`, or as near to it as can be; None: where it falls by itself.

    Raises:
        NoSkeleton: nobody can pass the protocol, or not in those years.
    """
    if day0 is not None and not FIRST_YEAR <= day0.year <= LAST_YEAR:
        raise NoSkeleton(f"day 0 on {day0}: write a day of the years {FIRST_YEAR} to {LAST_YEAR}")
    alone = _alone(protocol)
    path = _path(alone, site, next_working_day(site, FIRST_DAY))
    if day0 is None:
        return path
    consent = local_day(site, path.began) + (day0 - day_0_of(path))
    tried: list[PlayedStudy] = []
    for day in sorted(_around(consent), key=lambda each: not is_working_day(site, each)):
        tried.append(_path(alone, site, day))
        if day_0_of(tried[-1]) == day0:
            break
    return min(tried, key=lambda each: abs(day_0_of(each) - day0))


def day_0_of(path: PlayedStudy) -> date:
    """The day of what most windows count from, of all that was reached; without windows that of consent.

    Raises:
        NoSkeleton: nobody was registered.
    """
    state = path.course.state(WHO)
    if state is None:
        refused = ", ".join(f"{each.task} [{each.code}]" for each in path.given_up)
        raise NoSkeleton(f"nobody can be registered: {refused or 'nothing is asked'}")
    windows = (item.window for item in state.protocol.items.values())
    counted = Counter(window.anchor for window in windows if window is not None)
    days = (state.item(code).happened for code, _ in counted.most_common())
    return next((day_of(day, state.zone) for day in days if day is not None), path.began.date())


def _around(day: date) -> list[date]:
    return [day + timedelta(days=slip) for slip in _SLIPS]


def _path(protocol: Protocol, site: Site, consent: date) -> PlayedStudy:
    try:
        return happy_path(protocol, site, WHO, moment(site, consent, MORNING))
    except NoAnswers as error:
        raise NoSkeleton(str(error)) from error


def _alone(protocol: Protocol) -> Protocol:
    """The same version as if it were the first: newcomers are treated under the newest."""
    if protocol.document.amends is None:
        return protocol
    return published_document({key: each for key, each in protocol_body(protocol).items() if key != "amends"})
