"""How a study stands as a whole: slots, holds, turns, the DLT window, reviews.

The rule that keeps it honest: as in `console.sights`: promised to scripts; everything is folded from the
study's own stream and asked of the domain at the present moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from typing_extensions import Doc

from console.reading import StudyLook
from domain.signed import content_of
from domain.study import Study, StudyRules, next_study_deadline
from domain.study.book import Hold, day_noted
from domain.study.holding import undecided, what_is_lifted
from domain.study.meetings import due_meetings
from domain.study.stagger import first_allowed_after, turns_in_force
from domain.study.stopping import tallies
from domain.study.window import in_dlt_window


@dataclass(frozen=True, slots=True)
class HoldSight:
    """A hold, in force or lifted."""

    hold: Annotated[str, Doc("its code")]
    reason: Annotated[str, Doc("why it fell")]
    rule: Annotated[str | None, Doc("the stopping rule that was met, or null: by hand")]
    stops: Annotated[Sequence[str], Doc("milestones that may not be reached while it is in force")]
    placed_at: Annotated[datetime, Doc("when it fell")]
    by: Annotated[str, Doc("who placed it")]
    lifted_by: Annotated[str, Doc("the role that lifts it")]
    meaning: Annotated[str, Doc("the words in which it is lifted")]
    content: Annotated[str, Doc("SHA-256 of what a signer is shown")]
    lifted_at: Annotated[datetime | None, Doc("when it was lifted, or null")]


@dataclass(frozen=True, slots=True)
class TurnSight:
    """An authorisation that was not used yet."""

    participant: Annotated[str, Doc("participant code")]
    milestone: Annotated[str, Doc("what it is for")]
    first: Annotated[str, Doc("its first site day")]
    last: Annotated[str | None, Doc("its last site day, or null")]


@dataclass(frozen=True, slots=True)
class WatchedSight:
    """A participant in the window of dose-limiting toxicity."""

    participant: Annotated[str, Doc("participant code")]
    since: Annotated[date, Doc("site day on which the window began")]
    last: Annotated[date, Doc("its last site day")]


@dataclass(frozen=True, slots=True)
class MeetingSight:
    """A safety review that has come due or took place."""

    meeting: Annotated[str, Doc("its code")]
    label: Annotated[str, Doc("its label in the chosen language")]
    last: Annotated[date, Doc("last site day on which it is in time")]
    recorded: Annotated[bool, Doc("true: it took place")]


@dataclass(frozen=True, slots=True)
class StoppingSight:
    """How near a stopping rule is."""

    rule: Annotated[str, Doc("its code")]
    label: Annotated[str, Doc("its label in the chosen language")]
    count: Annotated[int, Doc("how many count towards it now")]
    limit: Annotated[int, Doc("at how many it is met")]
    facts: Annotated[Sequence[str], Doc("what counts, by name: `participant/...`")]
    pending: Annotated[Sequence[str], Doc("toxicities that will count unless they fall in time")]


@dataclass(frozen=True, slots=True)
class StudySight:
    """A study as a whole."""

    study: Annotated[str, Doc("study code")]
    protocol_version: Annotated[str, Doc("newest published version, by which the study is conducted")]
    recruitment: Annotated[str, Doc("`open`, `paused` or `closed`")]
    slots: Annotated[Sequence[str], Doc("participants who hold a place")]
    cap: Annotated[int | None, Doc("how many places there are, or null")]
    version: Annotated[int, Doc("how many events the study's own stream holds")]
    next_due: Annotated[datetime | None, Doc("when something happens by itself next, or null")]
    next_due_what: Annotated[str | None, Doc("what that is, in words")]
    holds: Annotated[Sequence[HoldSight], Doc("every hold, oldest first")]
    turns: Annotated[Sequence[TurnSight], Doc("authorisations in force")]
    next_allowed: Annotated[date | None, Doc("first day the stagger allows the next, or null: any day")]
    in_dlt_window: Annotated[Sequence[WatchedSight], Doc("participants still in the DLT window")]
    stopping: Annotated[Sequence[StoppingSight], Doc("every stopping rule with what counts towards it")]
    undecided: Annotated[Sequence[str], Doc("participants whose treatment waits for a decision")]
    meetings: Annotated[Sequence[MeetingSight], Doc("safety reviews that have come due")]
    breaches: Annotated[Sequence[str], Doc("what stands on record though the conduct forbids it")]
    alerts: Annotated[Sequence[str], Doc("ids of the study's open alerts")]


def study_sight(look: StudyLook) -> StudySight:
    """The study as it stands now."""
    study, rules = look.rulebook.study(look.reading, look.study), look.study_rules()
    cap, due = rules.protocol.document.cap, next_study_deadline(study, rules)
    conduct = rules.conduct
    window = conduct.dlt_window if conduct is not None else None
    return StudySight(
        study=look.study,
        protocol_version=rules.protocol.version,
        recruitment=study.recruitment.value,
        slots=sorted(study.slots),
        cap=cap.participants if cap is not None else None,
        version=study.version,
        next_due=due.at if due is not None else None,
        next_due_what=due.what if due is not None else None,
        holds=[_hold(study, each) for each in study.holds],
        turns=_turns(study, look.now),
        next_allowed=_next_allowed(study, rules),
        in_dlt_window=[
            WatchedSight(each.participant, each.since, each.last)
            for each in (in_dlt_window(study, window, look.now) if window is not None else ())
        ],
        stopping=_stopping(study, rules, look),
        undecided=[who for who, _ in undecided(study, conduct)] if conduct is not None else [],
        meetings=_meetings(study, rules, look),
        breaches=[each.detail for each in study.breaches.values()],
        alerts=sorted(each.alert for each in study.alerts.values()),
    )


def subject_label(rules: StudyRules, item: str) -> str:
    """What people call the item of a study's alert; its code where it is a hold or a participant."""
    conduct = rules.conduct
    named = {each.code: each.labels.en for each in (conduct.meetings if conduct is not None else ())}
    return named.get(item, item)


def _hold(study: Study, hold: Hold) -> HoldSight:
    placed = hold.placed
    return HoldSight(
        hold=placed.hold,
        reason=placed.reason,
        rule=placed.rule,
        stops=placed.stops,
        placed_at=placed.placed_at,
        by=placed.by,
        lifted_by=placed.lifted_by.value,
        meaning=placed.meaning,
        content=content_of(what_is_lifted(study, hold)),
        lifted_at=hold.lifted.lifted_at if hold.lifted is not None else None,
    )


def _turns(study: Study, now: datetime) -> list[TurnSight]:
    taken = [each.taken for each in turns_in_force(study, now)]
    return [
        TurnSight(
            each.participant,
            each.milestone,
            each.first.isoformat(),
            each.last.isoformat() if each.last is not None else None,
        )
        for each in taken
    ]


def _next_allowed(study: Study, rules: StudyRules) -> date | None:
    conduct = rules.conduct
    if conduct is None or conduct.stagger is None:
        return None
    reached = study.reached(conduct.stagger.milestone)
    if not reached or len(reached) >= conduct.stagger.among_first:
        return None
    return first_allowed_after(conduct, day_noted(reached[-1]))


def _stopping(study: Study, rules: StudyRules, look: StudyLook) -> list[StoppingSight]:
    if rules.conduct is None:
        return []
    return [
        StoppingSight(
            each.rule.code,
            each.rule.labels.in_language(look.language),
            each.count,
            each.limit,
            each.facts,
            each.pending,
        )
        for each in tallies(study, rules.conduct, look.now)
    ]


def _meetings(study: Study, rules: StudyRules, look: StudyLook) -> list[MeetingSight]:
    if rules.conduct is None:
        return []
    return [
        MeetingSight(
            each.meeting.code, each.meeting.labels.in_language(look.language), each.last, each.recorded
        )
        for each in due_meetings(study, rules.conduct)
    ]
