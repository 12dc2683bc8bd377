"""A participant's record with every correction in the place of what it corrects.

The rule that keeps it honest: only what was said to be wrong is other than it was recorded; a fact that
stands corrected carries the number and the stamp of its correction, so that it is found on the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain import events as ev
from domain.events import Event
from domain.protocol.document import End
from domain.recorded import Recorded

_SPOKEN_OF = ev.MilestoneReached | ev.VisitRecorded | ev.VisitExcused | ev.VisitMissed


@dataclass(frozen=True, slots=True)
class Corrected:
    """`facts` in the order in which they were first recorded. `taken_back`: the last record of an item and
    the correction that retracted it, one after the other, where nothing else is recorded of the item.
    """

    facts: tuple[Recorded, ...]
    taken_back: tuple[Recorded, ...]


def corrected(record: Sequence[Recorded]) -> Corrected:
    """The record as corrected by its end.

    Raises:
        LookupError: a correction names what was never recorded: the record is damaged.
    """
    course = _Correcting(len(record))
    for place, each in enumerate(record):
        course.take(place, each)
    return course.done()


class _Correcting:
    """One pass over a record. `_standing`: the place of each record in force, by the number it has now."""

    def __init__(self, length: int) -> None:
        self._places: list[Recorded | None] = [None] * length
        self._standing: dict[int, int] = {}
        self._taken_back: dict[str, tuple[Recorded, Recorded]] = {}

    def take(self, place: int, each: Recorded) -> None:
        event = each.event
        match event:
            case ev.RecordCorrected():
                self._correct(each, event)
                return
            case ev.IdentityCorrected():
                self._renumber(event)
                return
            case ev.AdverseEventReopened(ae=ae):
                # It was closed too early.
                self._strike(ev.AdverseEventClosed, "ae", ae)
                return
            case ev.SafetyClockResumed(clock=clock):
                # The report that had ended it does not stand.
                self._strike(ev.SafetyClockEnded, "clock", clock)
                return
            case ev.MilestoneReached() | ev.VisitRecorded() | ev.VisitExcused() | ev.VisitMissed():
                self._taken_back.pop(event.item, None)
                self._standing[each.seq] = place
            case ev.ParticipationEnded() | ev.ProgressionRecorded():
                self._standing[each.seq] = place
            case ev.AdverseEventChanged():
                self._begun_otherwise(event)
            case _:
                pass
        self._places[place] = each

    def done(self) -> Corrected:
        facts = tuple(each for each in self._places if each is not None and not _follows(each.event))
        named = {each.event.item for each in facts if isinstance(each.event, _SPOKEN_OF)}
        pairs = (pair for item, pair in self._taken_back.items() if item not in named)
        return Corrected(facts, tuple(each for pair in pairs for each in pair))

    def _correct(self, each: Recorded, event: ev.RecordCorrected) -> None:
        place = self._standing.pop(event.seq, None)
        known = self._places[place] if place is not None else None
        if place is None or known is None:
            raise LookupError(
                f"{each.stream} {each.seq} corrects record {event.seq}, which is not in force: "
                "the record is damaged"
            )
        if event.happened is None:
            self._places[place] = None
            if isinstance(known.event, _SPOKEN_OF):
                self._taken_back[event.item] = known, replace(each, event=replace(event, seq=known.seq))
            return
        self._places[place] = replace(each, event=_as_corrected(known.event, event))
        self._standing[each.seq] = place

    def _strike(self, kind: type[Event], field: str, name: str) -> None:
        """The newest event of the kind about `name` was no fact."""
        for place in reversed(range(len(self._places))):
            known = self._places[place]
            if known is not None and isinstance(known.event, kind) and getattr(known.event, field) == name:
                self._places[place] = None
                return

    def _renumber(self, event: ev.IdentityCorrected) -> None:
        for place, known in enumerate(self._places):
            said = known.event if known is not None else None
            if known is not None and isinstance(said, ev.IdentityBound) and said.number == event.was:
                self._places[place] = replace(known, event=replace(said, number=event.number))

    def _begun_otherwise(self, event: ev.AdverseEventChanged) -> None:
        """A new onset or term says what was so from the beginning; the grade it began with moves with it."""
        graded = False
        for place, known in enumerate(self._places):
            said = known.event if known is not None else None
            if known is None or getattr(said, "ae", None) != event.ae:
                continue
            if isinstance(said, ev.AdverseEventOpened):
                opened = replace(said, onset=event.onset or said.onset, term=event.term or said.term)
                self._places[place] = replace(known, event=opened)
            elif isinstance(said, ev.AdverseEventGraded) and not graded:
                graded = True
                began = replace(said, happened=event.onset or said.happened)
                self._places[place] = replace(known, event=began)


def _as_corrected(event: Event, correction: ev.RecordCorrected) -> Event:
    happened = correction.happened
    assert happened is not None, "what is retracted stands no more"
    match event:
        case ev.MilestoneReached() | ev.VisitRecorded():
            return replace(event, happened=happened, reason=correction.reason)
        case ev.VisitExcused() | ev.VisitMissed():
            return ev.VisitRecorded(event.item, happened, correction.reason)
        case ev.ParticipationEnded() | ev.ProgressionRecorded():
            return replace(event, happened=happened)
        case _:
            raise LookupError(f"{event.TYPE} is corrected, and cannot be: the record is damaged")


def _follows(event: Event) -> bool:
    # Completion follows by itself from what is settled.
    return isinstance(event, ev.ParticipationEnded) and event.end is End.COMPLETED
