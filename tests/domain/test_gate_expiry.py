"""A gate already signed warns before a result it rests on runs out."""

from __future__ import annotations

import pytest

from domain import next_deadline
from domain.events import AlertRaised, AlertResolved
from tests.domain.builders import (
    at,
    cleared,
    end,
    enrolled,
    record,
    results,
    screened,
    sign,
    snooze,
    withdrawn_at,
)
from tests.domain.spec import Course, given
from tests.support.lives import Told

RENEWED = results({"infection_uncontrolled": ("no", None)}, "2026-01-15")

# The infection result of 2026-01-09 counts until the 16th; the gate warns three days before it ends.
WARNS, ENDS = at("2026-01-14"), at("2026-01-17")
EXPIRING = "eligibility/expiring"


def signed() -> Course:
    """Eligibility signed on 2026-01-12, enrolment still ahead."""
    return given(screened()).when(sign("eligibility"), at("2026-01-12 08:45"))


def test_a_result_about_to_run_out_is_told_before_it_does() -> None:
    """Three days before the first result runs out; it cannot be silenced past that."""
    story = signed()
    assert (story.due().at, story.due().what) == (
        WARNS,
        "eligibility results run out 2026-01-16 Asia/Shanghai",
    )
    raised = story.run(WARNS).one(AlertRaised)
    assert (raised.alert, raised.due, raised.latest_snooze) == (f"EX02-001/{EXPIRING}", WARNS, ENDS)
    story.when(snooze(EXPIRING, ENDS), at("2026-01-15 09:00")).then("alert.snoozed")


def test_it_climbs_like_any_other_alert() -> None:
    """Nobody renews it: half a working day later the investigator is told."""
    story = signed().run(at("2026-01-15 08:00"))
    assert story.alerts() == {EXPIRING: ("open", 2)}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        pytest.param([(at("2026-01-15 09:00"), record("enrolment", "2026-01-15"))], "reached", id="reached"),
        pytest.param(RENEWED, "renewed", id="renewed"),
        pytest.param(withdrawn_at("2026-01-15"), "ended", id="ended"),
    ],
)
def test_it_resolves_when_the_step_is_taken_the_result_renewed_or_the_participation_ended(
    told: Told, why: str
) -> None:
    """Each ground of the alert, once gone, resolves it in the same decision and says how."""
    story = signed().run(WARNS)
    for moment, command in told:
        story.when(command, moment)
    resolved = [each for each in story.events if isinstance(each, AlertResolved)]
    assert [(each.alert, each.why) for each in resolved] == [(f"EX02-001/{EXPIRING}", why)]


def test_renewing_one_of_several_results_is_one_alert_still() -> None:
    """Blood counts run out on the 23rd: renewing the infection result moves the warning there."""
    story = signed().run(WARNS)
    for moment, command in RENEWED:
        story.when(command, moment)
    assert story.due().at == at("2026-01-20")  # the renewed infection result counts until the 22nd
    story.run(at("2026-01-20"))
    for moment, command in results({"infection_uncontrolled": ("no", None)}, "2026-01-21"):
        story.when(command, moment)
    assert story.alerts() == {f"{EXPIRING}/2": ("open", 2)}
    assert next_deadline(story.state) is not None


def test_without_a_signature_and_after_the_step_nothing_warns() -> None:
    """Before anybody signed there is nothing to lose; once enrolled the results have done their work."""
    assert not given(screened()).run(at("2026-01-20")).alerts()
    assert EXPIRING not in given(enrolled()).run(at("2026-01-20")).alerts()


def test_a_gate_whose_step_no_longer_applies_warns_nobody() -> None:
    """Manufacture failed while everything stood ready for infusion."""
    story = given(cleared()).when(end("manufacturing_failure", "2026-03-02"), at("2026-03-02 09:00"))
    assert not [key for key in story.run(at("2026-03-10")).alerts() if "fit_for_infusion" in key]
