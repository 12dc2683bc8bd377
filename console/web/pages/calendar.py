"""The calendar: a month as a table, a week with what is still to be planned, or a list of days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from console.calendar.days import Day, days_between, unannounced
from console.calendar.entries import Dates, Entry, Mark, Span, Wanted, dates_between
from console.reading import StudyLook
from domain.site import Site

VIEWS = ("month", "week", "list")
MOST_ON_A_DAY = 6
_ENDS = frozenset({Mark.LAST_DAY, Mark.ONLY_DAY, Mark.CLOSES})
MOST_IN_A_LIST = 400
_FIRST, _LAST = date(2000, 1, 1), date(2120, 12, 31)


class NoSuchDay(ValueError):
    """An address that names no day of the calendar, or an unknown site, participant or view."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `month` as 2026-12; `day`, any day of the week that is shown."""

    view: str = "month"
    month: str = ""
    day: str = ""
    site: str = ""
    participant: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: its first lines, how many more there are, and how many windows are open on it."""

    day: Day
    entries: tuple[Entry, ...]
    more: int
    open: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days. `number`: of the year, by ISO 8601."""

    number: int
    first: date
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the shown days hold, in numbers. `unplanned`: windows that end in them without an appointment."""

    appointments: int
    ending: int
    unplanned: int
    bookings: int


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """`weeks` of the month view or of the one week; `cells` of the list: the days that hold anything."""

    asked: Asked
    first: date
    last: date
    today: date
    weeks: tuple[Week, ...]
    cells: tuple[Cell, ...]
    left_out: int
    to_plan: tuple[Span, ...]
    counts: Counts
    sites: tuple[Site, ...]
    people: tuple[str, ...]
    unannounced: tuple[tuple[Site, int], ...]
    before: str
    after: str
    path: str

    def at(self, **changes: str) -> str:
        """The address of the calendar with some of what it asks for changed."""
        return address(self.path, replace(self.asked, **changes))

    @property
    def file(self) -> str:
        """Where the month is as a file."""
        narrowed = {"month": self.asked.month, "site": self.asked.site, "participant": self.asked.participant}
        return f"{self.path}.ics?{urlencode({name: each for name, each in narrowed.items() if each})}"


def address(path: str, asked: Asked) -> str:
    """The address of a calendar."""
    given: Mapping[str, str] = {
        name: value
        for name in ("view", "month", "day", "site", "participant")
        if (value := getattr(asked, name)) and not (name == "view" and value == "month")
    }
    return f"{path}?{urlencode(given)}" if given else path


def calendar_page(look: StudyLook, asked: Asked) -> CalendarPage:
    """The calendar as asked for.

    Raises:
        NoSuchDay: the address asks for what is not there.
    """
    sites, people = _sites(look), tuple(each.participant for each in look.reading.participants(look.study))
    shown = [each for each in sites if asked.site in ("", each.id)]
    today = _today(look, asked)
    settled, wanted = wanted_in(look, asked)
    first, last = wanted.first, wanted.last
    drawn = replace(wanted, first=_outer(asked, first, last)[0], last=_outer(asked, first, last)[1])
    dates = dates_between(look, drawn)
    path = f"/study/{look.study}/calendar"
    cells = _cells(look, asked, first, last, today, shown, dates)
    listed, left_out = _listed(cells) if asked.view == "list" else ([], 0)
    inside = [each for each in dates.entries if first <= each.day <= last]
    return CalendarPage(
        asked=settled,
        first=first,
        last=last,
        today=today,
        weeks=tuple(_weeks(cells)) if asked.view != "list" else (),
        cells=tuple(listed),
        left_out=left_out,
        to_plan=_to_plan(dates.spans, first, last, today),
        counts=_counts(inside, dates.spans, first, last),
        sites=sites,
        people=people,
        unannounced=tuple(unannounced((each.day.day for each in cells), shown)),
        before=address(path, _moved(asked, first, -1)),
        after=address(path, _moved(asked, first, +1)),
        path=path,
    )


def wanted_in(look: StudyLook, asked: Asked) -> tuple[Asked, Wanted]:
    """What is asked for with what was left open said, and the days it means.

    Raises:
        NoSuchDay: the address asks for what is not there.
    """
    if asked.view not in VIEWS:
        raise NoSuchDay(asked.view)
    if asked.site not in ("", *(each.id for each in _sites(look))):
        raise NoSuchDay(asked.site)
    if asked.participant and look.reading.participant(look.study, asked.participant) is None:
        raise NoSuchDay(asked.participant)
    first, last = _stretch(asked, _today(look, asked))
    return _settled(asked, first), Wanted(first, last, asked.site or None, asked.participant or None)


def _today(look: StudyLook, asked: Asked) -> date:
    return look.now.astimezone(look.study_rules().site(asked.site or None).zone).date()


def _sites(look: StudyLook) -> tuple[Site, ...]:
    codes = sorted({each.site for each in look.rulebook.study(look.reading, look.study).sites})
    return tuple(look.site(each) for each in codes)


def _stretch(asked: Asked, today: date) -> tuple[date, date]:
    """The first and last day that are asked for."""
    if asked.view == "week":
        day = _day(asked.day) if asked.day else today
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    first = _day(f"{asked.month}-01") if asked.month else today.replace(day=1)
    return first, _next_month(first) - timedelta(days=1)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NoSuchDay(f"{text!r} is no day: write one such as 2026-12-07") from None
    if not _FIRST <= day <= _LAST:
        raise NoSuchDay(f"{text!r} lies beyond the calendar, which runs from {_FIRST} to {_LAST}")
    return day


def _outer(asked: Asked, first: date, last: date) -> tuple[date, date]:
    """The days that are drawn: whole weeks, but in a list."""
    if asked.view == "list":
        return first, last
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _settled(asked: Asked, first: date) -> Asked:
    """The same, with what was left open said."""
    if asked.view == "week":
        return replace(asked, day=first.isoformat(), month="")
    return replace(asked, month=f"{first:%Y-%m}", day="")


def _moved(asked: Asked, first: date, by: int) -> Asked:
    if asked.view == "week":
        return replace(asked, day=(first + timedelta(days=7 * by)).isoformat(), month="")
    other = _next_month(first) if by > 0 else (first - timedelta(days=1)).replace(day=1)
    return replace(asked, month=f"{other:%Y-%m}", day="")


def _cells(
    look: StudyLook, asked: Asked, first: date, last: date, today: date, sites: Sequence[Site], dates: Dates
) -> list[Cell]:
    by_day: dict[date, list[Entry]] = {}
    for each in dates.entries:
        by_day.setdefault(each.day, []).append(each)
    most = MOST_ON_A_DAY if asked.view == "month" else MOST_IN_A_LIST
    month = first if asked.view == "month" else None
    return [
        _cell(day, by_day.get(day.day, []), dates.spans, most)
        for day in days_between(*_outer(asked, first, last), sites, today, look.language, month)
    ]


def _cell(day: Day, entries: Sequence[Entry], spans: Sequence[Span], most: int) -> Cell:
    opened = sum(each.first <= day.day <= each.last for each in spans)
    # One line too many is shown rather than counted.
    shown = entries if len(entries) <= most + 1 else entries[:most]
    return Cell(day, tuple(shown), len(entries) - len(shown), opened)


def _weeks(cells: Sequence[Cell]) -> list[Week]:
    return [
        Week(cells[at].day.day.isocalendar().week, cells[at].day.day, tuple(cells[at : at + 7]))
        for at in range(0, len(cells), 7)
    ]


def _listed(cells: Sequence[Cell]) -> tuple[list[Cell], int]:
    """The days that hold anything, up to as many lines as a page takes; and how many lines are left out."""
    kept: list[Cell] = []
    room = MOST_IN_A_LIST
    for each in cells:
        if each.entries or each.day.named or each.day.today:
            kept.append(replace(each, entries=each.entries[: max(room, 0)], more=0))
            room -= len(each.entries)
    every = sum(len(each.entries) + each.more for each in cells)
    return kept, every - sum(len(each.entries) for each in kept)


def _to_plan(spans: Sequence[Span], first: date, last: date, today: date) -> tuple[Span, ...]:
    """Windows that are open in these days, from today on, and have no appointment; the first to end first."""
    if last < today:
        return ()
    open_then = (each for each in spans if each.first <= last and each.last >= max(first, today))
    return tuple(each for each in open_then if each.to_plan)


def _counts(entries: Sequence[Entry], spans: Sequence[Span], first: date, last: date) -> Counts:
    return Counts(
        appointments=sum(Mark.APPOINTMENT in each.marks for each in entries),
        ending=sum(not _ENDS.isdisjoint(each.marks) and not each.projected for each in entries),
        unplanned=sum(each.to_plan and first <= each.last <= last for each in spans),
        bookings=sum(Mark.BOOKED in each.marks for each in entries),
    )
