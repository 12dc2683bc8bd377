"""A participation completes by itself when every expected item is settled, and reopens when one is not."""

from __future__ import annotations

from domain import Code, next_deadline
from domain.events import ParticipationEnded, RecordCorrected
from domain.protocol.document import End
from domain.rows import nothing_left
from tests.domain.builders import correct, decided, miss, record, retract, stated, unscheduled
from tests.domain.cycles import RULES, at, cycled, going
from tests.domain.spec import Course, given
from tests.support.lives import Told

MAINTENANCE = {"K1": "2026-06-29", "K2": "2026-08-10", "K3": "2026-09-21", "K4": "2026-11-02"}


def to_the_end() -> Told:
    """Every visit of the maintenance branch, to the call a year after the first dose."""
    visits = {**MAINTENANCE, "EOT-K": "2026-12-18", "CALL": "2027-01-12"}
    return [
        *cycled(),
        *going("continue"),
        *((at(f"{day} 10:00"), record(code, day)) for code, day in visits.items()),
    ]


def whole() -> Course:
    """A participation in which everything has been done."""
    return given(to_the_end(), rules=RULES)


def test_with_the_last_item_settled_the_participation_is_complete() -> None:
    """Nobody says so: it follows, on the day of the record, and nothing is waited for."""
    story = whole()
    assert story.events[-1] == ParticipationEnded(
        End.COMPLETED, stated("2027-01-12"), "every expected item is settled"
    )
    assert nothing_left(story.state)


def test_missed_and_excused_items_are_settled_too() -> None:
    """The last call was missed: complete all the same, with a deviation."""
    story = given(to_the_end()[:-1], rules=RULES).when(miss("CALL"), at("2027-01-25 10:00"))
    story.includes("visit.missed", "deviation.opened", "participation.ended")


def test_a_correction_that_makes_an_item_due_again_reopens_it() -> None:
    """The call was recorded for the wrong participant: taken back, the end is taken back with it."""
    story = whole()
    ending = story.state.ending
    assert ending is not None
    story.when(retract("CALL"), at("2027-01-15 10:00"))
    assert story.events[1] == RecordCorrected(
        "end", ending.seq, "an item is expected again", was=stated("2027-01-12"), happened=None
    )
    assert story.state.ending is None
    assert story.due().what == "CALL window closes 2027-01-22 Europe/Berlin"
    story.when(record("CALL", "2027-01-16"), at("2027-01-16 10:00")).includes("participation.ended")


def test_a_correction_that_leaves_all_settled_leaves_it_complete() -> None:
    """Another date for the call changes nothing about the end."""
    whole().when(correct("CALL", "2027-01-11"), at("2027-01-15 10:00")).then("record.corrected")


def test_completion_itself_is_not_corrected() -> None:
    """It follows from the items: the sentence says to correct the one that is wrong."""
    for command in (correct("end", "2027-01-10"), retract("end")):
        whole().when(command, at("2027-01-15 10:00")).refused(Code.NOTHING_TO_CORRECT, "follows by itself")


def test_a_branch_not_yet_decided_is_still_ahead() -> None:
    """Everything that applies is done, but a decision is open: nothing is complete until it is taken."""
    waiting = [*cycled(), (at("2027-01-12 10:00"), record("CALL", "2027-01-12"))]
    story = given(waiting, rules=RULES)
    assert story.state.ending is None
    assert next_deadline(story.state) is None
    story.when(decided("course", "continue", "2027-01-13"), at("2027-01-13 10:00"))
    assert story.state.ending is None
    assert "K1/overdue" in story.alerts()


def test_after_completion_only_late_records_are_taken() -> None:
    """A visit of last week is; one after the end is not."""
    whole().when(unscheduled("2027-01-10"), at("2027-01-20 10:00")).then("visit.unscheduled")
    whole().when(unscheduled("2027-01-13"), at("2027-01-20 10:00")).refused(Code.ENDED, "completed")
