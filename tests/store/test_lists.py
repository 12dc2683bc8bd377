"""A narrowed list is the whole list with the rest left out: on both databases, and as of a moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.standing import Standing, sight_of_row, standing
from domain.state import AlertKind, AlertStatus, Outcome
from domain.views import AlertRow, ItemRow, ParticipantViews
from replay.as_of_lists import ListsAsOf
from store import Dated, Pending, Reading, Store, open_store
from tests.store.making import START, STUDY, raised, record, views_of, visit

PEOPLE = ("P01", "P02", "P03", "P04")
BASES = ("actual", "expected", "projected", "stale", "none")
_ORDERS: tuple[Literal["opens"], Literal["closes"]] = ("opens", "closes")
HOURS = st.integers(-40, 80)


class Whole(ListsAsOf):
    """Lists narrowed in the other way: row by row, from the whole lists of the store."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.connection)


@pytest.fixture
def varied(database_url: str) -> Iterator[Store]:
    """A store whose rows differ in everything that lists are narrowed by."""
    store = open_store(database_url)
    store.migrate()
    chance = random.Random(6)  # noqa: S311 - the same rows each time
    for number, code in enumerate(PEOPLE):
        with store.writing() as tx:
            alerts = (replace(raised(item), alert=f"{code}/{item}/overdue") for item in ("D1", "D2", "D3"))
            record(tx, code, f"{code}/1", [visit(), *alerts])
            history = tx.events(f"participant/{STUDY}/{code}")
            tx.show(_varied(views_of(history), chance, simulated=number % 2 == 0))
    yield store
    store.close()


@given(after=st.none() | HOURS, by=st.none() | HOURS, closed=st.none() | HOURS, unalerted=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_pending_is_what_a_look_at_every_row_finds(
    varied: Store, after: int | None, by: int | None, closed: int | None, unalerted: bool
) -> None:
    """Narrowed, counted, ordered and cut in SQL, pending items are those that a look at each row gives."""
    wanted = Pending(_at(after), _at(by), _at(closed), unalerted)
    with varied.reading() as reading:
        whole = Whole(reading)
        for order in _ORDERS:
            found = whole.pending(STUDY, wanted, order)
            assert reading.pending(STUDY, wanted, order) == found
            assert reading.pending(STUDY, wanted, order, 3, 2) == found[2:5]
            assert whole.pending(STUDY, wanted, order, 3, 2) == found[2:5]
            assert reading.count_pending(STUDY, wanted) == whole.count_pending(STUDY, wanted) == len(found)


@given(day=st.integers(-3, 5), length=st.integers(0, 3), narrowed=st.booleans(), one=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_has_a_date_in_some_days_is_what_a_look_at_every_row_finds(
    varied: Store, day: int, length: int, narrowed: bool, one: bool
) -> None:
    """Items of some days, of everybody or of one, are in SQL those that a look at each row gives."""
    first = START.date() + timedelta(days=day)
    only = frozenset({"D1", "D3"}) if narrowed else None
    wanted = Dated(first, first + timedelta(days=length), PEOPLE[1] if one else None, only)
    with varied.reading() as reading:
        assert reading.dated(STUDY, wanted) == Whole(reading).dated(STUDY, wanted)


@given(hours=HOURS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_narrowing_loses_nothing_that_stands_as_is_asked(varied: Store, hours: int) -> None:
    """At any moment the domain finds the same items open, past target, overdue and not due in the narrowed
    lists as in all items."""
    now = START + timedelta(hours=hours)
    with varied.reading() as reading:
        every = reading.items(STUDY)
        for wanted, standings in (
            (Pending(opens_by=now), {Standing.OPEN, Standing.PAST_TARGET, Standing.OVERDUE}),
            (Pending(closed_by=now), {Standing.OVERDUE}),
            (Pending(opens_after=now), {Standing.NOT_DUE}),
        ):
            found = {_name(row) for row in reading.pending(STUDY, wanted)}
            judged = {_name(row) for row in every if standing(sight_of_row(row), now) in standings}
            assert found == {each for each in judged if _opens(every, each)}


def test_the_other_lists_are_the_whole_ones_with_the_rest_left_out(varied: Store) -> None:
    """People, sites, schedules and alerts by name, status and number are those of the whole lists."""
    open_, held = [AlertStatus.OPEN], [AlertStatus.ACKNOWLEDGED, AlertStatus.SNOOZED]
    with varied.reading() as reading:
        whole = Whole(reading)
        assert reading.sites_of_people(STUDY) == whole.sites_of_people(STUDY)
        assert sum(each.participants for each in reading.sites_of_people(STUDY)) == len(PEOPLE)
        codes = ["P03", "P01", "nobody"]
        assert reading.participants_named(STUDY, codes) == whole.participants_named(STUDY, codes)
        for only in (None, ["D1", "D5"]):
            found = reading.schedules(STUDY, codes, only)
            assert found and found == whole.schedules(STUDY, codes, only)
        for statuses in (open_, held):
            assert reading.open_alerts(STUDY, statuses, "due", 2, 1) == whole.open_alerts(
                STUDY, statuses, "due", 2, 1
            )
            assert reading.open_alerts(STUDY, statuses, "until") == whole.open_alerts(
                STUDY, statuses, "until"
            )
        counts = reading.count_open_alerts(STUDY)
        assert counts == whole.count_open_alerts(STUDY)
        assert sum(counts.values()) == len(reading.alerts(STUDY, open_only=True)) > 0
        assert reading.people_with_alerts(STUDY, "open") == whole.people_with_alerts(STUDY, "open")


def _varied(views: ParticipantViews, chance: random.Random, *, simulated: bool) -> ParticipantViews:
    person = replace(views.participant, simulated=simulated, site=chance.choice(("hefei", "wuhu")))
    items = tuple(_item(each, chance) for each in views.items)
    return replace(
        views, participant=person, items=items, alerts=tuple(_alert(each, chance) for each in views.alerts)
    )


def _item(row: ItemRow, chance: random.Random) -> ItemRow:
    opens = START + timedelta(hours=chance.randint(-30, 60))
    target = opens + timedelta(hours=chance.randint(1, 12))
    dated = chance.random() < 0.9
    return replace(
        row,
        outcome=chance.choices(list(Outcome), (7, 1, 1, 1))[0].value,
        applicable=chance.random() < 0.9,
        basis=chance.choices(BASES, (5, 5, 2, 1, 1))[0],
        opens=opens if dated else None,
        target=target if dated else None,
        closes=target + timedelta(hours=chance.randint(0, 12)) if dated else None,
        hard_stop=target + timedelta(hours=chance.randint(12, 48)) if chance.random() < 0.3 else None,
        appointment=_stated(chance),
        happened=_stated(chance),
    )


def _stated(chance: random.Random) -> str | None:
    at = START + timedelta(hours=chance.randint(-72, 96))
    return chance.choice((None, at.date().isoformat(), at.isoformat()))


def _alert(row: AlertRow, chance: random.Random) -> AlertRow:
    status = chance.choice(list(AlertStatus))
    held = status in (AlertStatus.ACKNOWLEDGED, AlertStatus.SNOOZED)
    return replace(
        row,
        status=status.value,
        kind=chance.choice((AlertKind.OVERDUE, AlertKind.DUE_SOON)).value,
        until=START + timedelta(hours=chance.randint(0, 9)) if held else None,
        resolved_at=START if status is AlertStatus.RESOLVED else None,
    )


def _at(hours: int | None) -> datetime | None:
    return START + timedelta(hours=hours) if hours is not None else None


def _name(row: ItemRow) -> tuple[str, str]:
    return row.participant, row.item


def _opens(rows: list[ItemRow], name: tuple[str, str]) -> bool:
    """Whether it has a window at all: what has none is not due either, and waits for nobody."""
    return any(_name(row) == name and row.opens is not None and row.basis in BASES[:2] for row in rows)
