"""How what is known of a participant's safety changes when something has happened.

The rule that keeps it honest: an event is a fact; nothing is decided, refused or timed here, and an event
about something unknown means a damaged record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar, assert_never

from domain.events import safety as ev
from domain.safety.book import AdverseEvent, Grading, Report, Response, Safety, SafetyClock, ToxicityGrade
from domain.safety.partial import Partial
from domain.safety.terms import ClockState, ReportState
from domain.stated import Stated

AdverseEventStep = (
    ev.AdverseEventGraded
    | ev.AdverseEventChanged
    | ev.AdverseEventTreated
    | ev.AdverseEventClosed
    | ev.AdverseEventReopened
    | ev.AdverseEventVoided
    | ev.InformationReceived
)
AssessmentEvent = ev.ToxicityAssessed | ev.ResponseAssessed | ev.AssessmentVoided
ClockEvent = ev.SafetyClockStarted | ev.SafetyClockEnded | ev.SafetyClockResumed
ReportEvent = ev.ReportSent | ev.ReportWithdrawn
SafetyEvent = ev.AdverseEventOpened | AdverseEventStep | AssessmentEvent | ClockEvent | ReportEvent

V = TypeVar("V")


def evolve_safety(safety: Safety, event: SafetyEvent, seq: int) -> Safety:
    """What is known after `event`, which is number `seq` of the stream.

    Raises:
        LookupError: the event speaks of something that was never recorded.
    """
    match event:
        case ev.AdverseEventOpened():
            return replace(safety, events={**safety.events, event.ae: _opened(event, seq)})
        case ev.ToxicityAssessed() | ev.ResponseAssessed() | ev.AssessmentVoided():
            return _assessed(safety, event, seq)
        case ev.SafetyClockStarted() | ev.SafetyClockEnded() | ev.SafetyClockResumed():
            return replace(safety, clocks=_clocks(safety.clocks, event, seq))
        case ev.ReportSent() | ev.ReportWithdrawn():
            return replace(safety, reports=_reports(safety.reports, event, seq))
        case _:
            known = _known(safety.events, event.ae)
            stepped = replace(_stepped(known, event, seq), seqs=(*known.seqs, seq))
            return replace(safety, events={**safety.events, event.ae: stepped})


def _opened(event: ev.AdverseEventOpened, seq: int) -> AdverseEvent:
    opened = AdverseEvent(
        ae=event.ae,
        term=event.term,
        onset=event.onset,
        known=event.known,
        relation=event.relation,
        expectedness=event.expectedness,
        serious=frozenset(event.serious),
        stated_serious=event.stated_serious,
        preexisting=event.preexisting,
        worsens=event.worsens,
        dlt=event.dlt,
        opened=seq,
        seqs=(seq,),
    )
    return _grounded(opened, event.known)


def _grounded(event: AdverseEvent, known: Stated) -> AdverseEvent:
    """With the moment from which each ground of a report is known, kept while it holds unbroken."""
    return replace(event, since={each: event.since.get(each, known) for each in event.grounds})


def _stepped(known: AdverseEvent, event: AdverseEventStep, seq: int) -> AdverseEvent:
    match event:
        case ev.AdverseEventGraded():
            grading = Grading(event.grade, event.scale, event.version, event.happened, event.known, seq)
            return replace(known, gradings=_by_day((*known.gradings, grading)))
        case ev.AdverseEventChanged():
            return _changed(known, event)
        case ev.AdverseEventTreated():
            return replace(known, treatments=(*known.treatments, (event.treatment, event.happened)))
        case ev.AdverseEventClosed():
            return replace(known, outcome=event.outcome, resolved=event.resolved)
        case ev.AdverseEventReopened():
            return replace(known, outcome=None, resolved=None)
        case ev.AdverseEventVoided():
            return replace(known, voided=event.reason, since={})
        case ev.InformationReceived():
            return replace(known, information=(*known.information, (event.what, event.known)))
        case _:
            assert_never(event)


def _changed(known: AdverseEvent, event: ev.AdverseEventChanged) -> AdverseEvent:
    changed = replace(
        known,
        term=_or(event.term, known.term),
        onset=_or(event.onset, known.onset),
        gradings=_from_onset(known, event.onset),
        relation=_or(event.relation, known.relation),
        expectedness=_or(event.expectedness, known.expectedness),
        serious=known.serious if event.serious is None else frozenset(event.serious),
        stated_serious=_or(event.stated_serious, known.stated_serious),
        action=_or(event.action, known.action),
        dlt=_or(event.dlt, known.dlt),
    )
    return _grounded(changed, event.known)


def _or(stated: V | None, before: V) -> V:
    return before if stated is None else stated


def _from_onset(known: AdverseEvent, onset: Partial | None) -> tuple[Grading, ...]:
    # The grade it began with holds since the onset, so it moves with it.
    if onset is None or not known.gradings:
        return known.gradings
    first = min(known.gradings, key=lambda each: each.seq)
    rest = (each for each in known.gradings if each is not first)
    return _by_day((replace(first, happened=onset), *rest))


def _by_day(gradings: Iterable[Grading]) -> tuple[Grading, ...]:
    # A grade typed late stands where it belongs; of one day the later recorded is the later.
    return tuple(sorted(gradings, key=lambda each: (each.happened.text[: len("2026-03-02")], each.seq)))


def _assessed(safety: Safety, event: AssessmentEvent, seq: int) -> Safety:
    match event:
        case ev.ToxicityAssessed():
            return replace(safety, assessed=(*safety.assessed, _toxicity(event, seq)))
        case ev.ResponseAssessed():
            return replace(safety, judged=(*safety.judged, _response(event, seq)))
        case ev.AssessmentVoided():
            known = {each.assessment for each in safety.assessed} | {
                each.assessment for each in safety.judged
            }
            if event.assessment not in known:
                raise _damaged(event.assessment)
            return replace(
                safety,
                assessed=tuple(
                    replace(each, voided=event.reason) if each.assessment == event.assessment else each
                    for each in safety.assessed
                ),
                judged=tuple(
                    replace(each, voided=event.reason) if each.assessment == event.assessment else each
                    for each in safety.judged
                ),
            )
        case _:
            assert_never(event)


def _toxicity(event: ev.ToxicityAssessed, seq: int) -> ToxicityGrade:
    return ToxicityGrade(
        assessment=event.assessment,
        toxicity=event.toxicity,
        happened=event.happened,
        known=event.known,
        scale=event.scale,
        version=event.version,
        grade=event.grade,
        advised=event.advised,
        why=event.why,
        reason=event.reason,
        crs=event.crs,
        icans=event.icans,
        visit=event.visit,
        ae=event.ae,
        seq=seq,
    )


def _response(event: ev.ResponseAssessed, seq: int) -> Response:
    return Response(
        assessment=event.assessment,
        category=event.category,
        happened=event.happened,
        criteria=event.criteria,
        advised=event.advised,
        why=event.why,
        seen=event.seen,
        reason=event.reason,
        visit=event.visit,
        seq=seq,
    )


def _clocks(clocks: Mapping[str, SafetyClock], event: ClockEvent, seq: int) -> dict[str, SafetyClock]:
    if isinstance(event, ev.SafetyClockStarted):
        return {**clocks, event.clock: _started(event, seq)}
    return {**clocks, event.clock: _moved(_known(clocks, event.clock), event)}


def _started(event: ev.SafetyClockStarted, seq: int) -> SafetyClock:
    return SafetyClock(
        clock=event.clock,
        ae=event.ae,
        rule=event.rule,
        known=event.known,
        due=event.due,
        warn_at=event.warn_at,
        ladder=event.ladder,
        why=event.why,
        follows=event.follows,
        seq=seq,
    )


def _moved(clock: SafetyClock, event: ev.SafetyClockEnded | ev.SafetyClockResumed) -> SafetyClock:
    match event:
        case ev.SafetyClockEnded():
            return replace(clock, state=event.state, ended_at=event.at, ended_why=event.why)
        case ev.SafetyClockResumed():
            return replace(clock, state=ClockState.RUNNING, ended_at=None, ended_why=None)
        case _:
            assert_never(event)


def _reports(reports: Mapping[str, Report], event: ReportEvent, seq: int) -> dict[str, Report]:
    if isinstance(event, ev.ReportWithdrawn):
        withdrawn = replace(_known(reports, event.report), state=ReportState.WITHDRAWN, reason=event.reason)
        return {**reports, event.report: withdrawn}
    sent = Report(event.report, event.ae, event.clock, event.sent, event.reference, event.replaces, seq)
    changed = {**reports, event.report: sent}
    if event.replaces is not None:
        changed[event.replaces] = replace(_known(reports, event.replaces), state=ReportState.REPLACED)
    return changed


def _known(everything: Mapping[str, V], key: str) -> V:
    if key not in everything:
        raise _damaged(key)
    return everything[key]


def _damaged(key: str) -> LookupError:
    return LookupError(f"{key!r} is spoken of but was never recorded: the record is damaged")
