"""Gates: a milestone waits for what must be true and for the person who signs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain import Code, initial
from domain.eligibility import Truth, gate_findings, observations_in
from domain.events import GateSigned
from domain.roles import Role
from domain.signature_check import mismatches
from domain.signatures import shown_at
from domain.signed import content_of
from tests.domain.builders import (
    COORDINATOR,
    INVESTIGATOR,
    SHANGHAI,
    at,
    cleared,
    conditioned,
    enrolled,
    infused,
    protocol,
    record,
    register,
    released,
    result,
    results,
    rules,
    screened,
    sign,
    withdrawn_at,
)
from tests.domain.spec import given
from tests.support.lives import FITNESS, SCREENING

SIGNING = at("2026-01-12 08:45")


def test_the_investigator_signs_in_the_gates_own_words() -> None:
    """The signature keeps who, in which role, when, and the meaning."""
    course = given(screened())
    gate = course.state.protocol.gates["eligibility"]
    content = content_of(shown_at(course.state, gate, SIGNING.astimezone(SHANGHAI).date()))
    course.when(sign("eligibility"), SIGNING).then(
        GateSigned(
            "eligibility", "I confirm eligibility", "investigator-1", Role.INVESTIGATOR, SIGNING, content
        )
    )


def test_a_gate_is_signed_over_what_its_signer_saw() -> None:
    """A result that came in after the findings were shown makes them another content: it is refused."""
    course = given(screened())
    gate = course.state.protocol.gates["eligibility"]
    seen = content_of(shown_at(course.state, gate, SIGNING.astimezone(SHANGHAI).date()))
    signing = sign("eligibility").model_copy(update={"content": seen})
    course.when(result("hb", "95", "g/L", "2026-01-11"), SIGNING).when(signing, SIGNING).refused(
        Code.OTHER_CONTENT, "look at it again"
    )
    given(screened()).when(signing, SIGNING).includes("gate.signed")


def test_the_same_person_does_not_sign_the_same_findings_twice_on_a_day() -> None:
    """A second one says nothing more; over a newer result, or on another day, it does."""
    course = given(screened()).when(sign("eligibility"), SIGNING)
    again = SIGNING + timedelta(minutes=5)
    course.when(sign("eligibility"), again).refused(Code.SAME_SIGNER, "over the same findings")
    newer = given(screened()).when(sign("eligibility"), SIGNING)
    newer.when(result("hb", "95", "g/L", "2026-01-11"), SIGNING)
    newer.when(sign("eligibility"), again).includes("gate.signed")
    renewed = given(screened()).when(sign("eligibility"), SIGNING)
    renewed.when(sign("eligibility"), SIGNING + timedelta(days=1)).includes("gate.signed")


def test_the_record_shows_a_signature_over_another_content() -> None:
    """What was signed is worked out again from the record; a signature over anything else is named."""
    course = given(screened()).when(sign("eligibility"), SIGNING)
    assert list(mismatches(initial(rules()), course.record)) == []
    signed = course.one(GateSigned)
    forged = [replace(each, content="0" * 64) if each is signed else each for each in course.record]
    (found,) = mismatches(initial(rules()), forged)
    assert found[0] == course.record.index(signed) + 1
    assert "investigator-1" in found[1]
    assert "another content" in found[1]


def test_nobody_else_signs_and_not_in_other_words() -> None:
    """A coordinator's signature, and one that means something else, are refused."""
    given(screened()).when(sign("eligibility", by=COORDINATOR), SIGNING).refused(
        Code.WRONG_ROLE, "signing gate eligibility is for the investigator"
    )
    other = sign("eligibility").model_copy(update={"meaning": "Looks fine"})
    given(screened()).when(other, SIGNING).refused(Code.BAD_VALUE, "'I confirm eligibility'")


def test_an_unknown_gate_is_refused_with_the_nearest_one() -> None:
    """The sentence names the gate that was perhaps meant."""
    wrong = sign("eligibility").model_copy(update={"gate": "eligiblity"})
    given(screened()).when(wrong, SIGNING).refused(Code.GATE_UNKNOWN, "did you mean eligibility?")


def test_every_one_of_the_fifteen_criteria_is_answered() -> None:
    """Seven inclusion and eight exclusion criteria: with nothing recorded each is unknown, and says why."""
    story = given([(at("2026-01-05 09:30"), register(age=None))])
    findings = gate_findings(story.state, protocol().gates["eligibility"], date(2026, 1, 12))
    assert [each.code for each in findings] == [f"I{n}" for n in range(1, 8)] + [f"E{n}" for n in range(1, 9)]
    assert {each.truth for each in findings} == {Truth.UNKNOWN}
    assert all("is not recorded" in each.why for each in findings)


@pytest.mark.parametrize("missing", sorted(SCREENING))
def test_one_result_missing_keeps_the_gate_shut_or_is_not_needed(missing: str) -> None:
    """Without any one screening result the signature is refused by name, unless another answers for it."""
    known = {name: value for name, value in SCREENING.items() if name != missing}
    story = given([(at("2026-01-05 09:30"), register())], results(known, "2026-01-09"))
    story.when(sign("eligibility"), SIGNING)
    if missing in {"sex", "lactating", "contraception_agreed"}:
        # A participant without reproductive potential meets I6 whatever the rest; E4 still asks for the sex.
        assert story.refusal is None or missing in story.refusal.text
    else:
        story.refused(Code.GATE_CLOSED, missing)


@pytest.mark.parametrize(
    ("observation", "value", "unit", "criterion"),
    [
        ("aml_diagnosed", "no", None, "I1"),
        ("refractory_basis", "none", None, "I1"),
        ("ex02_expression", "no", None, "I2"),
        ("ecog", "3", None, "I3"),
        ("hb", "60", "g/L", "I5"),
        ("cd3", "0.5", "10^9/L", "I5"),
        ("plt", "30", "10^9/L", "I5"),
        ("informed_consent", "no", None, "I7"),
        ("hepatitis_active", "yes", None, "E1"),
        ("hiv_infection", "yes", None, "E1"),
        ("infection_uncontrolled", "yes", None, "E1"),
        ("aids_history", "yes", None, "E2"),
        ("long_term_immunosuppressants", "yes", None, "E2"),
        ("nyha_class", "3", None, "E3"),
        ("last_mi_or_cabg", "2025-07-12", None, "E3"),
        ("arrhythmia_or_syncope", "yes", None, "E3"),
        ("cardiomyopathy", "yes", None, "E3"),
        ("lvef", "44.9", "%", "E3"),
        ("ast_x_uln", "3.1", "xULN", "E5"),
        ("alt_x_uln", "3.1", "xULN", "E5"),
        ("bilirubin_x_uln", "3.1", "xULN", "E5"),
        ("creatinine", "178", "umol/L", "E5"),
        ("allergy_to_study_drugs", "yes", None, "E6"),
        ("unsuitable", "yes", None, "E8"),
    ],
)
def test_a_result_at_the_wrong_side_of_a_limit_fails_its_criterion(
    observation: str, value: str, unit: str | None, criterion: str
) -> None:
    """Each limit of the record, at the first value that excludes: the gate stays shut and names it."""
    story = given(screened()).when(result(observation, value, unit, "2026-01-10"), at("2026-01-10 10:00"))
    story.when(sign("eligibility"), SIGNING).refused(Code.GATE_CLOSED, f"{criterion} fails", observation)


@pytest.mark.parametrize(
    ("observation", "value", "unit"),
    [
        ("ecog", "2", None),
        ("hb", "60.1", "g/L"),
        ("cd3", "0.51", "10^9/L"),
        ("plt", "30.5", "10^9/L"),
        ("nyha_class", "2", None),
        ("last_mi_or_cabg", "2025-07-11", None),
        ("lvef", "45", "%"),
        ("ast_x_uln", "3", "xULN"),
        ("creatinine", "177.9", "umol/L"),
    ],
)
def test_a_result_at_the_right_side_of_a_limit_passes(observation: str, value: str, unit: str | None) -> None:
    """The last value that does not exclude, as the record words it."""
    story = given(screened()).when(result(observation, value, unit, "2026-01-10"), at("2026-01-10 10:00"))
    story.when(sign("eligibility"), SIGNING).then("gate.signed")


def test_after_a_transplant_six_weeks_without_immunosuppressants_are_enough() -> None:
    """Stopped exactly six weeks before is taken; a day less fails, and so do signs of GvHD."""
    transplanted = result("transplanted", "yes", on="2026-01-10")
    for stopped, gvhd, taken in (
        ("2025-12-01", "no", True),
        ("2025-12-02", "no", False),
        ("2025-12-01", "yes", False),
        ("never", "no", True),
    ):
        story = given(screened()).when(transplanted, at("2026-01-10 10:00"))
        story.when(result("immunosuppressants_stopped", stopped, on="2026-01-10"), at("2026-01-10 10:01"))
        story.when(result("gvhd", gvhd, on="2026-01-10"), at("2026-01-10 10:02"))
        story.when(sign("eligibility"), SIGNING)
        if taken:
            story.then("gate.signed")
        else:
            story.refused(Code.GATE_CLOSED, "E7 fails")


@pytest.mark.parametrize("case", ["pregnant", "untested", "expired", "unwilling", "fine"])
def test_a_woman_who_may_become_pregnant_needs_a_fresh_negative_test(case: str) -> None:
    """Pregnant or unwilling fails; untested, or tested over a week ago, is unknown."""
    tested = {"expired": "2026-01-04"}.get(case, "2026-01-11")
    facts = [("sex", "female", "2026-01-10"), ("reproductive_potential", "yes", "2026-01-10")]
    facts.append(("contraception_agreed", "no" if case == "unwilling" else "yes", "2026-01-10"))
    if case != "untested":
        facts.append(("pregnancy_test", "positive" if case == "pregnant" else "negative", tested))
    story = given(screened())
    for order, (name, value, day) in enumerate(facts):
        story.when(result(name, value, on=day), at("2026-01-11 10:00") + timedelta(seconds=order))
    story.when(sign("eligibility"), SIGNING)
    match case:
        case "fine":
            story.then("gate.signed")
        case "untested":
            story.refused(Code.GATE_CLOSED, "I6 unknown", "pregnancy_test is not recorded")
        case "expired":
            story.refused(Code.GATE_CLOSED, "pregnancy_test of 2026-01-04 expired after 2026-01-11")
        case _:
            story.refused(Code.GATE_CLOSED, "E4 fails")


@pytest.mark.parametrize(("day", "taken"), [("2026-01-23", True), ("2026-01-24", False)])
def test_a_result_counts_on_the_last_day_of_its_shelf_life_and_not_after(day: str, taken: bool) -> None:
    """Blood counts of 2026-01-09 hold for 14 days: until the 23rd, not on the 24th."""
    fresh = results({"infection_uncontrolled": ("no", None)}, day)
    story = given(screened(), fresh).when(sign("eligibility"), at(f"{day} 09:00"))
    if taken:
        story.includes("gate.signed")
    else:
        story.refused(Code.GATE_CLOSED, "I5 unknown", "hb of 2026-01-09 expired after 2026-01-23")


def test_enrolment_without_a_signature_is_refused() -> None:
    """All criteria may be met: the milestone waits for the person."""
    given(screened()).when(record("enrolment", "2026-01-12"), SIGNING).refused(
        Code.GATE_CLOSED, "gate eligibility before enrolment is not signed"
    )


@pytest.mark.parametrize(("day", "opens"), [("2026-01-16", True), ("2026-01-17", False)])
def test_a_signature_too_old_does_not_open_the_gate(day: str, opens: bool) -> None:
    """Signed on the 9th with a week's validity: it opens until the 16th, not on the 17th."""
    signed = [(at("2026-01-09 12:00"), sign("eligibility"))]
    fresh = results({"infection_uncontrolled": ("no", None)}, day)
    story = given(screened(), signed, fresh).when(record("enrolment", day), at(f"{day} 09:00"))
    if opens:
        story.includes("milestone.reached")
    else:
        story.refused(Code.GATE_CLOSED, "signed on 2026-01-09, 8 days before 2026-01-17", "sign it again")


def test_a_result_expired_on_the_day_of_the_milestone_shuts_the_gate_again() -> None:
    """Signed while everything held; on the day of enrolment one result is a day too old."""
    story = given(screened()).when(sign("eligibility"), at("2026-01-12 08:45"))
    story.when(record("enrolment", "2026-01-17"), at("2026-01-17 09:00")).refused(
        Code.GATE_CLOSED, "infection_uncontrolled of 2026-01-09 expired after 2026-01-16"
    )


def test_gates_are_checked_again_before_conditioning_and_infusion() -> None:
    """A fever on the day shuts the gate though it was signed."""
    for story, item in ((conditioned()[:-3], "conditioning"), (cleared(), "infusion")):
        signed_at = story[-1][0]
        day = signed_at.date().isoformat()
        fever = result("temperature", "38.4", "°C", day)
        given(story).when(fever, signed_at + timedelta(minutes=1)).when(
            record(item, f"{day} 09:30"), signed_at + timedelta(hours=1)
        ).refused(Code.GATE_CLOSED, "no_fever fails", "temperature is 38.4 °C")


def test_a_signature_after_the_fact_is_taken_as_a_deviation() -> None:
    """Conditioning of Monday, signed and typed in on Tuesday: recorded, and the late signature with it."""
    told = [*released(), *results(FITNESS, "2026-02-24")]
    story = given(told, [(at("2026-02-25 08:45"), sign("fit_for_conditioning"))])
    story.when(record("conditioning", "2026-02-24"), at("2026-02-25 09:00"))
    assert story.state.deviations["conditioning", "signed_late"].detail == (
        "fit_for_conditioning signed 2026-02-25, conditioning on 2026-02-24"
    )


def test_a_gate_behind_a_milestone_that_happened_is_not_signed_again() -> None:
    """Nobody signs what has already been done; the record of the first signature stays as it is."""
    given(enrolled()).when(sign("eligibility"), at("2026-01-13 09:00")).refused(
        Code.ALREADY_RECORDED, "enrolment is already done"
    )
    assert len(given(infused()).state.signatures["fit_for_infusion"]) == 1


def test_no_gate_is_signed_after_the_end() -> None:
    """A withdrawn participant is cleared for nothing."""
    given(screened(), withdrawn_at("2026-01-11")).when(sign("eligibility"), SIGNING).refused(Code.ENDED)


def test_every_observation_of_the_protocol_is_read_by_some_rule() -> None:
    """Nothing is asked for that no criterion and no gate would use."""
    rules = [criterion.met_if or criterion.excluded_if for criterion in protocol().criteria.values()]
    rules += [need.rule for gate in protocol().gates.values() for need in gate.needs]
    read = {code for rule in rules if rule is not None for code in observations_in(rule)}
    assert set(protocol().observations) - read == set()
    assert INVESTIGATOR.role is Role.INVESTIGATOR
