"""Questions that several answers about safety ask before they take a command.

The rule that keeps it honest: a date known in part is refused only where no reading of it can be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.answers.checks import after_registration, nearest, not_in_future
from domain.protocol.document import End
from domain.protocol.safety import AdverseEventRules, Scale
from domain.refusal import Code, Refused
from domain.safety.book import AdverseEvent
from domain.safety.partial import Partial, partial_of
from domain.safety.terms import DEATH_GRADE
from domain.state import State
from domain.stated import Stated


def rules_of(state: State) -> AdverseEventRules:
    """The protocol's part on adverse events."""
    rules = state.protocol.document.adverse_events
    if rules is None:
        raise Refused(
            Code.NOT_STATED,
            f"protocol {state.protocol.id} {state.protocol.version} has no part adverse_events: nothing says "
            "by which scale an event is graded",
        )
    return rules


def known_event(state: State, ae: str) -> AdverseEvent:
    """The adverse event of that id, which was not voided."""
    event = state.safety.events.get(ae)
    if event is None:
        raise Refused(
            Code.UNKNOWN_RECORD,
            f"{state.participant} has no adverse event {ae!r}{nearest(ae, state.safety.events)}",
        )
    if event.voided is not None:
        raise Refused(Code.UNKNOWN_RECORD, f"{ae} was voided: {event.voided}")
    return event


def open_event(state: State, ae: str) -> AdverseEvent:
    """The same, not closed."""
    event = known_event(state, ae)
    if event.outcome is not None:
        raise Refused(
            Code.ALREADY_RECORDED, f"{ae} is closed ({event.outcome.value}): reopen it with a reason first"
        )
    return event


def scale_named(scales: Iterable[Scale], code: str | None, version: str | None) -> Scale:
    """The scale a grade was stated by; its version may be left out where there is one."""
    known = tuple(scales)
    shown = ", ".join(f"{each.code} {each.version}" for each in known)
    if code is None:
        raise Refused(Code.UNKNOWN_SCALE, f"a grade needs its scale: one of {shown}")
    named = [each for each in known if each.code == code and version in (None, each.version)]
    if len(named) == 1:
        return named[0]
    stated = code if version is None else f"{code} {version}"
    wrong = f"version of {code} is not stated" if named else f"{stated!r} is not a scale for this"
    raise Refused(Code.UNKNOWN_SCALE, f"{wrong}; the protocol grades by {shown}")


def grade_of(scale: Scale, grade: int, lowest: int) -> int:
    """The grade, where the scale has it."""
    if not lowest <= grade <= scale.highest:
        raise Refused(
            Code.BAD_VALUE,
            f"{scale.code} {scale.version} has grades {lowest} to {scale.highest}, not {grade}",
        )
    return grade


def only_with_death(grade: int, what: str, *, died: bool) -> None:
    """Refuse grade 5 where nobody died."""
    if grade == DEATH_GRADE and not died:
        raise Refused(
            Code.BAD_VALUE,
            f"grade {DEATH_GRADE} is death, and {what}: state the criterion death with it, or another grade",
        )


def learnt(state: State, known: Stated | None, at: datetime) -> Stated:
    """When the site first knew; left out, it is now."""
    if known is None:
        return at
    not_in_future(state, known, at)
    after_registration(state, known)
    return known


def not_later(state: State, when: Partial, at: datetime) -> None:
    """Refuse a date in part that lies in the future whatever is missing of it."""
    stated = when.stated
    if stated is not None:
        not_in_future(state, stated, at)
        return
    today = at.astimezone(state.zone).date()
    if when.first_day(state.zone) > today:
        raise Refused(Code.FUTURE_TIME, f"{when} is in the future: today is {today}")


def not_earlier(state: State, when: Partial, than: Partial, name: str) -> None:
    """Refuse what lies before something it must follow, whatever is missing of the two dates."""
    if when.surely_before(than, state.zone):
        raise Refused(Code.BEFORE_ANCHOR, f"{when} is before {name} ({than})")


def in_their_life(state: State, when: Partial, what: str) -> None:
    """Refuse what can only have happened to somebody alive, or with the death, after the day of death.

    No other end stops it: harm learnt of after a withdrawal or the last visit is recorded and reported.
    """
    ending = state.ending
    if (
        ending is not None
        and ending.end is End.DIED
        and partial_of(ending.happened).surely_before(when, state.zone)
    ):
        raise Refused(
            Code.ENDED,
            f"{what} on {when} would be after death on {ending.happened.isoformat()}: state a day up to "
            "then, or correct the end",
        )


def consented(state: State) -> Partial | None:
    """The day the participant's timeline opened."""
    happened = state.item(state.protocol.document.registration.milestone).happened
    return partial_of(happened) if happened is not None else None
