"""Why a date is what it is: anchor, rule, source, zone, shift, and every record that touched it."""

from __future__ import annotations

import pytest

from domain import Refused, Standing
from domain.explanation import Explanation, explain
from domain.recorded import Recorded, Stamp, participant_stream, study_stream
from tests.domain.builders import (
    COORDINATOR,
    at,
    correct,
    excuse,
    followed,
    infused,
    miss,
    plan,
    protocol,
    record,
    register,
    retract,
    site,
)
from tests.domain.cycles import RULES as CYCLES
from tests.domain.cycles import cycled
from tests.domain.spec import Course, given

NOW = at("2026-04-20 12:00")


def explained(story: Course, item: str) -> Explanation:
    """The explanation of an item at noon of 2026-04-20."""
    stamp = Stamp(NOW, "c-1", COORDINATOR, protocol().hash, site().hash, "2026f", "test")
    stream = participant_stream("NCT06642025", "EX02-001")
    recorded = [Recorded(stream, seq, event, stamp) for seq, event in enumerate(story.record, start=1)]
    return explain(story.state, item, recorded, NOW)


def test_it_says_anchor_rule_source_version_and_zone() -> None:
    """Everything behind Day 60, ready to be read aloud."""
    found = explained(given(followed()), "D60")
    assert (found.label_en, found.label_zh) == ("Day 60 response visit", "第60天疗效评估访视")
    assert found.standing is Standing.NOT_DUE
    assert found.rule == (
        "infusion + P60D, from P7D before to P7D after, registered frame until P60D after infusion"
    )
    assert (found.source_kind, found.protocol, found.zone) == (
        "assumption",
        "NCT06642025 1.0",
        "Asia/Shanghai",
    )
    assert (found.first_day, found.target_day, found.last_day) == ("2026-04-24", "2026-05-01", "2026-05-08")
    assert found.notes[0] == "counted from infusion on 2026-03-02T09:30:00+08:00, as recorded"
    assert found.protocol_hash == protocol().hash


def test_a_window_in_hours_is_told_to_the_minute() -> None:
    """The bedside check: from when until when, by the clock of the site."""
    says = [touch.says for touch in explained(given(followed()), "H6").touches]
    assert "window 2026-03-02 14:30 until before 2026-03-02 16:30 (actual; record_item:infusion)" in says


def test_it_names_the_hard_stop() -> None:
    """A limit beyond which approval is needed is part of the rule."""
    assert explained(given(followed()), "infusion").rule == (
        "LD3 + P3D, from P1D before to P1D after, hard stop P7D after LD3"
    )


def test_it_lists_every_record_that_touched_the_date() -> None:
    """Anchor recorded, planned, moved by a correction, booked, reminded, done late: in order, with who."""
    story = given(infused()[:-1]).when(correct("infusion", "2026-03-03 09:30"), at("2026-03-03 12:00"))
    story.when(plan("D28", "2026-04-02"), at("2026-03-20 12:00"))
    story.when(plan("D28", None, "ill"), at("2026-03-21 12:00"))
    story.when(record("D28", "2026-04-06"), at("2026-04-06 12:00"))
    touches = explained(story, "D28").touches
    assert [touch.type for touch in touches] == [
        "milestone.reached",
        "plan.revised",
        "record.corrected",
        "plan.revised",
        "appointment.planned",
        "appointment.planned",
        "alert.raised",
        "alert.raised",
        "visit.recorded",
        "deviation.opened",
    ]
    says = [touch.says for touch in touches]
    assert says[0] == "infusion happened 2026-03-02T09:30:00+08:00"
    assert says[2].endswith("2026-03-02T09:30:00+08:00 -> 2026-03-03T09:30:00+08:00; mistyped")
    assert says[3] == "window 2026-03-28 to 2026-04-03 (actual; correct_record:infusion)"
    assert says[4:6] == ["appointment 2026-04-02", "appointment taken back"]
    assert says[6].startswith("alert due soon raised, due 2026-04-02 00:00")
    assert says[-1].startswith("deviation late: happened 2026-04-06")
    assert {touch.by for touch in touches} == {"coordinator-1 (coordinator)"}


def test_it_says_when_a_skipped_visit_carries_its_date() -> None:
    """Cycle 3 counts from the day on which cycle 2, excused, was expected; cycle 4 is a projection."""
    story = given(cycled(1), rules=CYCLES).when(excuse("C2"), at("2026-02-22 12:00"))
    found = explained(story, "C3")
    assert found.notes[0].startswith("counted from C2 on 2026-02-23, as expected: the visit was skipped")
    assert "C2 excused: abroad, agreed beforehand" in [touch.says for touch in found.touches]
    missed = given(cycled(1), rules=CYCLES).when(miss("C2"), at("2026-02-22 12:00"))
    assert "C2 missed: did not come" in [touch.says for touch in explained(missed, "C3").touches]
    assert explained(story, "C4").notes[0].startswith("projected from C3 on 2026-03-16")


def test_it_says_that_a_date_is_stale() -> None:
    """Its anchor was taken back: the old date is shown as what it is, with the retraction."""
    found = explained(given(followed(14)).when(retract("infusion"), at("2026-03-20 12:00")), "D28")
    assert found.standing is Standing.STALE
    assert found.notes[0].startswith("stale: counted from infusion")
    assert any("-> retracted; wrong participant" in touch.says for touch in found.touches)
    corrected = given(followed(14)).when(miss("D21"), at("2026-03-27 12:00"))
    corrected.when(correct("D21", "2026-03-25"), at("2026-03-27 12:00"))
    assert any("not done -> 2026-03-25" in touch.says for touch in explained(corrected, "D21").touches)


def test_it_says_that_a_window_ends_on_a_day_off_and_does_not_move() -> None:
    """Month 6 ends on a Wednesday and Day 90 on a Sunday: only the latter is worth a note."""
    story = given(followed())
    assert len(explained(story, "M6").notes) == 1
    assert explained(story, "D90").notes[1] == (
        "the last day 2026-06-07 is not a working day at the site; the window does not move"
    )


def test_what_has_no_window_says_so() -> None:
    """Consent counts from nothing; what is foreseen from a chain of targets says so."""
    story = given([(at("2026-01-05 12:00"), register())])
    assert explained(story, "consent").notes == (
        "no window: it counts from nothing and is recorded when it happens",
    )
    assert explained(story, "consent").rule is None
    lacking = given([(at("2026-01-05 12:00"), register(age=None))], rules=CYCLES)
    assert explained(lacking, "W1").notes[0].startswith("projected from switch_dose")


def test_an_unknown_item_is_refused() -> None:
    """There is nothing to explain of a visit the protocol does not have."""
    with pytest.raises(Refused, match="unknown-item"):
        explained(given(followed()), "D61")
    assert study_stream("NCT06642025") == "study/NCT06642025"
