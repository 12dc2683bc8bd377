"""Nobody overwrites: a correction is a new event that names the old one, and re-derives what stands on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import Code, Standing
from domain.commands import CorrectRecord
from domain.events import PlanRevised, RecordCorrected
from domain.plan import whole_plan
from domain.stated import Stated
from tests.domain.builders import (
    COORDINATOR,
    at,
    correct,
    end,
    enrolled,
    excuse,
    followed,
    infused,
    miss,
    progressed,
    record,
    retract,
    screened,
    stated,
    withdrawn_at,
)
from tests.domain.cycles import RULES as CYCLES
from tests.domain.cycles import cycled
from tests.domain.spec import Course, given

APRIL = at("2026-04-20 12:00")


def seq_of(story: Course, item: str) -> int:
    """The event that last spoke of the item."""
    seq = story.state.item(item).seq
    assert seq is not None
    return seq


def test_a_correction_names_the_record_it_replaces() -> None:
    """The event keeps what was said, what is right, and why (INV-12)."""
    story = given(followed(14))
    seq = seq_of(story, "D14")
    story.when(correct("D14", "2026-03-15"), APRIL)
    assert story.events[0] == RecordCorrected(
        "D14", seq, "mistyped", was=stated("2026-03-16"), happened=stated("2026-03-15")
    )
    assert story.state.item("D14").seq == story.state.version - len(story.events) + 1


def test_correcting_an_anchor_moves_everything_that_counts_from_it() -> None:
    """Infusion a day later: each window from it moves by a day, on the record, with the cause."""
    story = given(infused()[:-1])
    story.when(correct("infusion", "2026-03-03 09:30"), at("2026-03-03 12:00"))
    revised = story.one(PlanRevised)
    moved = {window.item for window in revised.windows}
    assert {"H6", "D1", "D60", "M12", "Y15"} <= moved
    assert "S12" not in moved
    assert whole_plan(story.state)["D60"].closes == at("2026-05-10")


def test_a_corrected_visit_opens_or_closes_its_deviation() -> None:
    """D28 first typed outside its window, then put right: the deviation closes on the record."""
    story = given(followed(21)).when(record("D28", "2026-04-05"), at("2026-04-05 12:00"))
    assert story.stands("D28", APRIL) is Standing.DONE_OUTSIDE
    story.when(correct("D28", "2026-04-01"), APRIL).then("record.corrected", "deviation.closed")
    assert story.stands("D28", APRIL) is Standing.DONE
    assert [each.closed_why for each in story.state.settled_deviations] == ["corrected"]
    story.when(correct("D28", "2026-04-04"), APRIL).then("record.corrected", "deviation.opened")
    assert story.state.deviations["D28", "late"].deviation == "D28/late/2"


def test_a_deviation_whose_facts_change_is_closed_and_opened_anew() -> None:
    """Still late, but on another day: the detail is never edited in place, and each has its own name."""
    story = given(followed(21)).when(record("D28", "2026-04-05"), at("2026-04-05 12:00"))
    story.when(correct("D28", "2026-04-04"), APRIL).then(
        "record.corrected", "deviation.closed", "deviation.opened"
    )
    assert [each.deviation for each in story.state.settled_deviations] == ["D28/late"]
    assert [each.deviation for each in story.state.deviations.values()] == ["D28/late/2"]


def test_retracting_an_anchor_makes_what_counts_from_it_stale() -> None:
    """A date whose anchor was taken back keeps its old times, says so, and alerts nobody."""
    story = given(followed(14))
    before = story.state.item("D21").window
    assert before is not None
    story.when(retract("infusion"), at("2026-03-17 12:00"))
    story.includes("record.corrected", "plan.revised", "stage.entered")
    for item in ("D14", "D21", "D60"):
        assert story.stands(item, APRIL) is Standing.STALE
    assert story.state.item("D21").window == replace(before, basis="stale")
    assert story.run(at("2026-03-30")).alerts().keys() == {
        "infusion/overdue",
        "infusion/repeat_decision",
        "fit_for_infusion/expiring",
    }


def test_an_open_alert_on_a_date_that_turned_stale_is_resolved() -> None:
    """Overdue counted from a record that was taken back is not overdue."""
    story = given(followed(14)).run(at("2026-03-28"))
    assert "D21/overdue" in story.alerts()
    story.when(retract("infusion"), at("2026-03-28 12:00"))
    assert "D21/overdue" not in story.alerts()
    assert story.state.settled_alerts[-1].resolved_why == "stale"


def test_recording_the_anchor_again_mends_what_was_stale() -> None:
    """The new date is recorded: every dependent binds again, on the record, and alerts once more."""
    story = given(followed(14)).run(at("2026-03-28")).when(retract("infusion"), at("2026-03-28 12:00"))
    story.when(record("infusion", "2026-03-02 11:00"), at("2026-03-28 13:00")).includes("plan.revised")
    assert story.stands("D14", APRIL) is Standing.DONE
    assert story.stands("D60", APRIL) is Standing.NOT_DUE
    assert whole_plan(story.state)["H6"].target == at("2026-03-02 17:00")
    assert "D21/overdue/2" in story.alerts()


@pytest.mark.parametrize("skip", [excuse, miss])
def test_a_skipped_visit_taken_back_makes_its_chain_stale_until_it_is_said_again(skip: object) -> None:
    """Missed, retracted, missed again: expected, stale, expected."""
    assert callable(skip)
    now = CYCLES.zone
    told = at("2026-02-22 10:00", now)
    story = given(cycled(1), rules=CYCLES).when(skip("C2"), told)
    story.when(retract("C2"), told)
    assert whole_plan(story.state)["C3"].basis == "stale"
    story.when(skip("C2"), told)
    assert whole_plan(story.state)["C3"].basis == "expected"
    story.when(correct("C2", "2026-02-21"), told)
    assert whole_plan(story.state)["C3"].basis == "actual"


def test_a_missed_visit_corrected_to_a_date_is_done() -> None:
    """It had taken place after all: the deviation closes, the visit is done."""
    story = given(followed()).when(miss("D60"), at("2026-05-11 09:00"))
    story.when(correct("D60", "2026-05-07"), at("2026-05-12 09:00"))
    story.then("record.corrected", "deviation.closed")
    assert story.stands("D60", at("2026-05-12 09:00")) is Standing.DONE


def test_a_missed_visit_stays_missed_when_its_window_moves() -> None:
    """The infusion's time is put right: the deviation of a missed visit is not touched."""
    story = given(followed()).when(miss("D60"), at("2026-05-11 09:00"))
    story.when(correct("infusion", "2026-03-02 09:00"), at("2026-05-12 09:00"))
    story.includes("plan.revised")
    assert [each.deviation for each in story.state.deviations.values()] == ["D60/missed"]
    assert not story.state.settled_deviations


@pytest.mark.parametrize(
    ("item", "to", "code", "saying"),
    [
        (
            "infusion",
            "2026-03-04 09:30",
            Code.OUT_OF_ORDER,
            "H6 on 2026-03-02T15:30:00+08:00 would come before",
        ),
        ("infusion", "2026-02-20 09:30", Code.OUT_OF_ORDER, "is before conditioning"),
        ("conditioning", "2026-02-10", Code.OUT_OF_ORDER, "is before release"),
        ("release", "2026-02-26", Code.OUT_OF_ORDER, "conditioning on 2026-02-25 would come before release"),
        ("consent", "2026-01-13", Code.OUT_OF_ORDER, "enrolment on 2026-01-12 would come before consent"),
        ("D14", "2026-03-01", Code.BEFORE_ANCHOR, "its anchor infusion"),
        ("D14", "2026-04-21", Code.FUTURE_TIME, "in the future"),
        ("D14", "2026-03-16", Code.SAME_FACT, "already recorded on 2026-03-16"),
        ("infusion", "2026-03-02", Code.TIME_NEEDED, "H6"),
        ("D21", "2026-03-23", Code.NOTHING_TO_CORRECT, "nothing is recorded of D21"),
        ("end", "2026-04-01", Code.NOTHING_TO_CORRECT, "nothing is recorded of end"),
        ("progression", "2026-04-01", Code.NOTHING_TO_CORRECT, "nothing is recorded of progression"),
        ("D61", "2026-04-01", Code.UNKNOWN_ITEM, "D61"),
    ],
)
def test_a_correction_must_itself_be_possible(item: str, to: str, code: Code, saying: str) -> None:
    """INV-11: nothing is moved before what it stands on, nor after what stands on it."""
    given(followed(14)).when(correct(item, to), APRIL).refused(code, saying)


def test_the_ground_is_not_pulled_from_under_what_stands_on_it() -> None:
    """Release cannot be taken back while the infusion stands, nor consent ever."""
    given(infused()).when(retract("release"), APRIL).refused(
        Code.OUT_OF_ORDER, "conditioning stands on release: retract conditioning first"
    )
    given(infused()).when(retract("consent"), APRIL).refused(
        Code.NOTHING_TO_CORRECT, "consent opened the timeline"
    )


def test_a_correction_names_the_record_in_force() -> None:
    """With a sequence number it must be the record in force; an old one is refused."""
    story = given(followed(14))
    seq = seq_of(story, "D14")
    story.when(correct("D14", "2026-03-15", seq=seq), APRIL).includes("record.corrected")
    story.when(correct("D14", "2026-03-16", seq=seq), APRIL).refused(
        Code.NOTHING_TO_CORRECT, f"record {seq} is not in force", f"in force: {seq_of(story, 'D14')}"
    )


def test_a_correction_states_a_time_or_a_retraction_not_both_and_not_neither() -> None:
    """Whichever is meant must be said."""
    for body in ({}, {"happened": "2026-03-15", "retract": True}):
        command = CorrectRecord.model_validate(
            {"actor": COORDINATOR, "item": "D14", "reason": "mistyped", **body}
        )
        given(followed(14)).when(command, APRIL).refused(Code.MALFORMED, "either the right time or")


def test_consent_can_be_corrected_and_moves_screening() -> None:
    """The first date of all is a record like any other."""
    story = given(screened()).when(correct("consent", "2026-01-03"), at("2026-01-10"))
    assert whole_plan(story.state)["enrolment"].closes == at("2026-02-01")
    assert whole_plan(given(enrolled()).state)["enrolment"].closes == at("2026-02-03")


def test_progression_is_recorded_once_corrected_and_taken_back() -> None:
    """The first progression stands until it is corrected; taken back, it may be recorded anew."""
    story = given(followed()).when(progressed("2026-04-10"), APRIL).then("progression.recorded")
    story.when(correct("progression", "2026-04-08"), APRIL)
    assert progression(story) == stated("2026-04-08")
    story.when(retract("progression"), APRIL)
    assert progression(story) is None
    story.when(progressed("2026-04-09"), APRIL).then("progression.recorded")
    story.when(progressed("2026-04-09"), APRIL).refused(Code.ALREADY_RECORDED, "2026-04-09")


def progression(story: Course) -> Stated | None:
    """When the disease progressed, as it stands recorded."""
    known = story.state.progression
    return known.happened if known is not None else None


@pytest.mark.parametrize(
    ("on", "code"), [("2026-04-21", Code.FUTURE_TIME), ("2026-01-04", Code.BEFORE_ANCHOR)]
)
def test_progression_is_corrected_only_to_what_can_be(on: str, code: Code) -> None:
    """Not ahead and not before consent."""
    story = given(followed(), [(APRIL, progressed("2026-04-10"))])
    story.when(correct("progression", on), APRIL).refused(code)


def test_after_an_end_corrections_are_taken_but_not_past_it() -> None:
    """INV-11: an ended participation accepts late records and corrections, up to its end."""
    story = given(followed(), withdrawn_at("2026-04-10"))
    story.when(correct("D28", "2026-03-31"), APRIL).includes("record.corrected")
    story.when(correct("D28", "2026-04-11"), APRIL).refused(Code.ENDED, "withdrawn")
    dead = given(followed(), [(at("2026-04-10 12:00"), end("died", "2026-04-09"))])
    dead.when(correct("D28", "2026-04-10"), APRIL).refused(Code.ENDED, "died")
