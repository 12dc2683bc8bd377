"""What the study must know of a participant: derived anew from their whole state, and noted where it changed.

The rule that keeps it honest: nothing is remembered by hand, so a correction of the participant's record
corrects what the study knows in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.events import (
    EndNoted,
    FactWithdrawn,
    LastingToxicityNoted,
    LimitingToxicityNoted,
    MilestoneNoted,
)
from domain.protocol.conduct import Conduct, StoppingRule
from domain.protocol.document import End
from domain.safety.book import ToxicityGrade
from domain.safety.terms import DEATH_GRADE, AeOutcome, Serious
from domain.state import Outcome, State
from domain.stated import Stated, earliest
from domain.study.book import Fact, Study


def changed_facts(study: Study, conduct: Conduct, state: State) -> Iterator[Fact | FactWithdrawn]:
    """What must be noted and withdrawn so that the study knows what the participant's record says now."""
    wanted = {each.fact: each for each in facts_of(conduct, state)}
    known = {name: each for name, each in study.facts.items() if each.participant == state.participant}
    for name in known:
        if name not in wanted:
            yield FactWithdrawn(name)
    for name, fact in wanted.items():
        if known.get(name) != fact:
            yield fact


def facts_of(conduct: Conduct, state: State) -> Iterator[Fact]:
    """Everything the conduct of the study counts, as one participant's record has it."""
    for item in milestones_counted(conduct):
        happened = _first_time(state, item)
        if happened is not None:
            yield MilestoneNoted(
                f"{state.participant}/{item}", state.participant, state.site, _zone(state), item, happened
            )
    if state.ending is not None:
        yield _end(state)
    yield from _limiting(state)
    for rule in conduct.stopping_rules:
        if rule.lasting is not None:
            yield from _lasting(rule, state)


def milestones_counted(conduct: Conduct) -> tuple[str, ...]:
    """The milestones that any part of the conduct names, each once."""
    named: list[str] = list(conduct.hold.stops) if conduct.hold else []
    named += [each.milestone for each in (conduct.stagger, conduct.dlt_window) if each is not None]
    named += [each.deaths.after for each in conduct.stopping_rules if each.deaths is not None]
    named += [each.after for each in conduct.meetings]
    if conduct.decide_now is not None:
        named += [conduct.decide_now.begun, conduct.decide_now.before]
    return tuple(dict.fromkeys(named))


def _first_time(state: State, item: str) -> Stated | None:
    known = state.item(item)
    if known.outcome is not Outcome.DONE:
        return None
    return known.earlier[0].happened if known.earlier else known.happened


def _end(state: State) -> EndNoted:
    assert state.ending is not None, "asked of an ended participation"
    end = state.ending.end
    return EndNoted(
        f"{state.participant}/end",
        state.participant,
        state.site,
        _zone(state),
        end,
        state.ending.happened,
        related=end is End.DIED and _may_be_related(state),
    )


def _may_be_related(state: State) -> bool:
    fatal = [
        each
        for each in state.safety.standing_events
        if each.outcome is AeOutcome.FATAL
        or each.current_grade == DEATH_GRADE
        or Serious.DEATH in each.serious
    ]
    # A death nobody has written up as an event yet must hold the study, not pass it by.
    return not fatal or any(each.related for each in fatal)


def _limiting(state: State) -> Iterator[LimitingToxicityNoted]:
    for each in state.safety.standing_events:
        if each.dlt:
            fact = f"{state.participant}/dlt/{each.ae}"
            yield LimitingToxicityNoted(
                fact, state.participant, state.site, _zone(state), each.ae, each.onset.text
            )


def _lasting(rule: StoppingRule, state: State) -> Iterator[LastingToxicityNoted]:
    assert rule.lasting is not None, "asked of such a rule"
    for toxicity in rule.lasting.toxicities:
        graded = [each for each in state.safety.toxicities if each.toxicity.value == toxicity]
        graded.sort(key=lambda each: (earliest(each.happened, state.zone), each.seq))
        yield from _episodes(rule, toxicity, graded, state)


def _episodes(
    rule: StoppingRule, toxicity: str, graded: list[ToxicityGrade], state: State
) -> Iterator[LastingToxicityNoted]:
    """One fact for each time the grade was reached, with when it was low enough again."""
    assert rule.lasting is not None, "asked of such a rule"
    begun: ToxicityGrade | None = None
    for each in graded:
        if begun is None and each.grade >= rule.lasting.grade:
            begun = each
        elif begun is not None and each.grade <= rule.lasting.falls_to:
            yield _episode(rule, toxicity, begun, each.happened, state)
            begun = None
    if begun is not None:
        yield _episode(rule, toxicity, begun, None, state)


def _episode(
    rule: StoppingRule, toxicity: str, begun: ToxicityGrade, fell: Stated | None, state: State
) -> LastingToxicityNoted:
    return LastingToxicityNoted(
        f"{state.participant}/{rule.code}/{begun.assessment}",
        state.participant,
        state.site,
        _zone(state),
        rule.code,
        toxicity,
        begun.grade,
        begun.happened,
        fell,
    )


def _zone(state: State) -> str:
    return state.rules.site.zone_name
