"""A site's working time: working days, working and quiet hours, who is on duty, when the digest goes out.

The rule that keeps it honest: everything is read from the published site; local hours become instants by the
site's zone, also on days whose clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from domain.roles import Role
from domain.site import WEEKDAYS, Contact, Site
from domain.stated import end_of_day, start_of_day

LONGEST_SEARCH_DAYS = 60


class NoWorkingTime(Exception):
    """A site without any working time within 60 days: its configuration cannot be right."""


def is_working_day(site: Site, day: date) -> bool:
    """Whether a site day is worked: a make-up working day, or a working weekday that is no holiday."""
    if day in site.working_days:
        return True
    return WEEKDAYS[day.weekday()] in site.working.days and day not in site.holidays


def is_quiet(site: Site, at: datetime) -> bool:
    """Whether `at` lies in the site's quiet hours, which may pass midnight; `to` is exclusive."""
    quiet = site.quiet
    if quiet is None:
        return False
    clock = at.astimezone(site.zone).time()
    if quiet.from_ <= quiet.to:
        return quiet.from_ <= clock < quiet.to
    return clock >= quiet.from_ or clock < quiet.to


def is_working_instant(site: Site, at: datetime) -> bool:
    """Whether people of the site may be told at `at` what can wait: in working hours, outside quiet hours."""
    local = at.astimezone(site.zone)
    working = site.working.from_ <= local.time() < site.working.to
    return working and is_working_day(site, local.date()) and not is_quiet(site, at)


def next_working_instant(site: Site, at: datetime) -> datetime:
    """`at` itself if it is a working instant, else the first one after it (UTC).

    Raises:
        NoWorkingTime: there is none within 60 days.
    """
    at = at.astimezone(UTC)
    first = at.astimezone(site.zone).date()
    for day in _days_from(first):
        for candidate in sorted(_beginnings(site, day, at)):
            if candidate >= at and is_working_instant(site, candidate):
                return candidate
    raise NoWorkingTime(
        f"site {site.id} has no working time within {LONGEST_SEARCH_DAYS} days of {first}: "
        "look at its working days, holidays and quiet hours"
    )


def next_digest(site: Site, at: datetime) -> datetime:
    """The first instant (UTC) after `at` at which the site's digest goes out: `digest_at` on a working day.

    Raises:
        NoWorkingTime: there is no working day within 60 days.
    """
    first = at.astimezone(site.zone).date()
    for day in _days_from(first):
        goes_out = _instant(site, day, site.digest_at)
        if goes_out > at and is_working_day(site, day):
            return goes_out
    raise NoWorkingTime(
        f"site {site.id} has no working day within {LONGEST_SEARCH_DAYS} days of {first}: "
        "look at its working days and holidays"
    )


def on_duty(site: Site, role: Role, at: datetime) -> tuple[Contact, ...]:
    """Who answers for a role at `at`: by override, else by duty day, else everybody of that role.

    Empty only when the site has nobody of the role.
    """
    day = at.astimezone(site.zone).date()
    weekday = WEEKDAYS[day.weekday()]
    rotas = [rota for rota in site.rota if rota.role is role]
    instead = [each.contact for rota in rotas for each in rota.overrides if each.first <= day <= each.last]
    regular = [each.contact for rota in rotas for each in rota.duty if weekday in each.days]
    named = instead or regular
    known = {contact.id: contact for contact in site.contacts}
    chosen = tuple(known[contact] for contact in dict.fromkeys(named) if contact in known)
    return chosen or tuple(contact for contact in site.contacts if contact.role is role)


def _days_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range(LONGEST_SEARCH_DAYS + 1))


def _beginnings(site: Site, day: date, at: datetime) -> Iterator[datetime]:
    """Every instant of the day at which working time can begin, and `at`."""
    yield at
    clocks = [site.working.from_, *([site.quiet.to] if site.quiet else [])]
    for clock in clocks:
        for fold in (0, 1):
            yield datetime.combine(day, clock.replace(fold=fold), site.zone).astimezone(UTC)
    change = _clock_change(site, day)
    if change is not None:
        yield change


def _clock_change(site: Site, day: date) -> datetime | None:
    """The instant at which the site's clocks change on a day, or None."""
    low, high = start_of_day(day, site.zone), end_of_day(day, site.zone)
    before = low.astimezone(site.zone).utcoffset()
    if before == high.astimezone(site.zone).utcoffset():
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(site.zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _instant(site: Site, day: date, clock: time) -> datetime:
    """A local time of day as an instant (UTC); of a time the clocks skip, the moment they jump."""
    instant = datetime.combine(day, clock, site.zone).astimezone(UTC)
    if instant.astimezone(site.zone).time() == clock:
        return instant
    return _clock_change(site, day) or start_of_day(day, site.zone)
