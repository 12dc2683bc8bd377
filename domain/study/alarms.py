"""Alerts of the study: a hold, a treatment that needs a decision, an overdue meeting.

The rule that keeps it honest: as with participants, an alert is open exactly while its ground stands; it
climbs at the site of the participant concerned, else at the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from domain.events import AlertRaised, AlertResolved
from domain.ladder import first_rung_at, frozen
from domain.recorded import STUDY_SUBJECT
from domain.site import Site
from domain.state import Alert, AlertKind
from domain.study.book import Hold, Study
from domain.study.holding import undecided
from domain.study.meetings import due_meetings
from domain.study.rules import StudyRules
from domain.warrant import Deadline, Key, Warrant


def warrants(study: Study, rules: StudyRules, at: datetime) -> dict[Key, Warrant]:
    """Every alert of the study that ought to be open at `at`."""
    return {(each.item, each.kind): each for each in _grounds(study, rules, at)}


def resolutions(
    study: Study, rules: StudyRules, warranted: Mapping[Key, Warrant], at: datetime
) -> Iterator[AlertResolved]:
    """The open alerts whose ground is gone, and why."""
    for key, alert in study.alerts.items():
        if key not in warranted:
            yield AlertResolved(alert.alert, _why(study, rules, alert), at)


def raisings(
    study: Study, rules: StudyRules, warranted: Mapping[Key, Warrant], at: datetime
) -> Iterator[AlertRaised]:
    """The warranted alerts that are not open yet."""
    for key, warrant in warranted.items():
        if key not in study.alerts:
            yield _raised(study, rules, warrant, at)


def site_of(study: Study, rules: StudyRules, item: str, kind: AlertKind) -> Site:
    """The site whose people are told of an alert on `item`."""
    match kind:
        case AlertKind.ON_HOLD:
            hold = next((each for each in study.holds if each.code == item), None)
            return rules.site(hold.placed.site if hold is not None else None)
        case AlertKind.DECISION_NEEDED:
            noted = (each.site for each in study.facts.values() if each.participant == item)
            return rules.site(next(noted, None))
        case _:
            return rules.site(None)


def waits(study: Study, rules: StudyRules) -> Iterator[Deadline]:
    """When a meeting will be overdue that nobody was told of yet."""
    if rules.conduct is None:
        return
    for each in due_meetings(study, rules.conduct):
        if not each.recorded and (each.meeting.code, AlertKind.MEETING_OVERDUE) not in study.alerts:
            yield Deadline(each.due, f"{each.meeting.code} due by {each.last}")


def _grounds(study: Study, rules: StudyRules, at: datetime) -> Iterator[Warrant]:
    for hold in study.holds_in_force:
        yield _of_hold(hold)
    conduct = rules.conduct
    if conduct is None:
        return
    if conduct.decide_now is not None:
        ladder = conduct.decide_now.ladder
        for who, hold in undecided(study, conduct):
            due = hold.placed.placed_at
            yield Warrant(AlertKind.DECISION_NEEDED, who, due, ladder, None, lasting=True)
    for each in due_meetings(study, conduct):
        if not each.recorded and at >= each.due:
            kind, code = AlertKind.MEETING_OVERDUE, each.meeting.code
            yield Warrant(kind, code, each.due, conduct.ladder, None, lasting=True)


def _of_hold(hold: Hold) -> Warrant:
    placed = hold.placed
    return Warrant(AlertKind.ON_HOLD, placed.hold, placed.placed_at, placed.ladder, None, lasting=True)


def _raised(study: Study, rules: StudyRules, warrant: Warrant, at: datetime) -> AlertRaised:
    site = site_of(study, rules, warrant.item, warrant.kind)
    ladder = frozen(rules.at_site(site.id), warrant.ladder, warrant.kind)
    return AlertRaised(
        alert=_name(study, warrant),
        kind=warrant.kind.value,
        item=warrant.item,
        due=warrant.due,
        raised_at=at,
        ladder=ladder,
        latest_snooze=None,
        first_rung_at=first_rung_at(ladder, site, at),
    )


def _name(study: Study, warrant: Warrant) -> str:
    base = f"{STUDY_SUBJECT}/{warrant.item}/{warrant.kind.value}"
    before = sum(1 for each in study.settled_alerts if (each.item, each.kind) == (warrant.item, warrant.kind))
    return f"{base}/{before + 1}" if before else base


def _why(study: Study, rules: StudyRules, alert: Alert) -> str:
    match alert.kind:
        case AlertKind.ON_HOLD:
            return "lifted"
        case AlertKind.DECISION_NEEDED:
            return _why_decided(study, rules, alert.item)
        case AlertKind.MEETING_OVERDUE:
            return "recorded" if alert.item in study.meetings else "replanned"
        case _:
            raise LookupError(f"alert {alert.alert!r} is no alert of a study: the record is damaged")


def _why_decided(study: Study, rules: StudyRules, participant: str) -> str:
    rule = rules.conduct.decide_now if rules.conduct is not None else None
    if participant in study.ends:
        return "ended"
    if rule is not None and study.milestone(participant, rule.before) is not None:
        return "reached"
    if any(
        each.participant == participant and hold.code in each.holds
        for each in study.decided
        for hold in study.holds_in_force
    ):
        return "decided"
    return "lifted"
