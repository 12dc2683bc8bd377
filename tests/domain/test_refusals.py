"""Every refusal has a story: bad input gets its code and a clear sentence, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from domain import Code, Refused, fold, initial
from domain.commands import SignedAsk
from domain.events import SlotTaken
from domain.refusal import MEANINGS
from domain.signed import Signed, content_of
from domain.signing import second_signature
from domain.signing import sign as sign_it
from domain.study import answer, fold_study, study_rules
from tests.domain.amended import amend, versions
from tests.domain.builders import (
    AUDITOR,
    INVESTIGATOR,
    acknowledge,
    at,
    cleared,
    correct,
    decided,
    enrolled,
    followed,
    infused,
    miss,
    plan,
    record,
    register,
    released,
    result,
    retract,
    rules,
    screened,
    sign,
    snooze,
    withdrawn_at,
)
from tests.domain.builders import end as ended
from tests.domain.product.everything import STORIES as PRODUCT_STORIES
from tests.domain.ruling import confirm, grant
from tests.domain.safety.words import graded, opened, responded
from tests.domain.spec import Course, given
from tests.domain.study.refused import STORIES as STUDY_STORIES

NOON = at("2026-01-05 12:00")
MAY = at("2026-05-11 09:00")
CONSENTED = [(NOON, register())]


def _tenth() -> Course:
    story = given().when(register(), NOON)
    try:
        full = fold_study(SlotTaken(f"EX02-{n:03}", 9) for n in range(2, 11))
        answer(full, study_rules(story.state.rules), story.state, story.events, NOON)
    except Refused as refused:
        story.refusal = refused
    return story


def _signed(earlier: Iterable[str], content: str | None = None) -> Course:
    """The investigator signs something that others may have signed before."""
    story = given(screened())
    asked = SignedAsk(actor=INVESTIGATOR, meaning="Seen.", content=content)
    try:
        second_signature((Signed(by, INVESTIGATOR.role, NOON, "Seen.", "") for by in earlier), asked, "it")
        sign_it(asked, meaning="Seen.", what={"shown": "now"}, at=NOON, roles={INVESTIGATOR.role})
    except Refused as refused:
        story.refusal, story.events = refused, ()
    return story


STORIES: dict[Code, Callable[[], Course]] = {
    Code.UNKNOWN_PARTICIPANT: lambda: given().when(record("enrolment", "2026-01-05"), NOON),
    Code.ALREADY_REGISTERED: lambda: given(CONSENTED).when(register("2026-01-04", age="60"), NOON),
    Code.NO_SLOT: _tenth,
    Code.NOT_ELIGIBLE: lambda: given().when(register(age="71"), NOON),
    Code.FUTURE_TIME: lambda: given().when(register("2026-01-06"), NOON),
    Code.BEFORE_ANCHOR: lambda: given(infused()).when(record("D1", "2026-03-01"), MAY),
    Code.TIME_NEEDED: lambda: given(cleared()).when(record("infusion", "2026-03-02"), at("2026-03-02 12:00")),
    Code.UNKNOWN_ITEM: lambda: given(infused()).when(record("D61", "2026-05-01"), MAY),
    Code.NOT_APPLICABLE: lambda: given(followed()).when(miss("S3"), MAY),
    Code.OUT_OF_ORDER: lambda: given(released()).when(record("infusion", "2026-03-02 09:30"), MAY),
    Code.ALREADY_RECORDED: lambda: given(followed()).when(record("D28", "2026-04-01"), MAY),
    Code.NOTHING_TO_CORRECT: lambda: given(followed()).when(retract("D60"), MAY),
    Code.SAME_FACT: lambda: given(followed()).when(correct("D28", "2026-03-30"), MAY),
    Code.GATE_CLOSED: lambda: given(screened()).when(
        record("enrolment", "2026-01-12"), at("2026-01-12 12:00")
    ),
    Code.GATE_UNKNOWN: lambda: given(screened()).when(
        sign("eligibility").model_copy(update={"gate": "fit"}), at("2026-01-12 12:00")
    ),
    Code.WRONG_ROLE: lambda: given(followed()).when(record("D60", "2026-05-01", by=AUDITOR), MAY),
    Code.UNKNOWN_VERSION: lambda: given(followed()).when(amend("9"), MAY),
    Code.OLDER_VERSION: lambda: (
        given(followed(), rules=versions()).when(amend(), MAY).when(amend("1.0"), MAY)
    ),
    Code.UNKNOWN_DEVIATION: lambda: given(followed()).when(confirm(), MAY),
    Code.UNKNOWN_APPROVAL: lambda: given(followed()).when(grant(), MAY),
    Code.OTHER_CONTENT: lambda: _signed([], content=content_of({"shown": "yesterday"})),
    Code.SAME_SIGNER: lambda: _signed([INVESTIGATOR.id]),
    Code.HARD_STOP: lambda: given(enrolled()).when(
        record("leukapheresis", "2026-01-27"), at("2026-01-28 12:00")
    ),
    Code.UNKNOWN_OBSERVATION: lambda: given(CONSENTED).when(result("pulse", "72"), NOON),
    Code.BAD_VALUE: lambda: given(CONSENTED).when(result("hb", "NaN", "g/L"), NOON),
    Code.UNKNOWN_UNIT: lambda: given(CONSENTED).when(result("hb", "82", "mg"), NOON),
    Code.UNKNOWN_DECISION: lambda: given(CONSENTED).when(decided("course", "switch", "2026-01-05"), NOON),
    Code.UNKNOWN_ALERT: lambda: given(followed()).when(acknowledge("D61/overdue"), MAY),
    Code.ALERT_RESOLVED: lambda: given(followed()).when(acknowledge("D60/due_soon"), MAY),
    Code.ALREADY_ACKNOWLEDGED: lambda: (
        given(followed()).when(acknowledge("D60/overdue"), MAY).when(acknowledge("D60/overdue"), MAY)
    ),
    Code.BAD_SNOOZE: lambda: given(followed()).when(snooze("D60/overdue", MAY), MAY),
    Code.ENDED: lambda: given(followed(), withdrawn_at("2026-04-10")).when(record("D60", "2026-05-01"), MAY),
    Code.END_NOT_POSSIBLE: lambda: given(followed()).when(ended("screen_failure", "2026-05-01"), MAY),
    Code.UNKNOWN_SCALE: lambda: given(followed()).when(opened(scale=None), MAY),
    Code.UNKNOWN_RECORD: lambda: given(followed()).when(graded(2, "2026-03-20"), MAY),
    Code.REASON_NEEDED: lambda: given(followed()).when(
        responded("PR", "2026-03-30", seen={"marrow_blasts": 60, "circulating_blasts": True}), MAY
    ),
    **PRODUCT_STORIES,
    **STUDY_STORIES,
    Code.MALFORMED: lambda: given(followed(), [(at("2026-04-20"), plan("D60", "2026-05-02"))]).when(
        plan("D60", "2026-05-20"), MAY
    ),
}

BY_THE_DESK = {
    Code.UNKNOWN_STUDY, Code.UNKNOWN_SITE, Code.ZONE_CHANGED, Code.COMMAND_REUSED, Code.TOO_LARGE,
    Code.RECORD_MOVED,
}  # fmt: skip
"""Said before the core is asked: which rules, which command id, how large."""


def test_every_code_has_a_story() -> None:
    """A refusal nobody has seen is a refusal nobody has read; each also has its meaning in the reference."""
    assert set(STORIES) | BY_THE_DESK == set(Code) == set(MEANINGS)
    assert not set(STORIES) & BY_THE_DESK


@pytest.mark.parametrize("code", STORIES)
def test_a_refusal_carries_its_code_and_one_clear_sentence(code: Code) -> None:
    """The code is stable, the sentence is one line of plain words, and str() shows both."""
    story = STORIES[code]()
    story.refused(code)
    assert story.refusal is not None
    text = story.refusal.text
    assert len(text) > 20
    assert text.isprintable()
    assert str(story.refusal) == f"{code.value}: {text}"


@pytest.mark.parametrize("code", sorted(set(STORIES) - {Code.NO_SLOT}))
def test_after_a_refusal_nothing_has_changed(code: Code) -> None:
    """No event of a refused command: the state is the one that the events before it fold to."""
    story = STORIES[code]()
    assert story.events == ()
    published = replace(rules(), versions=story.state.rules.versions)
    assert story.state == fold(initial(published), story.record)
