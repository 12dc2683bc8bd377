"""The end of a participation: death, withdrawal, loss, failure of screening or of manufacture.

The rule that keeps it honest: an end stops what it must and nothing else; death after another end is still
recorded.
"""

from __future__ import annotations

from datetime import datetime

from domain.answers.checks import after_registration, follow_up_goes_on, not_before, not_in_future
from domain.commands import EndParticipation
from domain.events import ParticipationEnded
from domain.protocol.document import End, EndRule
from domain.refusal import Code, Refused
from domain.safety.checks import not_earlier
from domain.safety.contacts import last_contacts
from domain.safety.partial import partial_of
from domain.state import Outcome, State
from domain.stated import Stated

ENDS_OF_FOLLOW_UP = frozenset({End.WITHDRAWN, End.LOST})
"""Ends that may come after one that leaves survival visits running."""


def end_participation(state: State, command: EndParticipation, at: datetime) -> list[ParticipationEnded]:
    """The participation ends at the stated time."""
    end = End(command.end)
    can_have_ended(state, end, command.happened, at)
    return [ParticipationEnded(end, command.happened, command.reason)]


def can_have_ended(state: State, end: End, happened: Stated, at: datetime) -> None:
    """Refuse an end that contradicts the clock, an earlier end, or what was recorded."""
    _may_follow(state, end, happened)
    not_in_future(state, happened, at)
    after_registration(state, happened)
    for rule in state.protocol.document.ends:
        if rule.end is end:
            _possible_now(state, rule)
    if end is End.DIED:
        _not_before_last_contact(state, happened)


def _may_follow(state: State, end: End, happened: Stated) -> None:
    ending = state.ending
    if ending is None:
        return
    if end is End.DIED and ending.end not in (End.DIED, End.SCREEN_FAILURE):
        return
    if end in ENDS_OF_FOLLOW_UP and follow_up_goes_on(state):
        not_before(state, happened, ending.happened, ending.end.value, Code.BEFORE_ANCHOR)
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


def _not_before_last_contact(state: State, happened: Stated) -> None:
    for code, known in state.items.items():
        if known.happened is not None:
            not_before(state, happened, known.happened, f"{code}, recorded as done", Code.BEFORE_ANCHOR)
    for seen, _ in state.unscheduled:
        not_before(state, happened, seen, "an unscheduled visit", Code.BEFORE_ANCHOR)
    for what, when in last_contacts(state.safety):
        not_earlier(state, partial_of(happened), when, what)
