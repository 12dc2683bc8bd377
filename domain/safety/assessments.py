"""CRS and ICANS as graded, and response as judged: the investigator's call beside what is advised.

The rule that keeps it honest: the advice never takes the place of the call, and where the two differ the
reason is on the record.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from domain.answers.checks import (
    after_registration,
    known_item,
    not_before,
    not_in_future,
    open_to_follow_up,
)
from domain.commands.safety import AssessResponse, AssessToxicity, VoidAssessment
from domain.events.safety import AssessmentVoided, ResponseAssessed, ToxicityAssessed
from domain.protocol.document import End
from domain.protocol.expanded import Category
from domain.protocol.safety import AdverseEventRules, Scale
from domain.refusal import Code, Refused
from domain.safety.astct import ICE_MOST, ICE_POINTS, Advice, crs_advice, icans_advice, ice_score
from domain.safety.checks import (
    grade_of,
    known_event,
    learnt,
    only_with_death,
    rules_of,
    scale_named,
)
from domain.safety.eln import ResponseAdvice, response_advice
from domain.safety.emergent import first_time
from domain.safety.seen import CrsSeen, IcansSeen, ResponseSeen
from domain.safety.terms import DEATH_GRADE, ElnCriteria, ResponseCategory, Serious, Toxicity
from domain.state import State
from domain.stated import Stated

COLDEST, HOTTEST = Decimal(25), Decimal(45)
"""°C a living body can have."""

MOST_PERCENT = Decimal(100)


def assess_toxicity(state: State, command: AssessToxicity, at: datetime) -> list[ToxicityAssessed]:
    """CRS or ICANS on a day: the grade stated and the grade advised, side by side."""
    rules = rules_of(state)
    toxicity, advice = _advised(command)
    scale = scale_named(_scales(rules, toxicity), command.scale, command.version)
    grade = grade_of(scale, command.grade, scale.lowest)
    _could_be_seen(state, command.happened, toxicity.value, at)
    if grade > 0:
        _after(state, rules.teae.anchor, command.happened, toxicity.value)
    only_with_death(grade, "no death is on the record", died=_died(state, command.ae))
    _visit(state, command.visit)
    if grade != DEATH_GRADE and not advice.lowest <= grade <= advice.highest:
        _reason_asked(command.reason, f"grade {grade} is stated and advised is {advice.why}")
    return [_assessed(state, command, toxicity, scale, advice, at)]


def assess_response(state: State, command: AssessResponse, at: datetime) -> list[ResponseAssessed]:
    """The response as the investigator judges it, beside what the criteria make of it."""
    rule = rules_of(state).responses
    if rule is None:
        raise Refused(Code.NOT_STATED, "the protocol does not say by which criteria response is judged")
    criteria = command.criteria or rule.criteria
    _could_be_seen(state, command.happened, "a response", at)
    _after(state, rule.after, command.happened, "a response")
    _could_be_measured(command.seen)
    if command.category is ResponseCategory.CRH and criteria is ElnCriteria.ELN_2017:
        raise Refused(
            Code.BAD_VALUE, f"{criteria.value} has no {command.category.value}: judge it as CR, CRi or MLFS"
        )
    _visit(state, command.visit)
    advice = _response_advised(command.seen, criteria)
    if advice.categories and not _agrees(command.category, advice):
        _reason_asked(command.reason, f"{command.category.value} is stated and advised is {advice.why}")
    return [
        ResponseAssessed(
            assessment=f"RSP{len(state.safety.judged) + 1}",
            category=command.category,
            happened=command.happened,
            criteria=criteria,
            why=advice.why,
            seen=command.seen,
            advised=advice.categories,
            reason=command.reason,
            visit=command.visit,
        )
    ]


def void_assessment(state: State, command: VoidAssessment) -> list[AssessmentVoided]:
    """An assessment was entered in error; it counts nowhere."""
    known = {each.assessment: each.voided for each in state.safety.assessed}
    known.update({each.assessment: each.voided for each in state.safety.judged})
    if command.assessment not in known:
        raise Refused(Code.UNKNOWN_RECORD, f"{state.participant} has no assessment {command.assessment!r}")
    if known[command.assessment] is not None:
        raise Refused(Code.SAME_FACT, f"{command.assessment} was voided: {known[command.assessment]}")
    return [AssessmentVoided(command.assessment, command.reason)]


def _advised(command: AssessToxicity) -> tuple[Toxicity, Advice]:
    match command.crs, command.icans:
        case CrsSeen() as seen, None:
            _could_be_warm(seen)
            return Toxicity.CRS, crs_advice(seen)
        case None, IcansSeen() as seen:
            _could_be_scored(seen)
            return Toxicity.ICANS, icans_advice(seen)
        case _:
            raise Refused(Code.BAD_VALUE, "state what was seen of CRS or of ICANS: exactly one of the two")


def _scales(rules: AdverseEventRules, toxicity: Toxicity) -> list[Scale]:
    scales = [each for each in rules.scales if each.toxicity is toxicity]
    if not scales:
        raise Refused(Code.NOT_STATED, f"the protocol names no scale for {toxicity.value}")
    return scales


def _assessed(
    state: State, command: AssessToxicity, toxicity: Toxicity, scale: Scale, advice: Advice, at: datetime
) -> ToxicityAssessed:
    return ToxicityAssessed(
        assessment=f"TOX{len(state.safety.assessed) + 1}",
        toxicity=toxicity,
        happened=command.happened,
        known=learnt(state, command.known, at),
        scale=scale.code,
        version=scale.version,
        grade=command.grade,
        why=advice.why,
        advised=advice.grade,
        reason=command.reason,
        crs=command.crs,
        icans=command.icans,
        visit=command.visit,
        ae=command.ae,
    )


def _could_be_seen(state: State, happened: Stated, what: str, at: datetime) -> None:
    not_in_future(state, happened, at)
    after_registration(state, happened)
    open_to_follow_up(state, happened, what)
    ending = state.ending
    if ending is not None and ending.end is End.DIED:
        not_before(state, ending.happened, happened, f"the assessment of {what}", Code.ENDED)


def _after(state: State, milestone: str, happened: Stated, what: str) -> None:
    first = first_time(state, milestone)
    if first is None:
        raise Refused(Code.OUT_OF_ORDER, f"{what} needs {milestone} first, and {milestone} is not recorded")
    not_before(state, happened, first, milestone, Code.OUT_OF_ORDER)


def _died(state: State, ae: str | None) -> bool:
    if state.ending is not None and state.ending.end is End.DIED:
        return True
    return ae is not None and Serious.DEATH in known_event(state, ae).serious


def _visit(state: State, code: str | None) -> None:
    if code is not None and known_item(state, code).category is not Category.VISIT:
        raise Refused(Code.UNKNOWN_ITEM, f"{code} is a milestone and not a visit")


def _reason_asked(reason: str | None, differs: str) -> None:
    if reason is None:
        raise Refused(Code.REASON_NEEDED, f"{differs}: state the reason, and the stated one stands")


def _response_advised(seen: ResponseSeen, criteria: ElnCriteria) -> ResponseAdvice:
    if seen == ResponseSeen():
        return ResponseAdvice((), "nothing is stated to judge it by")
    return response_advice(seen, criteria)


def _agrees(category: ResponseCategory, advice: ResponseAdvice) -> bool:
    # The criteria name progression only by its course, of which one assessment knows nothing.
    if category is ResponseCategory.PD and ResponseCategory.NR in advice.categories:
        return True
    return category in advice.categories


def _could_be_warm(seen: CrsSeen) -> None:
    if seen.temperature is not None and not COLDEST <= seen.temperature <= HOTTEST:
        raise Refused(
            Code.BAD_VALUE,
            f"{seen.temperature} °C is no body temperature: {COLDEST} to {HOTTEST} is possible",
        )


def _could_be_scored(seen: IcansSeen) -> None:
    if seen.ice is not None and seen.ice > ICE_MOST:
        raise Refused(Code.BAD_VALUE, f"an ICE score is 0 to {ICE_MOST}, not {seen.ice}")
    if seen.parts is None:
        return
    for name, most in ICE_POINTS.items():
        points = getattr(seen.parts, name)
        if points is not None and points > most:
            raise Refused(Code.BAD_VALUE, f"{name} of the ICE score has 0 to {most} points, not {points}")
    least, highest = ice_score(IcansSeen(parts=seen.parts))
    if seen.ice is not None and not least <= seen.ice <= highest:
        raise Refused(
            Code.BAD_VALUE,
            f"the ICE score {seen.ice} does not fit its parts, which add up to {least}..{highest}",
        )


def _could_be_measured(seen: ResponseSeen) -> None:
    for name in ("marrow_blasts", "baseline_blasts"):
        blasts: Decimal | None = getattr(seen, name)
        if blasts is not None and blasts > MOST_PERCENT:
            raise Refused(Code.BAD_VALUE, f"{name} is a share of cells in %: {blasts} cannot be")
