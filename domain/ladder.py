"""The escalation ladder: who is told next, and when, until somebody answers.

The rule that keeps it honest: an alert climbs on the ladder frozen into it when it was raised; the last rung
repeats for as long as nobody answers, and no step is ever skipped silently.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from domain.events import (
    AcknowledgementExpired,
    FrozenLadder,
    FrozenRung,
    RungReached,
    SnoozeEnded,
)
from domain.protocol.document import Ladder
from domain.roles import Role
from domain.site import LadderPace, Site
from domain.span import Span
from domain.state import Alert, AlertKind, AlertStatus, Rules
from domain.working_time import next_working_instant, on_duty

SHORTEST_STEP = timedelta(seconds=1)

LadderStep = RungReached | AcknowledgementExpired | SnoozeEnded


def frozen(rules: Rules, code: str, kind: AlertKind) -> FrozenLadder:
    """The ladder in force now, at the site's own pace. A reminder tells its first rung and never climbs."""
    ladder = rules.protocol.ladders[code]
    pace = next((each for each in rules.site.paces if each.ladder == code), None)
    rungs = tuple(
        FrozenRung(after_seconds=_seconds(after), tell=rung.tell)
        for after, rung in zip(_delays(ladder, pace), ladder.rungs, strict=True)
    )
    lasts = (
        pace.acknowledgement_lasts if pace and pace.acknowledgement_lasts else ladder.acknowledgement_lasts
    )
    return FrozenLadder(
        code=code,
        rungs=rungs[:1] if kind is AlertKind.DUE_SOON else rungs,
        repeat_seconds=_seconds(pace.repeat_every if pace else ladder.repeat_every),
        waits=ladder.waits,
        each=ladder.each,
        acknowledgement_seconds=_seconds(lasts),
        snooze_seconds=_seconds(ladder.snooze_at_most),
    )


def first_rung_at(ladder: FrozenLadder, site: Site, at: datetime) -> datetime:
    """When the first rung is told, for an alert raised at `at`."""
    return _told_at(ladder, site, at + timedelta(seconds=ladder.rungs[0].after_seconds))


def next_rung(alert: Alert) -> tuple[int, int]:
    """(rung, round) told next: after an answer ran out, and at the top, the same rung once more."""
    if alert.rung > 0 and (alert.resumes or alert.rung >= len(alert.ladder.rungs)):
        return alert.rung, alert.round + 1
    return alert.rung + 1, 1


def next_told(alert: Alert) -> Role | None:
    """Whom the ladder tells if nobody answers; None when it tells nobody any more, or somebody has."""
    if alert.status is not AlertStatus.OPEN or alert.next_at is None:
        return None
    rung, _ = next_rung(alert)
    return alert.ladder.rungs[rung - 1].tell


def next_step(alert: Alert, site: Site, at: datetime) -> LadderStep | None:
    """What the alert does by itself at `at`, or None while it still has time."""
    if alert.next_at is None or alert.next_at > at:
        return None
    match alert.status:
        case AlertStatus.OPEN:
            return _climbed(alert, site, at)
        case AlertStatus.ACKNOWLEDGED:
            return AcknowledgementExpired(alert.alert, at, _told_at(alert.ladder, site, at))
        case AlertStatus.SNOOZED:
            return SnoozeEnded(alert.alert, at, _told_at(alert.ladder, site, at))
        case AlertStatus.RESOLVED:
            return None
        case _:
            assert_never(alert.status)


def _climbed(alert: Alert, site: Site, at: datetime) -> RungReached:
    rung, round_ = next_rung(alert)
    role = alert.ladder.rungs[rung - 1].tell
    contacts = tuple(contact.id for contact in on_duty(site, role, at))
    return RungReached(
        alert=alert.alert,
        rung=rung,
        round=round_,
        role=role,
        contacts=contacts,
        due=alert.next_at or at,
        reached_at=at,
        next_at=_goes_on_at(alert, rung, site, at, told=bool(contacts)),
    )


def _goes_on_at(alert: Alert, rung: int, site: Site, at: datetime, *, told: bool) -> datetime | None:
    if alert.kind is AlertKind.DUE_SOON:
        # A reminder is told once: at the window's close overdue takes over, with a ladder of its own.
        return None
    at_top = rung >= len(alert.ladder.rungs)
    if not told and not at_top:
        # Nobody stands on this rung, so waiting here would keep everybody in the dark.
        return at
    seconds = alert.ladder.repeat_seconds if at_top else alert.ladder.rungs[rung].after_seconds
    return max(_told_at(alert.ladder, site, at + timedelta(seconds=seconds)), at + SHORTEST_STEP)


def _told_at(ladder: FrozenLadder, site: Site, at: datetime) -> datetime:
    return next_working_instant(site, at) if ladder.waits else at


def _delays(ladder: Ladder, pace: LadderPace | None) -> tuple[Span, ...]:
    own = tuple(rung.after for rung in ladder.rungs)
    return (*pace.after, *own[len(pace.after) :])[: len(own)] if pace else own


def _seconds(span: Span) -> int:
    return int(span.elapsed.total_seconds())
