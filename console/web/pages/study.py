"""The study at a glance: the swimmer plot, and the same as a table of participants by visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from console.reading import StudyLook
from console.sights import ItemSight, ParticipantSight
from console.swimmer import worth_showing
from console.web.drawing import Plot, Swimmer, plot
from domain.protocol.expanded import Protocol
from domain.stated import day_of, parse_stated


@dataclass(frozen=True, slots=True)
class Column:
    item: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One participant: `cells` by the columns, None where the item is not in their protocol version."""

    person: ParticipantSight
    day_zero: date | None
    cells: tuple[ItemSight | None, ...]


@dataclass(frozen=True, slots=True)
class StudyPage:
    plot: Plot
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    ended: int


def study_page(look: StudyLook) -> StudyPage:
    """Everybody's windows and visits, from day 0 on."""
    schedules = {row.participant: items for row, items in look.everyones_items()}
    people = look.participants()
    zeros = {each.participant: _day_zero(look, each, schedules) for each in people}
    shown = [
        Swimmer(each.participant, ZoneInfo(each.zone), zeros[each.participant], each.end is not None,
                schedules.get(each.participant, []))
        for each in people
    ]  # fmt: skip
    columns = _columns(schedules.values())
    return StudyPage(
        plot=plot(shown, look.now),
        columns=columns,
        rows=tuple(
            Row(each, zeros[each.participant], _cells(columns, schedules.get(each.participant, [])))
            for each in people
        ),
        ended=sum(each.end is not None for each in people),
    )


def origin(protocol: Protocol) -> str | None:
    """The item that most others count from: its day is day 0 of the drawing."""
    counted = Counter(item.window.anchor for item in protocol.items.values() if item.window is not None)
    return max(counted, key=lambda code: counted[code], default=None)


def _day_zero(
    look: StudyLook, person: ParticipantSight, schedules: dict[str, list[ItemSight]]
) -> date | None:
    code = origin(look.rulebook.protocol(look.reading, person.protocol_hash))
    zone = ZoneInfo(person.zone)
    for item in schedules.get(person.participant, []):
        if item.item == code:
            if item.happened is not None:
                return day_of(parse_stated(item.happened), zone)
            # What was projected for somebody who left will not come.
            return item.target_day if person.end is None else None
    return None


def _columns(schedules: Iterable[Sequence[ItemSight]]) -> tuple[Column, ...]:
    found: dict[str, Column] = {}
    for items in schedules:
        for item in items:
            if worth_showing(item):
                found.setdefault(item.item, Column(item.item, item.label))
    return tuple(found.values())


def _cells(columns: Sequence[Column], items: Iterable[ItemSight]) -> tuple[ItemSight | None, ...]:
    known = {item.item: item for item in items}
    return tuple(known.get(column.item) for column in columns)
