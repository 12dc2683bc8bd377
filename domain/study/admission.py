"""Whether the study lets a participant's events happen: recruitment, holds, the stagger.

The rule that keeps it honest: asked in the transaction that records the event, on the locked stream of the
study; a refusal says what stands in the way and until when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.events import (
    Event,
    GateSigned,
    MilestoneReached,
    ParticipantRegistered,
    Recruitment,
    TurnTaken,
)
from domain.protocol.conduct import Conduct
from domain.protocol.document import Gate
from domain.refusal import Code, Refused
from domain.span import add_to_day
from domain.state import State
from domain.stated import Stated, day_of, end_of_day, is_day
from domain.study.book import Hold, Study
from domain.study.holding import holds_against, within
from domain.study.stagger import Conflict, conflict_on, turn_covering


def admitted(
    study: Study, conduct: Conduct | None, state: State, events: Iterable[Event], at: datetime
) -> Iterator[TurnTaken]:
    """The turns that the participant's new events take; `state` is the participant after them.

    Raises:
        Refused: recruitment is not open, a hold stops it, or the stagger has not elapsed.
    """
    for event in events:
        match event:
            case ParticipantRegistered():
                _recruiting(study, state)
            case MilestoneReached() if conduct is not None:
                _not_held(study, state, event.item, event.happened)
                _staggered(study, conduct, state, event, at)
            case GateSigned() if conduct is not None:
                gate = state.protocol.gates[event.gate]
                _not_held(study, state, gate.before, at)
                if _is_staggered(study, conduct, state, gate.before):
                    yield from _turn(study, conduct, state, gate, at)
            case _:
                pass


def _recruiting(study: Study, state: State) -> None:
    consent = state.item(state.protocol.document.registration.milestone).happened
    assert consent is not None, "registering records the consent"
    for number, each in enumerate(study.recruitments):
        ended = study.recruitments[number + 1].set_at if number + 1 < len(study.recruitments) else None
        if each.recruitment is not Recruitment.OPEN and within(each.set_at, ended, consent, state.zone):
            local = each.set_at.astimezone(state.zone).isoformat(timespec="minutes")
            raise Refused(
                Code.RECRUITMENT_CLOSED,
                f"recruitment of {state.study} is {each.recruitment.value} since {local} ({each.reason}); "
                f"consent on {consent.isoformat()} is not before that{_state_the_time(consent)}",
            )


def _not_held(study: Study, state: State, item: str, happened: Stated) -> None:
    for hold in holds_against(study, state.participant, item, happened, state.zone):
        raise Refused(Code.STUDY_ON_HOLD, _held(hold, state, item, happened))


def _held(hold: Hold, state: State, item: str, happened: Stated) -> str:
    fell = hold.placed.placed_at.astimezone(state.zone).isoformat(timespec="minutes")
    if hold.lifted is None:
        until = f"until the {hold.placed.lifted_by.value} lifts it"
    else:
        until = f"until {hold.lifted.lifted_at.astimezone(state.zone).isoformat(timespec='minutes')}"
    return (
        f"{hold.code} stops {item} from {fell} {until} ({hold.placed.reason}); "
        f"{happened.isoformat()} lies in it{_state_the_time(happened)}"
    )


def _state_the_time(happened: Stated) -> str:
    return ": if it was before that, state the time with its offset" if is_day(happened) else ""


def _is_staggered(study: Study, conduct: Conduct, state: State, item: str) -> bool:
    stagger = conduct.stagger
    return (
        stagger is not None and item == stagger.milestone and study.milestone(state.participant, item) is None
    )


def _staggered(study: Study, conduct: Conduct, state: State, event: MilestoneReached, at: datetime) -> None:
    if not _is_staggered(study, conduct, state, event.item):
        return
    day = day_of(event.happened, state.zone)
    authorised = turn_covering(study, state.participant, day) is not None
    conflict = conflict_on(study, conduct, state.participant, day, at, authorised=authorised)
    if conflict is not None:
        raise Refused(Code.STAGGER, f"{event.item} on {day} {_against(conduct, conflict)}")


def _turn(study: Study, conduct: Conduct, state: State, gate: Gate, at: datetime) -> Iterator[TurnTaken]:
    first = at.astimezone(state.zone).date()
    last = add_to_day(first, gate.signature_within) if gate.signature_within is not None else None
    conflict = conflict_on(study, conduct, state.participant, last or first, at)
    if conflict is not None:
        until = f" to {last}" if last is not None and last != first else ""
        raise Refused(Code.STAGGER, f"{gate.code} signed for {first}{until} {_against(conduct, conflict)}")
    yield TurnTaken(
        participant=state.participant,
        site=state.site,
        zone=state.rules.site.zone_name,
        milestone=gate.before,
        gate=gate.code,
        first=first,
        taken_at=at,
        last=last,
        until=end_of_day(last, state.zone) if last is not None else None,
    )


def _against(conduct: Conduct, conflict: Conflict) -> str:
    assert conduct.stagger is not None, "only the stagger conflicts"
    other = conflict.with_
    how = "is authorised for" if other.authorised else "had it on"
    day = other.day.isoformat() if other.day is not None else "an open day"
    rule = f"the first {conduct.stagger.among_first} are {conduct.stagger.gap} apart"
    if conduct.stagger.after_dlt_window:
        rule += ", each after the DLT window of the one before"
    first = f"; the first day that would do is {conflict.first_allowed}" if conflict.first_allowed else ""
    return f"is too close to {other.participant}, who {how} {day}: {rule}{first}"
