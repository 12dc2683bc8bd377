"""The study at a glance: the swimmer plot, and the same as a table of participants by visits, page by page.

The rule that keeps it honest: the page, its picture and its table show the same people, whom the address
names by what they are chosen and sorted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from console.reading import StudyLook
from console.sights import ItemSight, ParticipantSight
from console.study_sight import StudySight, study_sight
from console.swimmer import worth_showing
from console.web.drawing import Plot, Swimmer, plot
from console.web.paging import Pages
from domain.views import ParticipantRow

ON_A_PAGE = 25


class Sort(StrEnum):
    """What participants are sorted by, as addresses name it."""

    CODE = "code"
    DAY_ZERO = "day0"
    NEXT_DUE = "due"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is wanted, and in which order. `attention`: only with something overdue or an alert to answer."""

    site: str = ""
    stage: str = ""
    attention: bool = False
    sort: Sort = Sort.CODE
    page: int = 1

    def address(self, study: str, path: str = "", **other: Any) -> str:
        """The page of these, or of these but for `other`."""
        said = {"site": self.site, "stage": self.stage, "attention": "1" if self.attention else ""}
        said |= {"sort": "" if self.sort is Sort.CODE else self.sort.value}
        said |= {"page": str(self.page) if self.page > 1 else ""} | other
        named = urlencode({name: value for name, value in said.items() if value})
        return f"/study/{study}/overview{path}" + (f"?{named}" if named else "")


@dataclass(frozen=True, slots=True)
class Column:
    item: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that are counted from the same item, `since`; None: milestones."""

    since: str | None
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One participant: `cells` by the columns, None where the item is not in their protocol version."""

    person: ParticipantSight
    day_zero: date | None
    cells: tuple[ItemSight | None, ...]


@dataclass(frozen=True, slots=True)
class StudyPage:
    """`pages`: of those who are wanted; `everybody`: who takes or took part. `zone`: of the study's dates."""

    asked: Asked
    pages: Pages
    everybody: int
    ended: int
    sites: tuple[str, ...]
    stages: tuple[tuple[str, str], ...]
    plot: Plot
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    sight: StudySight
    zone: str

    @property
    def chosen(self) -> bool:
        """Whether some are left out because they are not what is wanted."""
        return self.pages.total != self.everybody


def study_page(look: StudyLook, asked: Asked) -> StudyPage:
    """A page of participants: windows and visits, from day 0 on."""
    everybody = look.reading.participants(look.study)
    wanted = _wanted(look, everybody, asked)
    pages = Pages(asked.page, ON_A_PAGE, len(wanted))
    shown = wanted[pages.skip : pages.skip + pages.size]
    schedules = look.schedules([each.participant for each in shown])
    people = look.shown_participants(shown)
    zeros = {each.participant: _day(each.day_zero) for each in shown}
    groups = tuple(_groups(look, shown, schedules.values()))
    columns = [column for group in groups for column in group.columns]
    return StudyPage(
        asked=asked,
        pages=pages,
        everybody=len(everybody),
        ended=sum(each.end is not None for each in everybody),
        sites=tuple(sorted({each.site for each in everybody})),
        stages=tuple(_stages(look, everybody)),
        plot=plot(
            (_swimmer(each, zeros[each.participant], schedules[each.participant]) for each in people),
            look.now,
        ),
        groups=groups,
        rows=tuple(
            Row(each, zeros[each.participant], _cells(columns, schedules[each.participant]))
            for each in people
        ),
        sight=study_sight(look),
        zone=look.study_rules().site(None).zone_name,
    )


def _wanted(look: StudyLook, everybody: Sequence[ParticipantRow], asked: Asked) -> list[ParticipantRow]:
    needy = look.needing_attention() if asked.attention else None
    found = [
        each
        for each in everybody
        if asked.site in ("", each.site)
        and asked.stage in ("", each.stage)
        and (needy is None or each.participant in needy)
    ]
    return sorted(found, key=_ORDER[asked.sort])


def _by_code(row: ParticipantRow) -> tuple[Any, ...]:
    return (row.participant,)


def _by_day_zero(row: ParticipantRow) -> tuple[Any, ...]:
    return row.day_zero is None, row.day_zero or "", row.participant


def _by_next_due(row: ParticipantRow) -> tuple[Any, ...]:
    return row.next_due is None, row.next_due or datetime.max.replace(tzinfo=UTC), row.participant


_ORDER = {Sort.CODE: _by_code, Sort.DAY_ZERO: _by_day_zero, Sort.NEXT_DUE: _by_next_due}


def _stages(look: StudyLook, everybody: Sequence[ParticipantRow]) -> Iterable[tuple[str, str]]:
    """The stages somebody is in, in the order of the newest protocol."""
    reached = {each.stage for each in everybody}
    known = look.study_rules().protocol.document.stages
    named = {stage.code: stage.labels.in_language(look.language) for stage in known}
    yield from ((code, label) for code, label in named.items() if code in reached)
    yield from ((code, code) for code in sorted(reached - named.keys()) if code)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso is not None else None


def _swimmer(person: ParticipantSight, day_zero: date | None, items: Sequence[ItemSight]) -> Swimmer:
    return Swimmer(person.participant, ZoneInfo(person.zone), day_zero, person.end is not None, items)


def _groups(
    look: StudyLook, people: Sequence[ParticipantRow], schedules: Iterable[Sequence[ItemSight]]
) -> Iterable[Group]:
    found: dict[str, ItemSight] = {}
    for items in schedules:
        for item in items:
            if worth_showing(item):
                found.setdefault(item.item, item)
    labels = {each.protocol_hash: look.protocol(each) for each in people}
    for since, items_ in groupby(found.values(), key=_counted_from):
        label = next((look.item_label(each, since) for each in labels.values()), since) if since else None
        yield Group(label, tuple(Column(each.item, each.label) for each in items_))


def _counted_from(item: ItemSight) -> str | None:
    return item.anchor if item.category == "visit" else None


def _cells(columns: Sequence[Column], items: Iterable[ItemSight]) -> tuple[ItemSight | None, ...]:
    known = {item.item: item for item in items}
    return tuple(known.get(column.item) for column in columns)
