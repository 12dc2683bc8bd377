"""Opening a participant's timeline at consent.

The rule that keeps it honest: a participant is pinned to one protocol version by its hash, and facts known at
consent that already exclude are refused rather than registered.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

from domain.answers.checks import known_item
from domain.answers.happened import can_have_happened
from domain.answers.results import result_recorded
from domain.commands import ParticipantCode, RegisterParticipant
from domain.eligibility import Truth, criterion_finding
from domain.events import MilestoneReached, ParticipantRegistered, ResultRecorded
from domain.evolve import fold
from domain.refusal import Code, Refused
from domain.state import Result, State

_CODE: TypeAdapter[str] = TypeAdapter(ParticipantCode)

RegistrationEvent = ParticipantRegistered | MilestoneReached | ResultRecorded


def register(
    state: State, command: RegisterParticipant, at: datetime, study: str, participant: str
) -> list[RegistrationEvent]:
    """Consent was given: the timeline opens. Results without a day of their own are of that day.

    Stated again with the same facts it is the same registration, and nothing follows.
    """
    if state.registered:
        _same_facts(state, command, at)
        return []
    _usable_code(participant)
    milestone = state.protocol.document.registration.milestone
    can_have_happened(state, known_item(state, milestone), command.happened, at)
    opened = _opened(state, command, study, participant)
    results = [result_recorded(state, each, at, command.happened) for each in command.results]
    _not_excluded(fold(state, [opened, *results]), at.astimezone(state.zone).date())
    return [opened, MilestoneReached(milestone, command.happened), *results]


def _same_facts(state: State, command: RegisterParticipant, at: datetime) -> None:
    on = state.item(state.protocol.document.registration.milestone).happened
    site = command.site or state.site
    stated = [result_recorded(state, each, at, command.happened) for each in command.results]
    known = all(
        Result(each.value, each.happened) in state.results.get(each.observation, ()) for each in stated
    )
    if (command.happened, site, command.simulated, known) != (on, state.site, state.simulated, True):
        day = f" with consent on {on.isoformat()}" if on is not None else ""
        raise Refused(
            Code.ALREADY_REGISTERED,
            f"{state.participant} is already registered in {state.study}{day}, and other facts were stated: "
            "record results or correct the consent instead",
        )


def _usable_code(participant: str) -> None:
    try:
        _CODE.validate_python(participant)
    except ValidationError:
        raise Refused(
            Code.MALFORMED,
            f"{participant[:40]!r} is not a participant code: 2 to 32 capital letters, digits and hyphens",
        ) from None


def _opened(
    state: State, command: RegisterParticipant, study: str, participant: str
) -> ParticipantRegistered:
    return ParticipantRegistered(
        study=study,
        participant=participant,
        site=state.rules.site.id,
        protocol_id=state.protocol.id,
        protocol_version=state.protocol.version,
        protocol_hash=state.protocol.hash,
        simulated=command.simulated,
    )


def _not_excluded(state: State, today: date) -> None:
    for code in state.protocol.document.registration.criteria_checked:
        finding = criterion_finding(state, state.protocol.criteria[code], today)
        if finding.truth is Truth.FAILED:
            text = state.protocol.criteria[code].labels.en
            raise Refused(Code.NOT_ELIGIBLE, f"criterion {code} ({text}) fails: {finding.why}")
