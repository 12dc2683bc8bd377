"""What one course of events has that another has not: windows, overdue visits, deviations, alerts, holds.

The rule that keeps it honest: both courses are looked at in the same way at the same moment, through the
domain's own `standing` and plan; what is equal is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.events import (
    AcknowledgementExpired,
    AlertAcknowledged,
    AlertRaised,
    AlertResolved,
    AlertSnoozed,
    PlannedWindow,
    RungReached,
    SnoozeEnded,
)
from domain.plan import applicable, whole_plan
from domain.recorded import STUDY_SUBJECT, study_stream
from domain.standing import Standing, sight_of, standing
from domain.state import State
from replay.course import Course
from replay.difference import subject_of


class Effect(StrEnum):
    """What kind of thing is another one."""

    WINDOW = "window"
    OVERDUE = "overdue"
    STANDING = "standing"
    DEVIATION = "deviation"
    ALERT = "alert"
    STAGE = "stage"
    REFUSED = "refused"
    STUDY = "study"
    NOTICES = "notices"
    APPOINTMENT = "appointment"
    CLASH = "clash"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Change:
    """`before` in one course, `after` in the other; None: there is none in it."""

    subject: str
    effect: Effect
    about: str
    before: str | None
    after: str | None


def changes(before: Course, after: Course, at: datetime) -> Iterator[Change]:
    """Everything that is another one in `after` at the moment `at` (UTC): by participant, then the study."""
    everybody = sorted({*before.subjects, *after.subjects} - {STUDY_SUBJECT})
    for participant in everybody:
        yield from _of_participant(participant, before.state(participant), after.state(participant), at)
    yield from _of_study(before, after)
    yield from _notices(before, after)


def _of_participant(
    participant: str, before: State | None, after: State | None, at: datetime
) -> Iterator[Change]:
    old, new = _looked_at(before, at), _looked_at(after, at)
    for effect in dict.fromkeys((*old, *new)):
        yield from compared(participant, effect, old.get(effect, {}), new.get(effect, {}))


def _looked_at(state: State | None, at: datetime) -> dict[Effect, dict[str, str]]:
    if state is None:
        return {}
    return {
        Effect.WINDOW: _windows(state),
        Effect.OVERDUE: _overdue(state, at),
        Effect.STANDING: _settled(state, at),
        Effect.DEVIATION: {each.deviation: each.detail for each in state.deviations.values()},
        Effect.ALERT: _alerts(state),
        Effect.STAGE: {"stage": state.ending.end.value if state.ending else state.stage or ""},
    }


def _windows(state: State) -> dict[str, str]:
    items = state.protocol.items
    return {
        code: _window(window, state.zone)
        for code, window in whole_plan(state).items()
        if code in items and (state.item(code).happened is not None or applicable(state, items[code]))
    }


def _window(window: PlannedWindow, zone: ZoneInfo) -> str:
    first = window.opens.astimezone(zone)
    last = (window.closes - timedelta(microseconds=1)).astimezone(zone)
    if (window.closes - window.opens) < timedelta(days=1) and first.date() == last.date():
        return f"{first:%Y-%m-%d %H:%M} to {last:%H:%M}"
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _overdue(state: State, at: datetime) -> dict[str, str]:
    return {code: said for code, said in _standings(state, at).items() if said == Standing.OVERDUE.value}


def _settled(state: State, at: datetime) -> dict[str, str]:
    told = (Standing.DONE_OUTSIDE.value, Standing.STALE.value, Standing.DONE.value, Standing.MISSED.value)
    return {code: said for code, said in _standings(state, at).items() if said in told}


def _standings(state: State, at: datetime) -> dict[str, str]:
    plan = whole_plan(state)
    return {
        code: standing(sight_of(state, item, plan.get(code)), at).value
        for code, item in state.protocol.items.items()
    }


def _alerts(state: State) -> dict[str, str]:
    """Every alert that was ever raised, by name, with the site's time of it."""
    everything = (*state.settled_alerts, *state.alerts.values())
    return {each.alert: f"{each.raised_at.astimezone(state.zone):%Y-%m-%d %H:%M}" for each in everything}


def _of_study(before: Course, after: Course) -> Iterator[Change]:
    yield from compared(STUDY_SUBJECT, Effect.STUDY, _study_events(before), _study_events(after))
    yield from compared(STUDY_SUBJECT, Effect.ALERT, _study_alerts(before), _study_alerts(after))


_OF_ALERTS = (
    AlertRaised
    | RungReached
    | AlertAcknowledged
    | AcknowledgementExpired
    | AlertSnoozed
    | SnoozeEnded
    | AlertResolved
)


def _study_alerts(course: Course) -> dict[str, str]:
    """Every alert of the study that was ever raised, by name, with its time at the first site."""
    study, rules = course.of_study()
    if rules is None:
        return {}
    zone = rules.site(None).zone
    everything = (*study.settled_alerts, *study.alerts.values())
    return {each.alert: f"{each.raised_at.astimezone(zone):%Y-%m-%d %H:%M}" for each in everything}


def _study_events(course: Course) -> dict[str, str]:
    """What stands on the study's stream but its alerts, by what it speaks of; said again it is counted."""
    found: dict[str, str] = {}
    for recorded in course.paper.events(study_stream(course.study)):
        if isinstance(recorded.event, _OF_ALERTS):
            continue
        name, number = subject_of(recorded.event), 2
        while name in found:
            name, number = f"{subject_of(recorded.event)} ({number})", number + 1
        found[name] = recorded.stamp.recorded_at.strftime("%Y-%m-%dT%H:%MZ")
    return found


def _notices(before: Course, after: Course) -> Iterator[Change]:
    """How many messages each contact gets: what the change costs people's attention."""
    old, new = _told(before), _told(after)
    for contact in sorted({*old, *new}):
        if old.get(contact, 0) != new.get(contact, 0):
            yield Change(
                STUDY_SUBJECT, Effect.NOTICES, contact, str(old.get(contact, 0)), str(new.get(contact, 0))
            )


def _told(course: Course) -> dict[str, int]:
    counts: dict[str, int] = {}
    for notice in course.messages():
        counts[notice.contact] = counts.get(notice.contact, 0) + 1
    return counts


def compared(
    subject: str, effect: Effect, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[Change]:
    for about in dict.fromkeys((*old, *new)):
        if old.get(about) != new.get(about):
            yield Change(subject, effect, about, old.get(about), new.get(about))
