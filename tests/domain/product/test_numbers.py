"""Two participants never share a chain-of-identity number: decided on the study's stream."""

from __future__ import annotations

import pytest

from domain import Code, Refused
from domain.events import Event, IdentityBound, IdentityCorrected, NumberTaken
from domain.study import answer, fold_study, study_rules, touches_study
from tests.domain.builders import at, collected, stated
from tests.domain.product.words import NUMBER, TWO
from tests.domain.spec import given

NOW = at("2026-01-16 12:00")
BOUND = IdentityBound("P1", NUMBER, TWO, stated("2026-01-16"))


def answered(taken: list[Event], *events: Event) -> list[Event]:
    """What the study makes of a participant's events when these numbers are taken."""
    state = given(collected()).state
    study = fold_study(taken)
    return [
        each
        for each in answer(study, study_rules(state.rules), state, events, NOW)
        if isinstance(each, NumberTaken)
    ]


def test_a_bound_number_is_taken_in_the_study() -> None:
    """The study knows whose number it is."""
    assert touches_study([BOUND])
    assert answered([], BOUND) == [NumberTaken("EX02-001", NUMBER)]


@pytest.mark.parametrize(
    "event", [BOUND, IdentityCorrected("COI-1", NUMBER, TWO, "misread")], ids=["bound", "corrected"]
)
def test_the_number_of_another_participant_is_refused(event: Event) -> None:
    """Neither bound nor corrected to; the holder is named."""
    with pytest.raises(Refused, match="is the number of EX02-002") as refused:
        answered([NumberTaken("EX02-002", NUMBER)], event)
    assert refused.value.code is Code.NUMBER_TAKEN


def test_the_same_number_for_a_second_collection_takes_nothing_anew() -> None:
    """A participant keeps the number."""
    assert answered([NumberTaken("EX02-001", NUMBER)], BOUND) == []
