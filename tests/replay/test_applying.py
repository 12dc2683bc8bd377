"""Applying a what-if: exactly what was shown, all of it or nothing, on the live study."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.orders import DeskOrder
from activities.together import hear_together
from domain.recorded import STUDY_SUBJECT
from replay.applying import NotApplicable, Whole, as_one
from replay.change import Trial, WhatWouldBe, try_change
from replay.effects import Effect
from replay.rules import replay_rules
from tests.replay.record import FIRST, Recording
from tests.replay.test_change import NOW, planned, waiting
from tests.support.trial import COORDINATOR, INVESTIGATOR, PROVENANCE, STUDY

__all__ = ["waiting"]


def tried(record: Recording, *trials: Trial) -> WhatWouldBe:
    """What these would lead to within a day."""
    return try_change(record.history(), STUDY, trials, NOW + timedelta(days=1), PROVENANCE)


def give(record: Recording, whole: Whole, command_id: str = "whole") -> Any:
    """Have the desk hear it."""
    trial = record.trial
    order = DeskOrder(STUDY, whole.subject, command_id, whole.body, NOW.isoformat())
    return hear_together(trial.store, trial.hearing, order)


def test_what_was_tried_is_what_is_recorded(waiting: Recording) -> None:
    """The events on the record are those that were shown, and the record decided again agrees."""
    found = tried(waiting, planned("2026-02-16"))
    outcome = give(waiting, as_one(found, NOW))
    assert outcome.refused is None
    assert tuple(outcome.events) == found.tried[0].events
    assert replay_rules(waiting.history(), PROVENANCE).differences == ()


def test_a_record_that_moved_is_looked_at_again(waiting: Recording) -> None:
    """What was tried before somebody else recorded something is refused; tried again, it is taken."""
    found = tried(waiting, planned("2026-02-16"))
    body = {"kind": "plan_item", "actor": COORDINATOR, "item": "D28", "appointment": "2026-03-16"}
    assert waiting.ask(FIRST, body, NOW).refused is None
    assert give(waiting, as_one(found, NOW)).refused == "record-moved"
    assert give(waiting, as_one(tried(waiting, planned("2026-02-16")), NOW), "again").refused is None


def test_what_would_be_refused_is_not_applied(waiting: Recording) -> None:
    """A what-if with a refusal in it stays one, and says which command it is."""
    wrong = planned("2026-02-16")
    wrong = replace(wrong, body={**wrong.body, "item": "nowhere"})
    with pytest.raises(NotApplicable, match=r"command 2 \(plan_item of EX02-001\) would be refused"):
        as_one(tried(waiting, planned("2026-02-16"), wrong), NOW)


def test_what_lies_ahead_is_not_applied(waiting: Recording) -> None:
    """A command tried at a later moment is not given now."""
    later = replace(planned("2026-02-16"), at=NOW + timedelta(hours=3))
    with pytest.raises(NotApplicable, match="lies ahead"):
        as_one(tried(waiting, later), NOW)


def test_what_leaves_a_record_when_refused_is_given_by_itself(waiting: Recording) -> None:
    """A hand-over is never part of a whole: refused, it stands on the record, which nobody may undo."""
    found = tried(waiting, planned("2026-02-16"))
    handed = replace(found.tried[0].trial, body={"kind": "hand_over", "actor": COORDINATOR})
    found = replace(found, tried=(replace(found.tried[0], trial=handed),))
    with pytest.raises(NotApplicable, match="give it by itself"):
        as_one(found, NOW)


def test_a_signature_is_given_by_itself(waiting: Recording) -> None:
    """What its signer was shown is not what stands there after the commands before it."""
    found = tried(waiting, planned("2026-02-16"))
    signed = replace(found.tried[0].trial, body={"kind": "sign_gate", "actor": COORDINATOR})
    found = replace(found, tried=(replace(found.tried[0], trial=signed),))
    with pytest.raises(NotApplicable, match="is a signature"):
        as_one(found, NOW)


def test_one_person_gives_all_of_them(waiting: Recording) -> None:
    """Commands of two people are not sent in the name of one."""
    other = planned("2026-02-17")
    other = replace(other, body={**other.body, "actor": INVESTIGATOR, "reason": "no bed"})
    with pytest.raises(NotApplicable, match="several people"):
        as_one(tried(waiting, planned("2026-02-16"), other), NOW)


def test_several_subjects_are_asked_of_the_study(waiting: Recording) -> None:
    """With the study among them, the study hears it and the participant is told afterwards."""
    hold = {"kind": "place_hold", "actor": COORDINATOR, "reason": "an event elsewhere"}
    found = tried(waiting, planned("2026-02-16"), Trial(STUDY_SUBJECT, hold, NOW))
    found = replace(found, tried=tuple(replace(each, refused=None) for each in found.tried))
    whole = as_one(found, NOW)
    assert (whole.subject, whole.others) == (STUDY_SUBJECT, (FIRST,))
    assert set(whole.body["seen"]) == {FIRST, STUDY_SUBJECT}


def test_clashes_and_the_work_of_each_week_are_shown(waiting: Recording) -> None:
    """An infusion on a Sunday says so, and the visits that move are counted in their new weeks."""
    found = tried(waiting, planned("2026-03-08"))
    clashes = [each.about for each in found.changes if each.effect is Effect.CLASH]
    assert any(
        each.startswith("infusion would be on 2026-03-08, when the site does not work") for each in clashes
    )
    work = {each.about: (each.before, each.after) for each in found.changes if each.effect is Effect.WORK}
    assert work
    assert [about for about in work if not about.startswith("hefei, week of 202")] == []
    assert all(before != after for before, after in work.values())


def test_every_week_of_the_work_is_counted(waiting: Recording) -> None:
    """What is shown of the work is every week from the first visit to the last, those that stay equal and
    those without a visit too; the weeks that differ are the changes."""
    found = tried(waiting, planned("2026-03-08"))
    weeks = [each.week for each in found.work]
    assert weeks == [weeks[0] + timedelta(weeks=number) for number in range(len(weeks))]
    differ = {f"{each.site}, week of {each.week}" for each in found.work if each.before != each.after}
    assert differ == {each.about for each in found.changes if each.effect is Effect.WORK}
    assert len(differ) < len(weeks)
