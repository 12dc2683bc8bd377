"""What one event about safety says, as the detail of its line.

The rule that keeps it honest: a grade is shown with its scale, what was advised beside what was stated, and
dates as far as they were stated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from console.speech import Speech
from console.words_review import ACTIONS, CLOCK_STATES, EXPECTEDNESS, OUTCOMES, RELATIONS, SERIOUS
from domain import events as ev
from domain.safety.evolve import AssessmentEvent, ClockEvent, ReportEvent, SafetyEvent


def safety_detail(event: SafetyEvent, say: Speech) -> str:  # noqa: C901 - one case each
    """What the event says beside its name."""
    match event:
        case ev.AdverseEventOpened():
            opened = say(
                "{ae} {term}, onset {onset}", ae=event.ae, term=event.term, onset=say.stated(event.onset)
            )
            serious = (
                say("serious ({criteria})", criteria=_criteria(event.serious, say)) if event.serious else None
            )
            return say.joined(opened, serious, say.of(RELATIONS, event.relation))
        case ev.AdverseEventGraded():
            graded = {"ae": event.ae, "grade": event.grade, "scale": event.scale, "version": event.version}
            sentence = "{ae} grade {grade} ({scale} {version}) since {when}"
            return say(sentence, **graded, when=say.stated(event.happened))
        case ev.AdverseEventChanged():
            changes = say.listed(_changes(event, say))
            return say.joined(say("{ae} {changes}", ae=event.ae, changes=changes), event.reason)
        case ev.AdverseEventTreated():
            treated = {"ae": event.ae, "treatment": event.treatment, "when": say.stated(event.happened)}
            return say("{ae} {treatment} ({when})", **treated)
        case ev.AdverseEventClosed():
            closed = {"ae": event.ae, "outcome": say.of(OUTCOMES, event.outcome)}
            if event.resolved is None:
                return say("{ae} {outcome}", **closed)
            return say("{ae} {outcome} ({when})", **closed, when=say.stated(event.resolved))
        case ev.AdverseEventReopened() | ev.AdverseEventVoided():
            return say.joined(event.ae, event.reason)
        case ev.InformationReceived():
            return say("{ae} {what} ({when})", ae=event.ae, what=event.what, when=say.stated(event.known))
        case ev.ToxicityAssessed() | ev.ResponseAssessed() | ev.AssessmentVoided():
            return _assessment(event, say)
        case ev.SafetyClockStarted() | ev.SafetyClockEnded() | ev.SafetyClockResumed():
            return _clock(event, say)
        case ev.ReportSent() | ev.ReportWithdrawn():
            return _report(event, say)
        case _:
            assert_never(event)


def _changes(event: ev.AdverseEventChanged, say: Speech) -> list[str]:
    # A test tells every change in Chinese, so that each of these has its sentence there.
    stated: dict[str, object] = {
        "term {value}": event.term,
        "onset {value}": event.onset and say.stated(event.onset),
        "relation {value}": event.relation and say.of(RELATIONS, event.relation),
        "expectedness {value}": event.expectedness and say.of(EXPECTEDNESS, event.expectedness),
        "serious {value}": None if event.serious is None else _criteria(event.serious, say) or say("no"),
        "stated serious {value}": _truth(event.stated_serious, say),
        "action {value}": event.action and say.of(ACTIONS, event.action),
        "DLT {value}": _truth(event.dlt, say),
    }
    return [say(sentence, value=value) for sentence, value in stated.items() if value is not None]


def _criteria(serious: Iterable[str], say: Speech) -> str:
    return say.listed([say.of(SERIOUS, each) for each in serious])


def _truth(stated: bool | None, say: Speech) -> str | None:
    return None if stated is None else say("yes" if stated else "no")


def _assessment(event: AssessmentEvent, say: Speech) -> str:
    match event:
        case ev.ToxicityAssessed():
            graded = {"toxicity": event.toxicity.value.upper(), "grade": event.grade}
            scale = {"scale": event.scale, "version": event.version, "when": say.stated(event.happened)}
            sentence = "{assessment} {toxicity} grade {grade} ({scale} {version}) {when}"
            call = say(sentence, assessment=event.assessment, **graded, **scale)
            return say.joined(call, say("advised: {why}", why=event.why), event.reason)
        case ev.ResponseAssessed():
            called = {"category": event.category.value, "criteria": event.criteria.value}
            sentence = "{assessment} {category} ({criteria}) {when}"
            call = say(sentence, assessment=event.assessment, **called, when=say.stated(event.happened))
            return say.joined(call, say("advised: {why}", why=event.why), event.reason)
        case ev.AssessmentVoided():
            return say.joined(event.assessment, event.reason)
        case _:
            assert_never(event)


def _clock(event: ClockEvent, say: Speech) -> str:
    match event:
        case ev.SafetyClockStarted():
            started = say("{clock} due {when}", clock=event.clock, when=say.at(event.due))
            return say.joined(started, say("known {when}", when=say.stated(event.known)), event.why)
        case ev.SafetyClockEnded():
            ended = {
                "clock": event.clock,
                "state": say.of(CLOCK_STATES, event.state),
                "when": say.at(event.at),
            }
            return say.joined(say("{clock} {state} {when}", **ended), event.why)
        case ev.SafetyClockResumed():
            return say.joined(event.clock, event.why)
        case _:
            assert_never(event)


def _report(event: ReportEvent, say: Speech) -> str:
    if isinstance(event, ev.ReportWithdrawn):
        return say.joined(event.report, event.reason)
    replaces = say("replaces {report}", report=event.replaces) if event.replaces else None
    sent = {"report": event.report, "clock": event.clock, "when": say.stated(event.sent)}
    return say.joined(say("{report} {clock} {when}", **sent), event.reference, replaces)
