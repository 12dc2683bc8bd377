"""Which days of a month or week are worked, and what those that are not are called.

The rule that keeps it honest: a day is off when the published sites say so; one whose year is not announced
yet says that it is only expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from console.words import Language
from domain.site import Site
from domain.working_time import is_working_day
from sites.holiday_names import Tongue, holiday_name

_TONGUES: dict[Language, Tongue] = {Language.EN: "en_US", Language.ZH: "zh_CN"}


@dataclass(frozen=True, slots=True)
class Named:
    """A holiday, or a day worked in place of one. `name` None: the site's own. `site`: whose, of several."""

    name: str | None
    worked: bool
    expected: bool
    site: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar. `off`: no site of those shown works. `within`: of the month that is shown."""

    day: date
    off: bool
    today: bool
    within: bool
    named: tuple[Named, ...]


def days_between(
    first: date, last: date, sites: Sequence[Site], today: date, language: Language, month: date | None = None
) -> list[Day]:
    """The days from `first` to `last` (included) as these sites work them."""
    return [
        Day(
            day=day,
            off=bool(sites) and not any(is_working_day(each, day) for each in sites),
            today=day == today,
            within=month is None or (day.year, day.month) == (month.year, month.month),
            named=tuple(dict.fromkeys(_named(day, sites, language))),
        )
        for day in _each(first, last)
    ]


def unannounced(days: Iterable[date], sites: Iterable[Site]) -> list[tuple[Site, int]]:
    """Each site with the first year, of those shown, whose holidays it does not know for certain."""
    years = sorted({each.year for each in days})
    found = ((site, [year for year in years if (site.holidays_known_until or 0) < year]) for site in sites)
    return [(site, missing[0]) for site, missing in found if missing]


def _each(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _named(day: date, sites: Sequence[Site], language: Language) -> Iterator[Named]:
    for site in sites:
        off, worked = day in site.holidays, day in site.working_days
        if off or worked:
            name = holiday_name(site.zone_name, day, _TONGUES[language]) if off else None
            expected = (site.holidays_known_until or 0) < day.year
            yield Named(name, worked, expected, site.id if len(sites) > 1 else None)
