"""Adverse events: opened, graded, changed, treated, closed, reopened, voided.

The rule that keeps it honest: an event is graded by one scale for its whole life, seriousness is derived from
the criteria, and each answer says what it does to the reports that are owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.answers.checks import spoken_by
from domain.commands.safety import (
    ChangeAdverseEvent,
    CloseAdverseEvent,
    GradeAdverseEvent,
    OpenAdverseEvent,
    ReopenAdverseEvent,
    TreatAdverseEvent,
    VoidAdverseEvent,
)
from domain.events.safety import (
    AdverseEventChanged,
    AdverseEventClosed,
    AdverseEventGraded,
    AdverseEventOpened,
    AdverseEventReopened,
    AdverseEventTreated,
    AdverseEventVoided,
)
from domain.evolve import fold
from domain.refusal import Code, Refused
from domain.roles import Role
from domain.safety.book import AdverseEvent
from domain.safety.checks import (
    consented,
    grade_of,
    in_their_life,
    known_event,
    learnt,
    not_earlier,
    not_later,
    only_with_death,
    open_event,
    rules_of,
    scale_named,
)
from domain.safety.clocks import clock_changes
from domain.safety.evolve import SafetyEvent
from domain.safety.partial import Partial, partial_of
from domain.safety.reports import ReportAnswer, news
from domain.safety.terms import DEATH_GRADE, AeOutcome, Serious
from domain.state import State

RESOLVED = frozenset({AeOutcome.RECOVERED, AeOutcome.RECOVERED_WITH_SEQUELAE, AeOutcome.FATAL})
"""Outcomes that have a day; the others leave it open."""

_CHANGEABLE = (
    "term",
    "onset",
    "relation",
    "expectedness",
    "serious",
    "stated_serious",
    "action",
    "dlt",
)


def open_adverse_event(state: State, command: OpenAdverseEvent, at: datetime) -> list[SafetyEvent]:
    """An adverse event is known, with its first grade; the reports owed start to run."""
    scale = scale_named(rules_of(state).scales, command.scale, command.version)
    grade = grade_of(scale, command.grade, max(1, scale.lowest))
    only_with_death(grade, "nobody said so", died=Serious.DEATH in command.serious)
    known = learnt(state, command.known, at)
    _could_begin(state, command, at)
    not_earlier(state, partial_of(known), command.onset, "its onset")
    _judged_by_investigator(command, dlt=command.dlt)
    _not_yet_known(state, command)
    ae = f"AE{len(state.safety.events) + 1}"
    opened = AdverseEventOpened(
        ae=ae,
        term=command.term,
        onset=command.onset,
        known=known,
        relation=command.relation,
        expectedness=command.expectedness,
        serious=_criteria(command.serious),
        stated_serious=command.stated_serious,
        preexisting=command.preexisting,
        worsens=command.worsens,
        dlt=command.dlt,
    )
    graded = AdverseEventGraded(ae, scale.code, scale.version, grade, command.onset, known)
    return _with_clocks(state, [opened, graded], ae, at)


def grade_adverse_event(state: State, command: GradeAdverseEvent, at: datetime) -> list[SafetyEvent]:
    """The grade changed, on the scale the event is graded by."""
    event = open_event(state, command.ae)
    scale = scale_named(rules_of(state).scales, command.scale, command.version)
    before = event.gradings[-1]
    if (scale.code, scale.version) != (before.scale, before.version):
        raise Refused(
            Code.UNKNOWN_SCALE,
            f"{event.ae} is graded by {before.scale} {before.version}, and grades of two scales are never "
            f"compared: grade it so, or open another event by {scale.code} {scale.version}",
        )
    grade = grade_of(scale, command.grade, max(1, scale.lowest))
    only_with_death(
        grade, f"{event.ae} is not serious by the criterion death", died=Serious.DEATH in event.serious
    )
    known = learnt(state, command.known, at)
    _could_follow(state, event, command.happened, at)
    if any((each.grade, each.happened) == (grade, command.happened) for each in event.gradings):
        raise Refused(Code.SAME_FACT, f"{event.ae} already has grade {grade} since {command.happened}")
    return [AdverseEventGraded(event.ae, scale.code, scale.version, grade, command.happened, known)]


def change_adverse_event(state: State, command: ChangeAdverseEvent, at: datetime) -> list[ReportAnswer]:
    """Something else about it is judged anew; reports are owed, or no longer owed, accordingly."""
    event = known_event(state, command.ae)
    known = learnt(state, command.known, at)
    not_earlier(state, partial_of(known), partial_of(event.known), f"the first knowledge of {event.ae}")
    _judged_by_investigator(command, dlt=command.dlt is not None)
    changed = AdverseEventChanged(
        ae=event.ae,
        known=known,
        reason=command.reason,
        term=command.term,
        onset=command.onset,
        relation=command.relation,
        expectedness=command.expectedness,
        serious=_criteria(command.serious) if command.serious is not None else None,
        stated_serious=command.stated_serious,
        action=command.action,
        dlt=command.dlt,
    )
    _changes_something(event, changed)
    if command.onset is not None:
        _onset_fits(state, event, command.onset, at)
    _death_stays(event, changed)
    told = _with_clocks(state, [changed], event.ae, at)
    return [*told, *_worse(fold(state, told), event, changed)]


def treat_adverse_event(state: State, command: TreatAdverseEvent, at: datetime) -> list[SafetyEvent]:
    """Something was given or done because of it."""
    event = known_event(state, command.ae)
    _could_follow(state, event, command.happened, at)
    if (command.treatment, command.happened) in event.treatments:
        raise Refused(Code.SAME_FACT, f"{event.ae} already has {command.treatment!r} on {command.happened}")
    return [AdverseEventTreated(event.ae, command.treatment, command.happened)]


def close_adverse_event(state: State, command: CloseAdverseEvent, at: datetime) -> list[SafetyEvent]:
    """Its outcome is known, and the day of it where the outcome has one."""
    event = open_event(state, command.ae)
    if command.outcome in RESOLVED and command.resolved is None:
        raise Refused(
            Code.BAD_VALUE,
            f"{command.outcome.value} needs the day of it, as much of it as is known (2026, 2026-03)",
        )
    if command.outcome not in RESOLVED and command.resolved is not None:
        raise Refused(Code.BAD_VALUE, f"{command.outcome.value} has no day of resolution: leave it out")
    if command.outcome is AeOutcome.FATAL and Serious.DEATH not in event.serious:
        raise Refused(
            Code.BAD_VALUE,
            f"{event.ae} is not serious by the criterion death: change that before it is fatal",
        )
    if command.resolved is not None:
        _could_follow(state, event, command.resolved, at)
        for each in event.gradings:
            not_earlier(state, command.resolved, each.happened, f"grade {each.grade} of {event.ae}")
    return [AdverseEventClosed(event.ae, command.outcome, command.resolved)]


def reopen_adverse_event(state: State, command: ReopenAdverseEvent) -> list[SafetyEvent]:
    """It was closed too early."""
    event = known_event(state, command.ae)
    if not event.closed:
        raise Refused(Code.SAME_FACT, f"{event.ae} is open")
    return [AdverseEventReopened(event.ae, command.reason)]


def void_adverse_event(state: State, command: VoidAdverseEvent, at: datetime) -> list[SafetyEvent]:
    """It was entered in error; no report is owed for it any more."""
    event = known_event(state, command.ae)
    leaning = [each.ae for each in state.safety.standing_events if each.worsens == event.ae]
    if leaning:
        raise Refused(
            Code.OUT_OF_ORDER,
            f"{', '.join(leaning)} is recorded as a worsening of {event.ae}: void that first",
        )
    return _with_clocks(state, [AdverseEventVoided(event.ae, command.reason)], event.ae, at)


def _with_clocks(state: State, events: Sequence[SafetyEvent], ae: str, at: datetime) -> list[SafetyEvent]:
    return [*events, *clock_changes(fold(state, events), ae, at)]


def _worse(state: State, before: AdverseEvent, changed: AdverseEventChanged) -> list[ReportAnswer]:
    """A further criterion of seriousness is new information: whoever was told of the event is told of it."""
    gained = [each for each in changed.serious or () if each not in before.serious]
    if not before.is_serious or not gained:
        return []
    what = f"serious by {', '.join(each.value for each in gained)} too"
    return news(state, before.ae, what, changed.known)


def _criteria(serious: Sequence[Serious]) -> tuple[Serious, ...]:
    """Each criterion once, in the order of ICH E2A."""
    return tuple(each for each in Serious if each in serious)


def _could_begin(state: State, command: OpenAdverseEvent, at: datetime) -> None:
    not_later(state, command.onset, at)
    in_their_life(state, command.onset, "an adverse event")
    opened = consented(state)
    if opened is not None and not command.preexisting and command.onset.surely_before(opened, state.zone):
        raise Refused(
            Code.BEFORE_ANCHOR,
            f"{command.onset} is before consent ({opened}): state that the event is pre-existing",
        )
    if command.worsens is not None:
        earlier = known_event(state, command.worsens)
        not_earlier(state, command.onset, earlier.onset, f"the onset of {earlier.ae}")


def _could_follow(state: State, event: AdverseEvent, when: Partial, at: datetime) -> None:
    """Refuse what is said of an event before it began, or later than now."""
    not_later(state, when, at)
    not_earlier(state, when, event.onset, f"the onset of {event.ae}")
    in_their_life(state, when, f"what is said of {event.ae}")


def _not_yet_known(state: State, command: OpenAdverseEvent) -> None:
    for each in state.safety.standing_events:
        if (each.term.casefold(), each.onset) == (command.term.casefold(), command.onset):
            raise Refused(
                Code.SAME_FACT, f"{each.ae} is {each.term} with onset {each.onset}: grade or change that one"
            )


def _judged_by_investigator(command: OpenAdverseEvent | ChangeAdverseEvent, *, dlt: bool) -> None:
    if dlt:
        spoken_by(command.actor, Role.INVESTIGATOR, "judging a dose-limiting toxicity")


def _changes_something(event: AdverseEvent, changed: AdverseEventChanged) -> None:
    stated = {name: getattr(changed, name) for name in _CHANGEABLE if getattr(changed, name) is not None}
    if not stated:
        raise Refused(
            Code.BAD_VALUE, f"nothing is changed of {event.ae}: state one of {', '.join(_CHANGEABLE)}"
        )
    now = {name: getattr(event, name) for name in stated}
    if "serious" in now:
        now["serious"] = _criteria(tuple(event.serious))
    if now == stated:
        raise Refused(Code.SAME_FACT, f"{event.ae} is recorded so already: {', '.join(stated)}")


def _onset_fits(state: State, event: AdverseEvent, onset: Partial, at: datetime) -> None:
    not_later(state, onset, at)
    in_their_life(state, onset, "an adverse event")
    not_earlier(state, partial_of(event.known), onset, "the new onset")
    if event.resolved is not None:
        not_earlier(state, event.resolved, onset, "the new onset")
    first = min(event.gradings, key=lambda each: each.seq)
    for each in event.gradings:
        if each is not first:
            not_earlier(state, each.happened, onset, "the new onset")


def _death_stays(event: AdverseEvent, changed: AdverseEventChanged) -> None:
    if changed.serious is None or Serious.DEATH in changed.serious:
        return
    if event.outcome is AeOutcome.FATAL or any(each.grade == DEATH_GRADE for each in event.gradings):
        raise Refused(Code.BAD_VALUE, f"{event.ae} is graded or closed as fatal: the criterion death stays")
