"""A plan already recorded is read back, never computed again (INV-19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import Rules, fold, initial, next_deadline
from domain.commands import Command
from domain.events import PlanRevised
from domain.plan import derive, revised, whole_plan
from domain.protocol.expanded import Protocol, expand
from tests.domain.builders import at, clock, correct, followed, protocol, record, rules, site, unscheduled
from tests.domain.spec import Course, given


def widened() -> Protocol:
    """The protocol as changed code might read it: every visit closes 30 days later."""
    document = protocol().document
    visits = tuple(
        each.model_copy(update={"window": each.window.model_copy(update={"late": each.window.target})})
        for each in document.visits
    )
    return expand(document.model_copy(update={"visits": visits}))


def under_changed_rules(story: Course) -> Course:
    """The same record, folded by code whose windows are other ones."""
    return Course(fold(initial(Rules(widened(), site())), story.record), record=list(story.record))


@pytest.mark.parametrize("command", [clock(), unscheduled("2026-04-19"), record("D60", "2026-04-24")])
def test_changed_code_moves_no_window_that_is_recorded(command: Command) -> None:
    """INV-19: whatever is asked next, the windows and the next deadline stay those of the record."""
    before = given(followed())
    after = under_changed_rules(before)
    assert revised(after.state) == ()
    assert next_deadline(after.state) == next_deadline(before.state)
    after.hear(command, at("2026-04-25 12:00"))
    assert not [event for event in after.events if isinstance(event, PlanRevised)]
    assert derive(after.state)["D90"] == derive(before.state)["D90"]


def test_a_date_that_really_changes_is_planned_by_the_rules_of_its_day() -> None:
    """A correction after the change plans anew, on the record."""
    after = under_changed_rules(given(followed()))
    after.when(correct("infusion", "2026-03-02 09:00"), at("2026-04-19 12:00"))
    assert whole_plan(after.state)["D90"].closes == at("2026-08-30")


def test_another_zone_of_the_site_moves_nothing_by_itself() -> None:
    """A new site version with a wrong zone does not shift windows that were planned in the right one."""
    story = given(followed())
    elsewhere = Course(fold(initial(rules(zone="Europe/Berlin")), story.record))
    assert revised(elsewhere.state) == ()
    assert whole_plan(elsewhere.state)["D60"] == whole_plan(story.state)["D60"]


def test_a_window_is_recorded_again_only_when_it_differs() -> None:
    """Recording a visit nobody counts from revises nothing."""
    story = given(followed())
    plans = [event for event in story.record if isinstance(event, PlanRevised)]
    # consent, enrolment, leukapheresis, release, conditioning, LD3, infusion
    assert len(plans) == 7
    window = story.state.item("D60").window
    assert window is not None
    assert replace(window, closes=window.closes + timedelta(days=1)) != window
