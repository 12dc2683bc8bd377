"""Amendments: the cut-over of one participant, by the date of consent, forward only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain import Code, Standing, fold, initial
from domain.amendment.diff import How, diff
from domain.amendment.preview import preview
from domain.deviations import changed
from domain.events import AmendmentApplied, DeviationOpened, PlannedWindow, PlanRevised
from domain.plan import whole_plan
from domain.protocol.document import End
from domain.state import Outcome
from tests.domain.amended import amend, second, third, versions, without
from tests.domain.builders import at, correct, followed, infused, protocol, record, retract, withdrawn_at
from tests.domain.spec import Course, given

APPLIED = at("2026-03-20 10:00")
MAY = at("2026-05-11 09:00")


def infused_until(day: int) -> Course:
    """Followed up to a day, both versions published."""
    return given(followed(day), rules=versions())


def window(course: Course, item: str) -> PlannedWindow:
    """The window of an item as people see it."""
    return whole_plan(course.state)[item]


def test_from_the_consent_on_the_participant_is_under_the_new_version() -> None:
    """The event names both versions by hash, and the consent; the new one is in force from then on."""
    course = infused_until(14).when(amend(), APPLIED)
    event = course.one(AmendmentApplied)
    assert (event.protocol_version, event.protocol_hash) == ("2.0", second().hash)
    assert event.was_hash == protocol().hash
    assert str(event.consented) == "2026-03-20"
    assert course.state.protocol.hash == second().hash


def test_pending_items_get_the_windows_of_the_new_version() -> None:
    """Day 21 is one day longer, day 45 is there, and only what changed is planned anew, with its cause."""
    course = infused_until(14)
    before = window(course, "D28")
    course.when(amend(), APPLIED)
    revised = course.one(PlanRevised)
    assert revised.cause == "apply_amendment:2.0"
    assert {each.item for each in revised.windows} == {"D21", "D45"}
    assert window(course, "D21").closes == at("2026-03-27")
    assert window(course, "D45").opens == at("2026-04-13")
    assert window(course, "D28") == before


def test_what_is_done_keeps_its_window_and_its_version() -> None:
    """Day 21 done on the last day of the old window stays as it was, and a correction is judged by it too."""
    course = infused_until(21)
    done = course.state.item("D21")
    course.when(amend(consented="2026-03-24"), at("2026-03-24 10:00"))
    assert course.state.item("D21") == done
    course.when(correct("D21", "2026-03-26"), at("2026-03-26 12:00"))
    assert course.one(DeviationOpened).kind == "late"


def test_a_removed_item_that_is_pending_is_not_applicable_any_more() -> None:
    """Month 9 alerts nobody and is refused from then on; an unscheduled visit is offered instead."""
    course = infused_until(28).when(amend(), at("2026-03-31 10:00"))
    assert course.stands("M9", at("2027-01-15")) is Standing.NOT_APPLICABLE
    assert "M9" in course.one(AmendmentApplied).unplanned
    course.run(at("2026-12-30"))
    assert not any(alert.startswith("M9/") for alert in course.alerts())
    course.hear(record("M9", "2026-12-02"), at("2026-12-30 10:00"))
    course.refused(Code.NOT_APPLICABLE, "M9 is no longer in the schedule", "unscheduled visit")


def test_a_removed_item_that_is_done_stays_on_the_record() -> None:
    """What happened is not taken away, and a correction of it is taken."""
    story = given(followed(28), rules=versions(third(**without(second().document, "D14", "D28"))))
    story.when(amend("3.0", "2026-03-31"), at("2026-03-31 10:00"))
    assert story.state.item("D28").outcome is Outcome.DONE
    assert story.stands("D28", MAY) is Standing.DONE
    story.when(correct("D28", "2026-03-29"), at("2026-03-31 11:00")).includes("record.corrected")
    story.when(retract("D28"), at("2026-03-31 12:00"))
    assert story.stands("D28", MAY) is Standing.NOT_APPLICABLE


def test_a_removed_visit_that_happened_before_the_consent_is_still_taken() -> None:
    """Reality comes first: it is typed late, but it was in the schedule when it happened."""
    rules = versions(third(**without(second().document, "D21")))
    course = given(followed(14), rules=rules).when(amend("3.0", "2026-03-24"), at("2026-03-24 10:00"))
    course.when(record("D21", "2026-03-23"), at("2026-03-24 11:00")).includes("visit.recorded")
    late = given(followed(14), rules=rules).when(amend("3.0", "2026-03-24"), at("2026-03-24 10:00"))
    late.when(record("D21", "2026-03-24"), at("2026-03-24 11:00")).refused(Code.NOT_APPLICABLE)


def test_an_overdue_alert_is_over_when_the_new_window_is_open_again() -> None:
    """The alert of the old window resolves by itself; one is raised when the new one has closed too."""
    course = infused_until(14).run(at("2026-03-26 08:00"))
    assert "D21/overdue" in course.alerts()
    course.hear(amend(consented="2026-03-26"), at("2026-03-26 08:00"))
    assert "D21/overdue" not in course.alerts()
    course.run(at("2026-03-27 00:00"))
    assert "D21/overdue/2" in course.alerts()


def test_nobody_who_does_not_consent_is_moved() -> None:
    """Publishing a version changes nothing for a participant: the same events follow as without it."""
    alone = given(followed())
    told = given(followed(), rules=versions())
    assert told.record == alone.record
    assert told.state.protocol.hash == protocol().hash


def test_later_amendments_are_applied_over_earlier_ones() -> None:
    """From the first to the second to the third version; what the second removed stays removed."""
    rules = versions(third(**without(second().document, "D45")))
    course = given(followed(14), rules=rules).when(amend(), APPLIED)
    course.when(amend("3.0", "2026-03-21"), at("2026-03-21 10:00"))
    assert [each.version for each in course.state.governance.applied] == ["2.0", "3.0"]
    assert {code for code, item in course.state.protocol.items.items() if item.withdrawn} == {"M9", "D45"}
    assert course.stands("D45", MAY) is Standing.NOT_APPLICABLE


def test_a_version_may_be_skipped() -> None:
    """Who did not consent to the second version may consent to the third."""
    course = given(followed(14), rules=versions(third())).when(amend("3.0"), APPLIED)
    assert course.state.protocol.version == "3.0"


@pytest.mark.parametrize(
    ("version", "consented", "code", "says"),
    [
        ("2.1", "2026-03-20", Code.UNKNOWN_VERSION, "did you mean 2.0"),
        ("9", "2026-03-20", Code.UNKNOWN_VERSION, "published are 1.0, 2.0"),
        ("1.0", "2026-03-20", Code.SAME_FACT, "under version 1.0 already"),
        ("2.0", None, Code.MALFORMED, "needs the participant's consent"),
        ("2.0", "2026-03-21", Code.FUTURE_TIME, "is in the future"),
        ("2.0", "2026-03-09", Code.BEFORE_ANCHOR, "before its approval (2026-03-10)"),
        ("2.0", "2026-01-04", Code.BEFORE_ANCHOR, "before the first consent"),
    ],
)
def test_what_cannot_be_is_refused(version: str, consented: str | None, code: Code, says: str) -> None:
    """An unknown version, the same one, and a consent that cannot have been given: nothing moves."""
    course = infused_until(14)
    before = course.run(APPLIED).state
    course.hear(amend(version, consented), APPLIED).refused(code, says)
    assert course.state == before


def test_nobody_goes_back_to_an_older_version() -> None:
    """Also not by consent: a newer version must say what is wanted."""
    course = infused_until(14).when(amend(), APPLIED)
    course.when(amend("1.0"), APPLIED).refused(Code.OLDER_VERSION, "1.0 is older", "nobody goes back")


def test_after_the_end_no_amendment_is_applied() -> None:
    """There is nothing left to come under it."""
    course = given(followed(), withdrawn_at("2026-04-10"), rules=versions())
    course.when(amend(consented="2026-04-09"), MAY).refused(Code.ENDED)


def test_an_amendment_without_reconsent_needs_no_consent() -> None:
    """An administrative version says so itself."""
    document = second().document
    assert document.amends is not None
    amends = document.amends.model_copy(update={"version": "2.0", "reconsent": False})
    course = given(followed(14), rules=versions(third(amends=amends)))
    course.when(amend("3.0", None), APPLIED).includes("amendment.applied")


def test_a_record_that_names_an_unpublished_version_is_damaged() -> None:
    """It is not folded under rules that nobody published."""
    course = infused_until(14).when(amend(), APPLIED)
    with pytest.raises(LookupError, match="applied but not published"):
        fold(initial(replace(versions(), versions=(protocol(),))), course.record)


def test_what_an_amendment_dropped_keeps_nobody_in_the_study() -> None:
    """When only dropped visits are left pending, the participation is complete."""
    visits = second().document.visits
    dropped = [each.code for each in visits if not each.code.startswith("LD")]
    last = third(**without(second().document, *dropped))
    course = given(infused(), rules=versions(last)).when(record("D1", "2026-03-03"), at("2026-03-03 12:00"))
    course.when(amend("3.0", "2026-03-20"), APPLIED)
    assert course.state.ending is not None
    assert course.state.ending.end is End.COMPLETED


DAYS = st.integers(0, 60)


@settings(max_examples=25, deadline=None)
@for_all(DAYS)
def test_the_record_folds_to_the_same_state_and_asks_for_nothing_twice(day: int) -> None:
    """Whenever it is applied: folded again the state is the same (INV-5), and no deviation is left out."""
    moment = datetime.fromtimestamp(
        at("2026-03-16 12:00").timestamp() + day * 86_400, at("2026-03-16").tzinfo
    )
    on = moment.date().isoformat()
    course = given(infused(), rules=versions()).when(amend(consented=on), moment)
    assert fold(initial(versions()), course.record) == course.state
    assert list(changed(course.state, set(course.state.items))) == []
    settled = {
        code: known for code, known in course.state.items.items() if known.outcome is not Outcome.PENDING
    }
    for code in settled:
        assert course.state.protocol.items[code].window == protocol().items[code].window


def test_a_preview_shows_what_would_change_and_saves_nothing() -> None:
    """Windows moved, alerts raised and resolved, deviations before and after: as it then happens."""
    course = infused_until(14).run(at("2026-03-26 08:00"))
    before = course.state
    shown = preview(course.state, amend(consented="2026-03-26"), at("2026-03-26 08:00"))
    assert course.state is before
    moved = {each.item: each for each in shown.moved}
    assert set(moved) == {"D21", "D45", "M9"}
    assert moved["D45"].before is None
    assert moved["M9"].after is None
    assert "EX02-001/D21/overdue" in shown.resolved
    course.hear(amend(consented="2026-03-26"), at("2026-03-26 08:00"))
    assert tuple(each.alert for each in course.state.alerts.values()) == shown.alerts_after


def test_the_difference_between_two_versions_is_computed() -> None:
    """Items added, removed and changed, and nothing else, whatever the summary says."""
    found = {(each.part, each.code, each.how, each.field) for each in diff(protocol(), second())}
    assert found == {
        ("items", "D45", How.ADDED, ""),
        ("items", "M9", How.REMOVED, ""),
        ("items", "D21", How.CHANGED, "window"),
    }
    assert diff(protocol(), protocol()) == ()


def test_a_difference_in_any_part_of_the_document_is_told() -> None:
    """A gate's words, a ladder, the cap, a criterion: each is named by its code and field."""
    document = protocol().document
    gate = document.gates[0].model_copy(update={"meaning": "I confirm it all"})
    assert document.cap is not None
    cap = document.cap.model_copy(update={"participants": 12})
    changed_one = third(gates=(gate, *document.gates[1:]), cap=cap, criteria=document.criteria[1:])
    found = {(each.part, each.code, each.how) for each in diff(second(), changed_one)}
    assert found == {
        ("gates", gate.code, How.CHANGED),
        ("cap", "", How.CHANGED),
        ("criteria", document.criteria[0].code, How.REMOVED),
    }
