"""Read models are what the fold says, rows that did not change are not touched, and lists find them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events import VisitMissed
from domain.views import ParticipantViews
from store import DueRow, Store, open_store
from store.rebuild import rebuild
from tests.store.making import START, STUDY, raised, record, stamp, stream_of, views_of, visit
from tests.store.tampering import deviation_inserted, tamper

_SCAN = "SELECT study FROM participants WHERE next_due <= '2026-03-02' ORDER BY next_due LIMIT 1"
EXPLAINED = {"sqlite": f"EXPLAIN QUERY PLAN {_SCAN}", "postgresql": f"EXPLAIN {_SCAN}"}


def made(store: Store) -> ParticipantViews:
    """Views with a row of each kind, not stored yet."""
    with store.writing() as tx:
        history = [visit("D1"), VisitMissed("D2", "snow"), raised("D3"), raised("D4", 2)]
        tx.append(stream_of("P01"), 0, history, stamp("c-1"))
        return views_of(tx.events(stream_of("P01")))


def shown(store: Store, participant: str = "P01") -> ParticipantViews:
    """What the store shows of a participant."""
    with store.reading() as reading:
        row = reading.participant(STUDY, participant)
        assert row is not None
        return ParticipantViews(
            participant=row,
            items=tuple(reading.items(STUDY, participant)),
            alerts=tuple(reading.alerts(STUDY, participant)),
            deviations=tuple(reading.deviations(STUDY, participant)),
        )


def show(store: Store, views: ParticipantViews) -> None:
    """Show in a transaction of its own."""
    with store.writing() as tx:
        tx.show(views)


def show_and_fail(store: Store, views: ParticipantViews) -> None:
    """Show, and then an error."""
    with store.writing() as tx:
        tx.show(views)
        raise ZeroDivisionError


def test_rows_come_back_as_they_were_shown(store: Store) -> None:
    """Every field of every row is read back equal."""
    views = made(store)
    show(store, views)
    assert shown(store) == views


def test_rows_that_are_gone_are_removed(store: Store) -> None:
    """After showing, the rows are exactly those given: no row of before is left."""
    views = made(store)
    show(store, views)
    fewer = replace(views, items=views.items[:3], alerts=(), deviations=())
    show(store, fewer)
    assert shown(store) == fewer


def test_another_process_may_have_shown_meanwhile(store: Store, store_url: str) -> None:
    """What this process remembers is not trusted when another process has shown other rows."""
    views = made(store)
    show(store, views)
    other = open_store(store_url)
    show(other, replace(views, items=views.items[:3]))
    other.close()
    show(store, views)
    assert shown(store) == views


def test_a_rolled_back_show_is_not_remembered(store: Store) -> None:
    """Rows of a transaction that failed are not taken for stored."""
    views = made(store)
    show(store, views)
    changed = replace(views, items=views.items[:3])
    with pytest.raises(ZeroDivisionError):
        show_and_fail(store, changed)
    show(store, changed)
    assert shown(store) == changed


@pytest.mark.parametrize("remembering", [True, False])
def test_only_changed_rows_are_written(store: Store, store_url: str, remembering: bool) -> None:
    """One visit recorded writes the participant's row and one item, not forty-five."""
    views = made(store)
    show(store, views)
    item = replace(views.items[7], outcome="done")
    changed = replace(views, items=(*views.items[:7], item, *views.items[8:]))
    writer = store if remembering else open_store(store_url)
    written = _rows_written(writer, changed)
    if writer is not store:
        writer.close()
    assert written == 2
    assert shown(store) == changed


def _rows_written(store: Store, views: ParticipantViews) -> int:
    counter = "SELECT total_changes()"
    with store.writing() as tx:
        if store.dialect == "postgresql":
            counter = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
        before = tx.connection.exec_driver_sql(counter).scalar_one()
        tx.show(views)
        return int(tx.connection.exec_driver_sql(counter).scalar_one() - before)


def test_two_rows_with_one_key_are_an_error(store: Store) -> None:
    """A fold that gives the same item twice is refused instead of losing one of them."""
    views = made(store)
    with pytest.raises(ValueError, match="same item"):
        show(store, replace(views, items=(*views.items, views.items[0])))


def test_open_alerts_are_those_not_resolved(store: Store) -> None:
    """`open_only` leaves out what was resolved, over all studies or one participant."""
    views = made(store)
    closed = replace(views.alerts[0], resolved_at=START, resolved_why="recorded", status="resolved")
    show(store, replace(views, alerts=(closed, views.alerts[1])))
    with store.reading() as reading:
        assert reading.alerts(open_only=True) == [views.alerts[1]]
        assert reading.alerts(STUDY, "P01") == [closed, views.alerts[1]]
        assert reading.alerts(STUDY, "P02") == []
        assert reading.alert(STUDY, closed.alert) == closed
        assert reading.alert(STUDY, "none") is None


def test_due_participants_come_earliest_first(store: Store) -> None:
    """Whose next deadline is at or before a moment, earliest first; nobody else."""
    views = made(store)
    for number, hours in enumerate((3, 1, None, 2)):
        due = None if hours is None else START + timedelta(hours=hours)
        row = replace(views.participant, participant=f"P0{number}", next_due=due)
        show(store, ParticipantViews(row, (), (), ()))
    with store.reading() as reading:
        assert reading.next_due() == START + timedelta(hours=1)
        assert reading.due(START, 10) == []
        found = reading.due(START + timedelta(hours=2), 10)
        assert found == [
            DueRow(STUDY, "P01", START + timedelta(hours=1), 4),
            DueRow(STUDY, "P03", START + timedelta(hours=2), 4),
        ]
        assert reading.due(START + timedelta(days=1), 1) == found[:1]


def test_the_due_scan_uses_its_index(store: Store) -> None:
    """Asking who is due does not read every participant."""
    with store.reading() as reading:
        if store.dialect == "postgresql":
            reading.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = reading.connection.exec_driver_sql(EXPLAINED[store.dialect]).all()
    assert "ix_participants_next_due" in str(plan)


def test_rebuilding_gives_the_same_rows(store: Store) -> None:
    """INV-27: read models made anew from the events are the rows that commands left, whatever befell them."""
    for number in range(3):
        for step in range(3):
            with store.writing() as tx:
                record(
                    tx, f"P0{number}", f"c-{step}", [visit(f"D{step}"), VisitMissed(f"D{9 + step}", "snow")]
                )
    before = [shown(store, f"P0{number}") for number in range(3)]
    tamper(
        store,
        "UPDATE items SET outcome = 'invented'",
        "DELETE FROM deviations",
        "DELETE FROM participants WHERE participant = 'P02'",
        deviation_inserted("S", "P99"),
    )
    done = rebuild(store, views_of)
    assert (done.participants, done.events, done.removed) == (3, 18, 1)
    assert [shown(store, f"P0{number}") for number in range(3)] == before
    with store.reading() as reading:
        assert reading.shown_participants() == [(STUDY, f"P0{number}") for number in range(3)]


ROWS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["", "done", "missed"])), unique_by=lambda row: row[0]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(ROWS, min_size=1, max_size=6))
def test_any_sequence_of_views_ends_with_the_last(store: Store, steps: list[list[tuple[int, Any]]]) -> None:
    """INV-27: showing differences one after another is showing the last views alone."""
    with store.writing() as tx:
        base = views_of([*_history(tx)])
    for rows in steps:
        items = tuple(
            replace(base.items[0], item=f"D{key}", position=key, outcome=outcome)
            for key, outcome in sorted(rows)
        )
        views = replace(base, items=items)
        show(store, views)
        assert shown(store) == views


def _history(tx: Any) -> Any:
    head = tx.head(stream_of("P01"))
    if head.version == 0:
        tx.append(stream_of("P01"), 0, [visit("D1")], stamp("c-1"))
    return tx.events(stream_of("P01"))
