"""The end of a participation: death, withdrawal, loss, failure of screening or of manufacture.

The rule that keeps it honest: an end stops what it must and nothing else; death after another end is still
recorded.
"""

from __future__ import annotations

from datetime import datetime

from domain.answers.checks import not_before, not_in_future
from domain.commands import EndParticipation
from domain.events import ParticipationEnded
from domain.protocol.document import End, EndRule
from domain.refusal import Code, Refused
from domain.state import Outcome, State


def end_participation(state: State, command: EndParticipation, at: datetime) -> list[ParticipationEnded]:
    """The participation ends on the stated day."""
    end = End(command.end)
    _not_ended_for_good(state, end)
    not_in_future(state, command.happened, at)
    registration = state.protocol.document.registration.milestone
    consent = state.item(registration).happened
    if consent is not None:
        not_before(state, command.happened, consent, registration, Code.BEFORE_ANCHOR)
    for rule in state.protocol.document.ends:
        if rule.end is end:
            _possible_now(state, rule)
    if end is End.DIED:
        _not_before_last_contact(state, command)
    return [ParticipationEnded(end, command.happened, command.reason)]


def _not_ended_for_good(state: State, end: End) -> None:
    ending = state.ending
    if ending is None or (end is End.DIED and ending.end is not End.DIED and ending.end is not End.SCREEN_FAILURE):
        return
    raise Refused(
        Code.ENDED,
        f"participation already ended ({ending.end.value}) on {ending.happened.isoformat()}; "
        "if that is wrong, correct the end with a reason",
    )


def _possible_now(state: State, rule: EndRule) -> None:
    if rule.after is not None and state.item(rule.after).outcome is not Outcome.DONE:
        raise Refused(Code.END_NOT_POSSIBLE, f"{rule.end.value} is possible only after {rule.after}")
    if rule.before is not None and state.item(rule.before).outcome is Outcome.DONE:
        raise Refused(Code.END_NOT_POSSIBLE, f"{rule.end.value} is possible only before {rule.before}")


def _not_before_last_contact(state: State, command: EndParticipation) -> None:
    for code, known in state.items.items():
        if known.outcome is Outcome.DONE and known.happened is not None:
            not_before(state, command.happened, known.happened, f"{code}, which was recorded as done,", Code.BEFORE_ANCHOR)
