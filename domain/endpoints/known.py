"""One participant as known at a moment: the state, and the record it was folded from.

The rule that keeps it honest: what the record it is given does not hold does not exist, even if it happened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from domain.events import ResultRecorded, UnscheduledVisitRecorded
from domain.protocol.document import End
from domain.recorded import Recorded
from domain.safety.death import death_written_up
from domain.safety.terms import ResponseCategory
from domain.state import ItemState, Outcome, State
from domain.stated import Stated, day_of


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that happened on a day of the site's zone, and the event that says so."""

    day: date
    seq: int
    what: str
    stated: Stated


@dataclass(frozen=True, slots=True)
class Known:
    """A participant at the moment the record was cut. `state` is the fold of `record`."""

    state: State
    record: tuple[Recorded, ...]

    @property
    def participant(self) -> str:
        return self.state.participant

    def first(self, item: str) -> Seen | None:
        """The first time the milestone or visit happened."""
        return next(self._times(item), None)

    def disease_assessments(self, assessments: Collection[str]) -> Iterator[Seen]:
        """Every time that a visit was made with one of the assessments, or a response was judged."""
        for item in self.state.protocol.items.values():
            if not set(assessments).isdisjoint(item.assessments):
                yield from self._times(item.code)
        for each in self.state.safety.responses:
            yield self.seen(each.happened, each.seq, f"response {each.category.value}")

    def contacts(self) -> Iterator[Seen]:
        """Everything that shows the participant alive on a day."""
        for code in self.state.items:
            yield from self._times(code)
        for each in self.record:
            match each.event:
                case UnscheduledVisitRecorded(happened=happened):
                    yield self.seen(happened, each.seq, "unscheduled visit")
                case ResultRecorded(happened=happened, observation=observation):
                    yield self.seen(happened, each.seq, f"result of {observation}")
                case _:
                    pass
        for graded in self.state.safety.toxicities:
            yield self.seen(graded.happened, graded.seq, f"assessment of {graded.toxicity.value}")
        for judged in self.state.safety.responses:
            yield self.seen(judged.happened, judged.seq, "assessment of the disease")
        yield from self._withdrawal()

    def progressions(self) -> Iterator[Seen]:
        """Progression as it was recorded, and every response judged to be progressive disease."""
        known = self.state.progression
        if known is not None:
            yield self.seen(known.happened, known.seq, "progression")
        for each in self.state.safety.responses:
            if each.category is ResponseCategory.PD:
                yield self.seen(each.happened, each.seq, "progressive disease")

    def results(self, observation: str) -> Iterator[tuple[Seen, str]]:
        """Every recorded result of an observation with its value, in the order of recording."""
        for each in self.record:
            event = each.event
            if isinstance(event, ResultRecorded) and event.observation == observation:
                yield self.seen(event.happened, each.seq, f"{observation} {event.value}"), event.value

    def death(self) -> Seen | None:
        """Death from any cause, whether the end of the participation says so or yet only a fatal event."""
        ending = self.state.ending
        if ending is None or ending.end is not End.DIED:
            found = death_written_up(self.state)
            return self.seen(*found, "death") if found is not None else None
        return self.seen(ending.happened, ending.seq, "death")

    def seen(self, stated: Stated, seq: int, what: str) -> Seen:
        """A statement on its day at the site."""
        return Seen(day_of(stated, self.state.zone), seq, what, stated)

    def _withdrawal(self) -> Iterator[Seen]:
        ending = self.state.ending
        while ending is not None:
            # Who withdraws says so alive; a loss or a failed product shows nothing.
            if ending.end is End.WITHDRAWN:
                yield self.seen(ending.happened, ending.seq, "withdrawal")
            ending = ending.before

    def _times(self, code: str) -> Iterator[Seen]:
        known: ItemState = self.state.item(code)
        for each in known.earlier:
            yield self.seen(each.happened, each.seq, code)
        if known.outcome is Outcome.DONE and known.happened is not None and known.seq is not None:
            yield self.seen(known.happened, known.seq, code)
