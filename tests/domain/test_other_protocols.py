"""What neither protocol of this checkout happens to need, and the next one may: the core knows no trial."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain import Code, Rules, Standing
from domain.commands import SignGate
from domain.eligibility import criterion_finding
from domain.events import SlotReturned, SlotTaken
from domain.explanation import explain
from domain.plan import end_after, holds, may_come_to_hold, whole_plan
from domain.protocol.check import problems
from domain.protocol.document import Criterion, Gate, Visit, Window
from domain.protocol.expanded import Protocol, expand
from domain.protocol.rules import AllConditions, AnyCondition, Condition, Decided, NotCondition, Reached
from domain.protocol.sources import Labels, Source
from domain.span import parse_span
from domain.study import answer, fold_study, study_rules
from tests.domain.builders import (
    INVESTIGATOR,
    SHANGHAI,
    SPONSOR,
    at,
    correct,
    decided,
    end,
    followed,
    infused,
    miss,
    plan,
    protocol,
    record,
    result,
    retract,
    screened,
    site,
)
from tests.domain.cycles import RULES as CYCLES
from tests.domain.cycles import at as berlin
from tests.domain.cycles import cycled
from tests.domain.spec import Course, given

SOURCE = {"assumption": "For this test."}
LABELS = {"en": "A visit", "zh-CN": "访视"}
JUNE = at("2026-06-20 12:00")


def visit(code: str, anchor: str, target: str, **more: Any) -> Visit:
    """One more visit for a protocol."""
    window = {"anchor": anchor, "target": target, "source": SOURCE, **more.pop("window", {})}
    return Visit.model_validate({"code": code, "labels": LABELS, "source": SOURCE, "window": window, **more})


def with_more(visits: tuple[Visit, ...] = (), gates: tuple[Gate, ...] = ()) -> Rules:
    """The first protocol with more visits and gates, at the test site."""
    document = protocol().document
    changed: Protocol = expand(
        document.model_copy(
            update={"visits": (*document.visits, *visits), "gates": (*document.gates, *gates)}
        )
    )
    return Rules(changed, site())


# --- anchors without a window of their own ------------------------------------------------------------------


def after_reinfusion() -> Course:
    """Followed to day 28, under a protocol with a visit a week after a re-infusion."""
    return given(followed(), rules=with_more((visit("R7", "reinfusion", "P7D"),)))


def test_what_counts_from_something_nobody_foresees_has_no_date() -> None:
    """No re-infusion is planned: the visit after it is not due, not projected, and says why."""
    story = after_reinfusion()
    assert "R7" not in whole_plan(story.state)
    assert story.stands("R7", JUNE) is Standing.NOT_DUE
    assert explain(story.state, "R7", (), JUNE).notes == (
        "no date yet: nothing says when its anchor happens",
    )


def test_an_appointment_of_what_has_no_window_projects_what_counts_from_it() -> None:
    """A re-infusion is booked: the visit after it has a projected date, which binds once it happened."""
    story = after_reinfusion().when(plan("reinfusion", "2026-06-25"), JUNE)
    assert story.stands("R7", at("2026-07-05")) is Standing.PROJECTED
    story.when(record("reinfusion", "2026-06-25 10:00"), at("2026-06-25 12:00"))
    assert story.stands("R7", at("2026-07-05")) is Standing.OVERDUE


def test_taking_it_back_makes_what_counts_from_it_stale() -> None:
    """The re-infusion had not taken place: the visit keeps its old date, as stale, until it is told again."""
    story = after_reinfusion().when(record("reinfusion", "2026-06-10 10:00"), JUNE)
    story.when(retract("reinfusion"), JUNE)
    assert story.stands("R7", JUNE) is Standing.STALE
    story.when(record("reinfusion", "2026-06-11 10:00"), JUNE)
    assert whole_plan(story.state)["R7"].opens == at("2026-06-18")
    bare = given(followed()).when(record("reinfusion", "2026-06-10 10:00"), JUNE)
    assert bare.when(retract("reinfusion"), JUNE).stands("reinfusion", JUNE) is Standing.NOT_DUE


def test_of_three_reinfusions_the_middle_one_can_be_taken_back() -> None:
    """By its sequence number; the others stay as they are, and the last one still counts."""
    story = after_reinfusion()
    for day in ("2026-06-01", "2026-06-08", "2026-06-15"):
        story.when(record("reinfusion", f"{day} 10:00"), at(f"{day} 12:00"))
    middle = story.state.item("reinfusion").earlier[1].seq
    story.when(retract("reinfusion", seq=middle), JUNE)
    known = story.state.item("reinfusion")
    assert [each.happened.isoformat()[:10] for each in known.earlier] == ["2026-06-01"]
    assert whole_plan(story.state)["R7"].opens == at("2026-06-22")


# --- windows ------------------------------------------------------------------------------------------------


def test_a_visit_may_lie_before_its_anchor() -> None:
    """A call three days before day 28: early is possible, before consent is not."""
    told = with_more((visit("CALL", "D28", "-P3D", window={"early": "P1D", "late": "P1D"}),))
    story = given(followed(), rules=told)
    window = whole_plan(story.state)["CALL"]
    assert (window.opens, window.closes) == (at("2026-03-26"), at("2026-03-29"))
    story.when(record("CALL", "2026-03-27"), JUNE)
    assert story.stands("CALL", JUNE) is Standing.DONE
    story.when(correct("CALL", "2026-01-04"), JUNE).refused(Code.BEFORE_ANCHOR, "consent")


def test_what_counts_from_a_missed_visit_may_happen_on_any_day_since_consent() -> None:
    """Cycle 2 was missed: when cycle 3 ended is compared with nothing but consent and its window."""
    story = given(cycled(1), rules=CYCLES).when(miss("C2"), berlin("2026-02-22 12:00"))
    story.when(record("C3", "2026-03-16"), berlin("2026-03-16 12:00"))
    assert story.stands("C3", berlin("2026-03-17")) is Standing.DONE


def test_of_two_reminders_the_nearer_close_is_waited_for() -> None:
    """Two visits are due soon at once: the one that closes first is named, though the other called first."""
    early = visit("LONG", "infusion", "P60D", remind="P10D", window={"late": "P10D"})
    story = given(followed(), rules=with_more((early,))).run(at("2026-05-03"))
    assert set(story.alerts()) == {"D60/due_soon", "LONG/due_soon"}
    while "rung" in story.due().what:
        story.run(story.due().at)
    assert story.due().what == "D60 window closes 2026-05-08 Asia/Shanghai"


def test_a_hard_stop_may_be_in_hours() -> None:
    """Where the window is in hours, so is the limit: the exact minute, not the end of a day."""
    assert end_after(at("2026-03-02 09:30"), parse_span("PT36H"), SHANGHAI) == at("2026-03-03 21:30")
    assert end_after(at("2026-03-02 09:30"), parse_span("P1D"), SHANGHAI) == at("2026-03-04")


def test_what_follows_a_visit_in_hours_counts_from_its_expected_minute() -> None:
    """The bedside check was missed: what counts from it in hours counts from its target minute."""
    told = with_more((visit("H12", "H6", "PT6H", window={"late": "PT1H"}),))
    story = given(infused()[:-1], rules=told).when(miss("H6"), at("2026-03-02 17:00"))
    assert whole_plan(story.state)["H12"].target == at("2026-03-02 21:30")


# --- gates and criteria -------------------------------------------------------------------------------------


def test_a_gate_before_a_repeatable_step_is_signed_each_time() -> None:
    """Each re-infusion is signed for anew; the earlier signature does not make the next one late."""
    need = {"code": "hb", "labels": LABELS, "rule": {"result": "hb", "above": 60}, "source": SOURCE}
    gate = Gate.model_validate(
        {
            "code": "again",
            "labels": LABELS,
            "before": "reinfusion",
            "needs": [need],
            "signed_by": "investigator",
            "meaning": "I authorise it again",
            "signature_within": "P1D",
            "source": SOURCE,
        }
    )
    sign = SignGate(actor=INVESTIGATOR, gate="again", meaning="I authorise it again")
    story = given(followed(), rules=with_more(gates=(gate,)))
    story.when(sign, at("2026-06-10 08:00")).when(
        record("reinfusion", "2026-06-10 10:00"), at("2026-06-10 12:00")
    )
    story.when(record("reinfusion", "2026-06-15 10:00"), at("2026-06-15 12:00")).refused(
        Code.GATE_CLOSED, "sign it again"
    )
    story.refusal = None
    story.when(sign, at("2026-06-16 08:00")).when(
        record("reinfusion", "2026-06-16 10:00"), at("2026-06-16 12:00")
    )
    assert not [kind for _, kind in story.state.deviations if kind == "signed_late"]
    # Nothing it asks for runs out, so nothing warns.
    assert not [alert for alert in story.run(at("2026-07-01")).alerts() if alert.startswith("again")]


def test_a_gate_may_ask_for_nothing_that_runs_out() -> None:
    """The second protocol's course: signed, waiting, and no result behind it expires."""
    document = CYCLES.protocol.document
    lasting = tuple(
        each.model_copy(update={"needs": ()}) if each.code == "switching" else each for each in document.gates
    )
    told = Rules(expand(document.model_copy(update={"gates": lasting})), CYCLES.site)
    story = given(cycled(), rules=told)
    story.when(decided("course", "switch", "2026-05-19"), berlin("2026-05-19 12:00"))
    agreed = SignGate(actor=SPONSOR, gate="switching", meaning="I agree to the switch")
    story.when(agreed, berlin("2026-05-20 12:00")).then("gate.signed")


def test_a_criterion_without_a_rule_is_an_error_and_not_met() -> None:
    """No document passes its checks with one; if one ever did, nothing would be waved through."""
    state = given(followed()).when(result("ecog", "1"), JUNE).state
    bare = Criterion.model_validate({"code": "X", "labels": LABELS, "source": SOURCE, "text": "Nothing"})
    with pytest.raises(ValueError, match="neither met_if nor excluded_if"):
        criterion_finding(state, bare, date(2026, 6, 20))


def test_a_study_without_a_cap_has_a_place_for_everybody() -> None:
    """The cap is optional: the document is right, a slot is taken all the same and never returned."""
    document = protocol().document.model_copy(update={"cap": None})
    assert problems(document) == []
    story = given(screened(), rules=Rules(expand(document), site()))
    everybody = fold_study(SlotTaken(f"EX02-{number:03}", None) for number in range(2, 100))
    taken = answer(everybody, study_rules(story.state.rules), story.state, story.record, at("2026-01-20"))
    assert [each for each in taken if isinstance(each, SlotTaken)] == [SlotTaken("EX02-001", None)]
    story.when(end("screen_failure", "2026-01-20"), at("2026-01-20 12:00"))
    held = fold_study([SlotTaken("EX02-001", None)])
    rules = study_rules(story.state.rules)
    returned = answer(held, rules, story.state, story.events, at("2026-01-20 12:00"))
    assert not [each for each in returned if isinstance(each, SlotReturned)]


def test_a_document_made_in_code_takes_spans_as_they_are() -> None:
    """A span that is one already is not written and read again."""
    window = protocol().items["D60"].window
    assert window is not None
    body = {"anchor": "infusion", "target": window.target, "source": SOURCE}
    assert Window.model_validate(body).target is window.target


# --- words and sources --------------------------------------------------------------------------------------


def test_labels_are_read_in_the_readers_language() -> None:
    """Any kind of Chinese reads the Chinese label, everybody else the English one."""
    labels = Labels.model_validate({"en": "Infusion", "zh-CN": "回输"})
    assert [labels.in_language(each) for each in ("zh-CN", "zh-Hans", "en", "de")] == [
        "回输",
        "回输",
        "Infusion",
        "Infusion",
    ]


def test_a_source_says_whether_it_is_an_assumption() -> None:
    """Team defaults are shown as such wherever they are used; a source is one key with its text."""
    sources = [Source.model_validate({kind: "x"}) for kind in ("registry", "standard", "assumption")]
    assert [each.is_assumption for each in sources] == [False, False, True]
    assert Source.model_validate({"kind": "registry", "text": "x"}) == sources[0]
    for wrong in ({"registry": "x", "standard": "y"}, {"hearsay": "x"}, {}):
        with pytest.raises(ValidationError, match="is not a source"):
            Source.model_validate(wrong)


# --- conditions ---------------------------------------------------------------------------------------------

INFUSED, REINFUSED = Reached(reached="infusion"), Reached(reached="reinfusion")
OPEN = Decided.model_validate({"decided": "course", "is": "continue"})


def both(*parts: Condition) -> Condition:
    """All of them."""
    return AllConditions(all=parts)


def either(*parts: Condition) -> Condition:
    """Any of them."""
    return AnyCondition(any=parts)


def no(part: Condition) -> Condition:
    """Not so."""
    return NotCondition.model_validate({"not": part})


@pytest.mark.parametrize(
    ("condition", "now", "ever"),
    [
        (INFUSED, True, True),
        (REINFUSED, False, False),
        (no(REINFUSED), True, True),
        (both(INFUSED, no(REINFUSED)), True, True),
        (both(INFUSED, REINFUSED), False, False),
        (either(INFUSED, REINFUSED), True, True),
        (either(REINFUSED, no(INFUSED)), False, False),
        (OPEN, False, True),
        (no(OPEN), True, True),
        (both(INFUSED, OPEN), False, True),
        (both(REINFUSED, OPEN), False, False),
        (either(REINFUSED, OPEN), False, True),
        (no(both(INFUSED, OPEN)), True, True),
        (no(either(INFUSED, OPEN)), False, False),
        (no(either(REINFUSED, OPEN)), True, True),
    ],
)
def test_a_condition_holds_or_may_still_come_to_hold(condition: Condition, now: bool, ever: bool) -> None:
    """What hangs on a decision nobody has taken is open either way; everything else is as the record says."""
    state = given(infused()).state
    assert (holds(condition, state), may_come_to_hold(condition, state)) == (now, ever)
