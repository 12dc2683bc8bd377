"""What one event of the study's own stream says, as one line for people.

The rule that keeps it honest: as in `console.telling`: every event has its line, and the line holds what the
event holds.
"""

from __future__ import annotations

from typing import assert_never
from zoneinfo import ZoneInfo

from console.telling import alert_detail, local
from console.words import ENDS, EVENTS, Language, said
from domain import events as ev
from domain.study import StudyEvent


def study_told(event: StudyEvent, zone: ZoneInfo, language: Language) -> str:
    """What the event says. Instants are shown in `zone`."""
    words = said(EVENTS, event.TYPE, language)
    detail = _detail(event, zone, language)
    return f"{words}: {detail}" if detail else words


def _detail(event: StudyEvent, zone: ZoneInfo, language: Language) -> str:
    match event:
        case ev.ProtocolPublished():
            summary = event.summary_zh if language is Language.ZH else event.summary_en
            return _joined(f"{event.protocol_id} {event.protocol_version}", summary)
        case ev.SitePublished():
            return f"{event.site} {event.site_version}"
        case ev.SlotTaken() | ev.SlotReturned() | ev.NumberTaken() | ev.TurnTaken() | ev.TurnReturned():
            return _of_place(event)
        case (
            ev.MilestoneNoted()
            | ev.EndNoted()
            | ev.LimitingToxicityNoted()
            | ev.LastingToxicityNoted()
            | ev.FactWithdrawn()
        ):
            return _of_fact(event, language)
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
            return _of_conduct(event, zone)
        case _:
            return alert_detail(event, zone)


_Place = ev.SlotTaken | ev.SlotReturned | ev.NumberTaken | ev.TurnTaken | ev.TurnReturned
_Fact = (
    ev.MilestoneNoted | ev.EndNoted | ev.LimitingToxicityNoted | ev.LastingToxicityNoted | ev.FactWithdrawn
)
_Conduct = ev.RecruitmentSet | ev.HoldPlaced | ev.HoldLifted | ev.TreatmentDecided | ev.MeetingRecorded


def _of_place(event: _Place) -> str:
    match event:
        case ev.SlotTaken():
            return event.participant + (f" (of {event.cap})" if event.cap is not None else "")
        case ev.SlotReturned() | ev.TurnReturned():
            return _joined(event.participant, event.why)
        case ev.NumberTaken():
            return f"{event.participant} {event.number}"
        case ev.TurnTaken():
            last = f" to {event.last.isoformat()}" if event.last is not None else ""
            return f"{event.participant} {event.milestone}, {event.first.isoformat()}{last}"
        case _:
            assert_never(event)


def _of_fact(event: _Fact, language: Language) -> str:
    match event:
        case ev.MilestoneNoted():
            return f"{event.participant} {event.item} {event.happened.isoformat()}"
        case ev.EndNoted():
            related = "; not said to be unrelated" if event.related else ""
            end = said(ENDS, event.end.value, language)
            return f"{event.participant} {end} {event.happened.isoformat()}{related}"
        case ev.LimitingToxicityNoted():
            return f"{event.participant} {event.ae}, onset {event.onset}"
        case ev.LastingToxicityNoted():
            fell = f", fell {event.fell.isoformat()}" if event.fell is not None else ""
            toxicity = f"{event.toxicity.upper()} grade {event.grade} since {event.since.isoformat()}"
            return f"{event.participant} {toxicity}{fell} ({event.rule})"
        case ev.FactWithdrawn():
            return event.fact
        case _:
            assert_never(event)


def _of_conduct(event: _Conduct, zone: ZoneInfo) -> str:
    match event:
        case ev.RecruitmentSet():
            return _joined(f"{event.recruitment.value}, {event.by} ({event.role.value})", event.reason)
        case ev.HoldPlaced():
            placed = f"{event.hold}, {event.by} {local(event.placed_at, zone)}"
            return _joined(placed, event.reason, f"stops {', '.join(event.stops)}")
        case ev.HoldLifted():
            return _joined(f"{event.hold}, {event.signed.by} ({event.signed.role.value})", event.reason)
        case ev.TreatmentDecided():
            decided = f"{event.participant} {event.treatment.value} ({event.milestone})"
            return _joined(f"{decided}, {event.by} ({event.role.value})", event.reason)
        case ev.MeetingRecorded():
            by = f"{event.by} ({event.role.value})"
            return _joined(f"{event.meeting} {event.happened.isoformat()}, {by}", event.outcome)
        case _:
            assert_never(event)


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
