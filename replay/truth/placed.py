"""From which moment on each event of a corrected record counts, and in which order.

The rule that keeps it honest: a stated day or time counts from its first instant, a date known in part from
when it was surely so; what has none counts from when it was recorded, and nothing before what it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from domain import events as ev
from domain.evolve import ParticipantEvent
from domain.product.reopening import REPEATED
from domain.recorded import Recorded
from domain.safety.partial import Partial
from domain.stated import Stated, day_of, earliest, end_of_day, start_of_day
from replay.truth.bound import bound_to
from replay.truth.corrected import Corrected

DERIVED = ev.PlanRevised | ev.StageEntered | ev.DeviationOpened | ev.DeviationClosed
"""What follows from facts: derived anew, but for what only the command that recorded it knows."""

_WITH_ITS_COMMAND = ev.ItemsReopened | ev.TemperatureExcursionSeen | ev.DeviationOpened | ev.DeviationClosed
_AFTER_WHAT_LED_TO_IT = _WITH_ITS_COMMAND | ev.SafetyClockStarted | ev.SafetyClockEnded


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with the instant (UTC) from which it counts; `order`: where it stands among the others."""

    at: datetime
    order: tuple[datetime, int]
    recorded: Recorded


def placed(
    told: Corrected, items: Iterable[str], zone: ZoneInfo, published: Mapping[str, datetime]
) -> list[Placed]:
    """Every event of a participant that is not derived anew, in the order in which it counts.

    `items`: the codes of the protocol; `published`: when each version was, by its hash.
    """
    known = frozenset(items)
    facts = [each for each in told.facts if not _derived(each, known)]
    placing = _Placing(facts, zone, published)
    found = [placing.place(number, each) for number, each in enumerate(facts)]
    for number, each in enumerate(told.taken_back):
        # What was never so is on the record from when it was taken back: as that, and as nothing else.
        at = told.taken_back[number | 1].stamp.recorded_at
        found.append(Placed(at, (at, len(facts) + number), each))
    return sorted(found, key=lambda each: each.order)


def _derived(each: Recorded, items: frozenset[str]) -> bool:
    match each.event:
        case ev.PlanRevised() | ev.StageEntered():
            return True
        case ev.DeviationOpened(item=item):
            # A report that was sent late is no item of the schedule.
            return item in items
        case ev.DeviationClosed(why=why):
            return why == "corrected"
        case _:
            return False


class _Placing:
    """One pass over the facts: when each counts, given those before it."""

    def __init__(self, facts: Sequence[Recorded], zone: ZoneInfo, published: Mapping[str, datetime]) -> None:
        self._zone, self._published = zone, published
        self._floors = dict(_floors(facts))
        self._opened = _opened(facts, zone)
        self._reached: dict[tuple[str, str], datetime] = {}
        self._led: dict[str, datetime] = {}

    def place(self, number: int, each: Recorded) -> Placed:
        event = cast(ParticipantEvent, each.event)
        at = self._counts_from(each, event)
        needs, opens = bound_to(event)
        after: list[datetime] = [self._reached[key] for key in needs if key in self._reached]
        command = each.stamp.command_id
        if isinstance(event, _AFTER_WHAT_LED_TO_IT) and command in self._led:
            after.append(self._led[command])
        at = max((at, self._opened, self._floors.get(number, at), *after))
        for key in opens:
            self._reached[key] = max(at, self._reached.get(key, at))
        self._led.setdefault(command, at)
        return Placed(at, (self._in_order(event, at), number), each)

    def _counts_from(self, each: Recorded, event: ParticipantEvent) -> datetime:
        recorded = each.stamp.recorded_at
        if isinstance(event, ev.AmendmentApplied):
            consented = _instant(event.consented, self._zone) or recorded
            return max(consented, self._published.get(event.protocol_hash, consented))
        if isinstance(event, ev.ParticipantRegistered):
            return self._opened
        if isinstance(event, _WITH_ITS_COMMAND) and not _withdrawn(event):
            return self._led.get(each.stamp.command_id, recorded)
        stated = stated_in(event)
        if isinstance(stated, Partial) and stated.stated is None:
            known = _instant(getattr(event, "known", None), self._zone) or recorded
            return min(known, end_of_day(stated.last_day(self._zone), self._zone))
        return _instant(stated, self._zone) or recorded

    def _in_order(self, event: ParticipantEvent, at: datetime) -> datetime:
        if isinstance(event, ev.ResultRecorded):
            # Of the results of one day the later entry counts, whatever their times.
            return max(self._opened, start_of_day(day_of(event.happened, self._zone), self._zone))
        return at


def stated_in(event: ParticipantEvent) -> Stated | Partial | None:
    """When the event says that what it tells happened, or was known or sent; None: it says no such time."""
    match event:
        case (
            ev.MilestoneReached()
            | ev.VisitRecorded()
            | ev.UnscheduledVisitRecorded()
            | ev.ResultRecorded()
            | ev.DecisionTaken()
            | ev.ProgressionRecorded()
            | ev.ParticipationEnded()
            | ev.IdentityBound()
            | ev.IdentityMismatchSeen()
            | ev.ProductHandedOver()
            | ev.ProductMade()
            | ev.ProductTested()
            | ev.ProductReleased()
            | ev.ProductFailed()
            | ev.AdverseEventGraded()
            | ev.AdverseEventTreated()
            | ev.ToxicityAssessed()
            | ev.ResponseAssessed()
        ):
            return event.happened
        case ev.AdverseEventOpened():
            return event.onset
        case ev.AdverseEventChanged() | ev.InformationReceived() | ev.SafetyClockStarted():
            return event.known
        case ev.AdverseEventClosed():
            return event.resolved
        case ev.SafetyClockEnded():
            return event.at
        case ev.ReportSent():
            return event.sent
        case ev.AmendmentApplied():
            return event.consented
        case _:
            return None


def _instant(value: Stated | Partial | None, zone: ZoneInfo) -> datetime | None:
    if value is None:
        return None
    stated = value.stated if isinstance(value, Partial) else value
    return earliest(stated, zone) if stated is not None else None


def _opened(facts: Sequence[Recorded], zone: ZoneInfo) -> datetime:
    """When the timeline opened: the consent, which is the first milestone there is."""
    for each in facts:
        if isinstance(each.event, ev.MilestoneReached):
            return earliest(each.event.happened, zone)
    return facts[0].stamp.recorded_at


def _floors(facts: Sequence[Recorded]) -> Iterable[tuple[int, datetime]]:
    """What was taken back counts as taken back from then on, and as nothing before."""
    for place, each in enumerate(facts):
        match each.event:
            case ev.AdverseEventVoided(ae=ae):
                wrong = _places(facts[:place], ev.AdverseEventOpened, ae=ae)
            case ev.AssessmentVoided(assessment=name):
                wrong = _places(facts[:place], ev.ToxicityAssessed | ev.ResponseAssessed, assessment=name)
            case ev.ReportWithdrawn(report=name):
                wrong = _places(facts[:place], ev.ReportSent, report=name)
            case _:
                continue
        yield from ((number, each.stamp.recorded_at) for number in wrong)


def _places(facts: Sequence[Recorded], kind: object, **named: str) -> list[int]:
    [(field, name)] = named.items()
    return [
        place
        for place, each in enumerate(facts)
        if isinstance(each.event, kind) and getattr(each.event, field) == name  # type: ignore[arg-type]
    ]


def _withdrawn(event: ParticipantEvent) -> bool:
    return isinstance(event, ev.DeviationClosed) and event.why != REPEATED
