"""Read models are a pure function of the state: one stream always gives the same rows (INV-5, INV-27)."""

from __future__ import annotations

from domain import fold, initial, next_deadline
from domain.rows import nothing_left, rows_of
from domain.state import State
from tests.domain.builders import (
    acknowledge,
    at,
    correct,
    end,
    followed,
    infused,
    miss,
    protocol,
    record,
    register,
    rules,
    site,
    snooze,
)
from tests.domain.spec import SUBJECT, Course, given
from tests.support.lives import life, lived


def folded(story: Course) -> State:
    """The state folded once more from the recorded events."""
    return fold(initial(story.state.rules), story.record)


def test_the_same_stream_gives_the_same_state_and_rows() -> None:
    """INV-5: folding the record again, from nothing, gives what the decisions had at every step."""
    told = list(lived(rules(), SUBJECT, life(protocol(), site())))
    state = initial(rules())
    for step in told:
        state = fold(state, step.events)
        assert state == step.after
        assert rows_of(state) == rows_of(step.after)


def test_the_participants_row_says_where_they_stand() -> None:
    """Stage, end, version, open alerts and what is waited for next."""
    story = given(followed()).run(at("2026-05-11 08:00"))
    row = rows_of(story.state).participant
    due = next_deadline(story.state)
    assert due is not None
    assert (row.study, row.participant, row.site, row.stage, row.end) == (
        "NCT06642025",
        "EX02-001",
        "hefei",
        "response",
        None,
    )
    assert (row.open_alerts, row.next_due, row.next_due_what) == (1, due.at, due.what)
    assert (row.version, row.registered_on, row.simulated) == (len(story.record), "2026-01-05", False)
    story.when(end("died", "2026-05-10"), at("2026-05-11 09:00"))
    row = rows_of(story.state).participant
    assert (row.end, row.open_alerts, row.next_due, row.next_due_what) == ("died", 0, None, None)


def test_there_is_a_row_for_every_item_in_the_protocols_order() -> None:
    """Recorded windows as recorded, projections for the rest, nothing left out."""
    rows = rows_of(given([(at("2026-01-05 12:00"), register())]).state).items
    assert [row.item for row in rows] == list(protocol().items)
    assert [row.position for row in rows] == list(range(len(rows)))
    bases = {row.item: row.basis for row in rows}
    assert (bases["consent"], bases["enrolment"], bases["D60"]) == ("none", "actual", "projected")


def test_an_item_row_keeps_what_was_stated_and_the_instant_it_is_judged_by() -> None:
    """A day stays a day; the instant beside it is its local beginning."""
    rows = {row.item: row for row in rows_of(given(followed()).state).items}
    assert (rows["D28"].happened, rows["D28"].happened_at) == ("2026-03-30", at("2026-03-30"))
    assert rows["D28"].record_seq is not None
    assert (rows["infusion"].anchor, rows["infusion"].anchor_on) == ("LD3", "2026-02-27")
    assert rows["infusion"].hard_stop == at("2026-03-07")
    assert rows["D60"].frame_ends == at("2026-05-02")


def test_alert_rows_say_how_far_each_has_climbed_and_who_holds_it() -> None:
    """Open, acknowledged, snoozed and resolved alerts all have their row."""
    story = given(followed()).when(acknowledge("D60/overdue"), at("2026-05-11 09:00"))
    found = {row.alert: row for row in rows_of(story.state).alerts}
    assert found["EX02-001/D60/due_soon"].resolved_why == "overdue"
    held = found["EX02-001/D60/overdue"]
    assert (held.status, held.rung, held.rungs, held.held_by) == ("acknowledged", 1, 3, "coordinator-1")
    story.when(snooze("D60/overdue", at("2026-05-12 09:00")), at("2026-05-11 10:00"))
    held = {row.alert: row for row in rows_of(story.state).alerts}["EX02-001/D60/overdue"]
    assert (held.status, held.until, held.reason) == ("snoozed", at("2026-05-12 09:00"), "visit is booked")


def test_deviation_rows_keep_the_closed_ones() -> None:
    """What was corrected away stays in sight as closed."""
    story = given(followed()).when(miss("D60"), at("2026-05-11 09:00"))
    story.when(correct("D60", "2026-05-04"), at("2026-05-12 09:00"))
    story.when(record("D90", "2026-06-09"), at("2026-06-09 12:00"))
    assert [(row.deviation, row.status) for row in rows_of(story.state).deviations] == [
        ("D60/missed", "closed: corrected"),
        ("D90/late", "open"),
    ]


def test_nothing_is_left_only_after_an_end_without_follow_up() -> None:
    """A workflow may close when the participation ended and no deadline and no alert is left."""
    assert not nothing_left(given(infused()).state)
    ended = given(followed()).when(end("discontinued", "2026-04-10"), at("2026-04-10 12:00"))
    assert not nothing_left(ended.state)
    ended.when(end("withdrawn", "2026-04-12"), at("2026-04-12 12:00"))
    assert nothing_left(ended.state)
