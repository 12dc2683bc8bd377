"""What the study must know of a participant: derived anew from their whole state, and noted where it changed.

The rule that keeps it honest: nothing is remembered by hand, so a correction of the participant's record
corrects what the study knows in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.events import (
    EndNoted,
    FactWithdrawn,
    LimitingToxicityNoted,
    MilestoneNoted,
)
from domain.protocol.conduct import Conduct
from domain.protocol.document import End
from domain.safety.death import death_written_up, fatal_events
from domain.state import Outcome, State
from domain.stated import Stated
from domain.study.book import Fact, Study
from domain.study.lasting import lasting


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
    yield from _end(state)
    yield from _limiting(state)
    for rule in conduct.stopping_rules:
        yield from lasting(rule, state)


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


def _end(state: State) -> Iterator[EndNoted]:
    ending = state.ending
    died = ending.happened if ending is not None and ending.end is End.DIED else None
    if died is None and (written_up := death_written_up(state)) is not None:
        died = written_up[0]
    if died is not None:
        yield _ended(state, End.DIED, died, related=_may_be_related(state))
    elif ending is not None:
        yield _ended(state, ending.end, ending.happened, related=False)


def _ended(state: State, end: End, happened: Stated, *, related: bool) -> EndNoted:
    fact = f"{state.participant}/end"
    return EndNoted(fact, state.participant, state.site, _zone(state), end, happened, related=related)


def _may_be_related(state: State) -> bool:
    fatal = fatal_events(state)
    # A death nobody has written up as an event yet must hold the study, not pass it by.
    return not fatal or any(each.related for each in fatal)


def _limiting(state: State) -> Iterator[LimitingToxicityNoted]:
    for each in state.safety.standing_events:
        if each.dlt:
            fact = f"{state.participant}/dlt/{each.ae}"
            yield LimitingToxicityNoted(
                fact, state.participant, state.site, _zone(state), each.ae, each.onset.text
            )


def _zone(state: State) -> str:
    return state.rules.site.zone_name
