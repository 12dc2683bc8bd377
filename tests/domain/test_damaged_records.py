"""A stream that contradicts itself is an error with a clear sentence, never a state that looks right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import evolve
from domain.events import AlertResolved, DeviationClosed, RecordCorrected, VisitRecorded
from domain.evolve import ParticipantEvent
from domain.ladder import next_step
from domain.state import AlertStatus
from tests.domain.builders import at, followed, infused, miss, record, stated
from tests.domain.spec import given

NOW = at("2026-05-20 12:00")


@pytest.mark.parametrize(
    ("event", "saying"),
    [
        (AlertResolved("EX02-001/D60/overdue", "recorded", NOW), "was not open"),
        (DeviationClosed("D60/late", "corrected"), "was not open"),
        (RecordCorrected("end", 3, "mistyped", happened=stated("2026-05-01")), "was not recorded"),
        (RecordCorrected("progression", 3, "mistyped"), "was not recorded"),
    ],
)
def test_an_event_about_what_never_was_is_damage(event: ParticipantEvent, saying: str) -> None:
    """The fold stops and names what is wrong."""
    with pytest.raises(LookupError, match=saying):
        evolve(given(infused()).state, event)


def test_one_deviation_is_closed_among_several() -> None:
    """By its own name; the others stay open."""
    story = given(followed()).when(miss("D60"), at("2026-05-11 09:00"))
    story.when(record("D90", "2026-06-12"), at("2026-06-12 12:00"))
    after = evolve(story.state, DeviationClosed("D90/late", "corrected"))
    assert [each.deviation for each in after.deviations.values()] == ["D60/missed"]


def test_a_resolved_alert_does_nothing_more() -> None:
    """Whatever moment it names, no step follows from it."""
    alert = given(followed()).run(at("2026-05-11 08:00")).state.alerts["D60", "overdue"]
    resolved = replace(alert, status=AlertStatus.RESOLVED)
    assert next_step(resolved, given(followed()).state.rules.site, NOW) is None
    assert next_step(alert, given(followed()).state.rules.site, NOW) is not None
    assert VisitRecorded("D60", stated("2026-05-01")).TYPE == "visit.recorded"
