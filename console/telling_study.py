"""What one event of the study's own stream says, as one line for people.

The rule that keeps it honest: as in `console.telling`: every event has its line, and the line holds what the
event holds.
"""

from __future__ import annotations

from typing import assert_never

from console.speech import Speech
from console.telling import alert_detail
from console.words import ENDS, EVENTS, Language
from domain import events as ev
from domain.safety.partial import Partial
from domain.study import StudyEvent


def study_told(event: StudyEvent, say: Speech) -> str:
    """What the event says."""
    return say.named(say.of(EVENTS, event.TYPE), _detail(event, say))


def _detail(event: StudyEvent, say: Speech) -> str:
    match event:
        case ev.ProtocolPublished():
            summary = event.summary_zh if say.language is Language.ZH else event.summary_en
            version = {"protocol": event.protocol_id, "version": event.protocol_version}
            return say.joined(say("{protocol} {version}", **version), summary)
        case ev.SitePublished():
            return f"{event.site} {event.site_version}"
        case ev.SlotTaken() | ev.SlotReturned() | ev.NumberTaken() | ev.TurnTaken() | ev.TurnReturned():
            return _of_place(event, say)
        case (
            ev.MilestoneNoted()
            | ev.EndNoted()
            | ev.LimitingToxicityNoted()
            | ev.LastingToxicityNoted()
            | ev.FactWithdrawn()
        ):
            return _of_fact(event, say)
        case ev.BreachNoted():
            return f"{event.participant} {event.detail}"
        case ev.BreachWithdrawn():
            return event.breach
        case (
            ev.RecruitmentSet()
            | ev.HoldPlaced()
            | ev.HoldLifted()
            | ev.TreatmentDecided()
            | ev.MeetingRecorded()
        ):
            return _of_conduct(event, say)
        case _:
            return alert_detail(event, say)


_Place = ev.SlotTaken | ev.SlotReturned | ev.NumberTaken | ev.TurnTaken | ev.TurnReturned
_Fact = (
    ev.MilestoneNoted | ev.EndNoted | ev.LimitingToxicityNoted | ev.LastingToxicityNoted | ev.FactWithdrawn
)
_Conduct = ev.RecruitmentSet | ev.HoldPlaced | ev.HoldLifted | ev.TreatmentDecided | ev.MeetingRecorded


def _of_place(event: _Place, say: Speech) -> str:
    match event:
        case ev.SlotTaken():
            if event.cap is None:
                return event.participant
            return say("{participant} (of {cap})", participant=event.participant, cap=event.cap)
        case ev.SlotReturned() | ev.TurnReturned():
            return say.joined(event.participant, say.of(ENDS, event.why))
        case ev.NumberTaken():
            return say("{participant} {number}", participant=event.participant, number=event.number)
        case ev.TurnTaken():
            turn = {"participant": event.participant, "milestone": say.name(event.milestone)}
            first = say.stated(event.first)
            if event.last is None:
                return say("{participant} {milestone}, {first}", **turn, first=first)
            last = say.stated(event.last)
            return say("{participant} {milestone}, {first} to {last}", **turn, first=first, last=last)
        case _:
            assert_never(event)


def _of_fact(event: _Fact, say: Speech) -> str:
    match event:
        case ev.MilestoneNoted():
            noted = {"participant": event.participant, "item": say.name(event.item)}
            return say("{participant} {item} {when}", **noted, when=say.stated(event.happened))
        case ev.EndNoted():
            ended = {"participant": event.participant, "end": say.of(ENDS, event.end.value)}
            noted_ = say("{participant} {end} {when}", **ended, when=say.stated(event.happened))
            return say.joined(noted_, say("not said to be unrelated") if event.related else None)
        case ev.LimitingToxicityNoted():
            onset = say.stated(Partial(event.onset))
            return say(
                "{participant} {ae}, onset {onset}", participant=event.participant, ae=event.ae, onset=onset
            )
        case ev.LastingToxicityNoted():
            return _lasting(event, say)
        case ev.FactWithdrawn():
            return event.fact
        case _:
            assert_never(event)


def _lasting(event: ev.LastingToxicityNoted, say: Speech) -> str:
    graded = {"participant": event.participant, "toxicity": event.toxicity.upper(), "grade": event.grade}
    since = {"since": say.stated(event.since), "rule": event.rule}
    if event.fell is None:
        return say("{participant} {toxicity} grade {grade} since {since} ({rule})", **graded, **since)
    sentence = "{participant} {toxicity} grade {grade} since {since}, fell {fell} ({rule})"
    return say(sentence, **graded, **since, fell=say.stated(event.fell))


def _of_conduct(event: _Conduct, say: Speech) -> str:
    match event:
        case ev.RecruitmentSet():
            by = {"by": event.by, "role": say.role(event.role)}
            return say.joined(
                say("{state}, {by} ({role})", state=event.recruitment.value, **by), event.reason
            )
        case ev.HoldPlaced():
            placed = say("{hold}, {by} {when}", hold=event.hold, by=event.by, when=say.at(event.placed_at))
            stopped = say.listed([say.name(each) for each in event.stops])
            return say.joined(placed, event.reason, say("stops {milestones}", milestones=stopped))
        case ev.HoldLifted():
            by = {"by": event.signed.by, "role": say.role(event.signed.role)}
            return say.joined(say("{hold}, {by} ({role})", hold=event.hold, **by), event.reason)
        case ev.TreatmentDecided():
            by = {"by": event.by, "role": say.role(event.role), "milestone": say.name(event.milestone)}
            sentence = "{participant} {treatment} ({milestone}), {by} ({role})"
            named = {"participant": event.participant, "treatment": event.treatment.value}
            return say.joined(say(sentence, **named, **by), event.reason)
        case ev.MeetingRecorded():
            by = {"by": event.by, "role": say.role(event.role), "when": say.stated(event.happened)}
            return say.joined(
                say("{meeting} {when}, {by} ({role})", meeting=event.meeting, **by), event.outcome
            )
        case _:
            assert_never(event)
