"""A participant's record as if everybody had typed at once, up to a moment.

The rule that keeps it honest: what people stated is folded in the order in which it counts, and plan, stage,
deviations and completion follow by the desk's own rules; a window or deviation that the record has is taken
from there, so that no change of code moves a plan already made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, groupby
from typing import cast

from typing_extensions import override

from domain import events as ev
from domain.amendment.replan import unplanned
from domain.consequences import RECORDS_OF_ITEMS, follow_from_facts
from domain.deviations import changed
from domain.events import Event, PlannedWindow
from domain.evolve import ParticipantEvent, fold_record
from domain.recorded import Recorded
from domain.state import Rules, State, initial
from domain.unfolding import Unfolding
from replay.truth.corrected import corrected
from replay.truth.placed import Placed, placed

_LEADING = (*RECORDS_OF_ITEMS, ev.ItemsReopened, ev.DecisionTaken, ev.AmendmentApplied)
"""What a plan, a stage, a deviation or a completion can follow from."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a participant at a moment: the record told again, and since when it tells of anybody.

    `record` is in the order in which things happened; each event has the number under which it is on the
    record, and what follows, where it is not there, the number of what it follows from.
    """

    record: tuple[Recorded, ...]
    opened: datetime
    rules: Rules

    @property
    def state(self) -> State:
        """What the record folds into."""
        return fold_record(initial(self.rules), self.record)


def true_record(
    known: Sequence[Recorded], rules: Rules, published: Mapping[str, datetime], moment: datetime
) -> Truth | None:
    """A participant at `moment` (UTC), by everything that is `known`; None: the timeline opened later.

    `rules` of the registration; `published`: when each protocol version was, by its hash.

    Raises:
        LookupError: the record contradicts itself, as only a damaged one does.
    """
    codes = {code for each in (rules.protocol, *rules.versions) for code in each.items}
    order = placed(corrected(known), codes, rules.zone, published)
    counting = [each for each in order if each.at <= moment]
    if not counting:
        return None
    told = _Telling(initial(rules), known)
    for _, together in groupby(counting, key=_asked_at_once):
        told.tell(list(together))
    return Truth(tuple(told.record), order[0].at, rules)


def _asked_at_once(each: Placed) -> tuple[str, datetime]:
    return each.recorded.stamp.command_id, each.at


class _Telling:
    """A record that is told again, command by command."""

    def __init__(self, state: State, known: Sequence[Recorded]) -> None:
        self.record: list[Recorded] = []
        self._state = state
        self._as_recorded = _AsRecorded(known)

    def tell(self, together: Sequence[Placed]) -> None:
        """What one command stated, and what follows from it."""
        course = _Retelling(self._state, self._as_recorded)
        told: list[Recorded] = []
        for each in together:
            event = _as_it_was(course.state, cast(ParticipantEvent, each.recorded.event))
            if event is not None:
                course.state = course.state.but(version=each.recorded.seq - 1)
                course.happen(event)
                told.append(replace(each.recorded, event=event))
        stated = len(course.events)
        if any(isinstance(each, _LEADING) for each in course.events):
            follow_from_facts(course, self._as_recorded.cause(told[0]), together[0].at)
        course.happen(*changed(course.state, _signed_for(course)))
        followed = (self._as_recorded.found(each, told[-1]) for each in course.events[stated:])
        self.record += [*told, *followed]
        self._state = course.state


def _signed_for(course: Unfolding) -> set[str]:
    """The items whose gates were signed: told by its time, one may have happened before the signature."""
    gates = course.state.protocol.gates
    signed = [each.gate for each in course.events if isinstance(each, ev.GateSigned)]
    return {gates[code].before for code in signed if code in gates}


def _as_it_was(state: State, event: ParticipantEvent) -> ParticipantEvent | None:
    """The event as it is told in this order; None where it has nothing to speak of."""
    match event:
        case ev.AmendmentApplied():
            new = next((each for each in state.rules.versions if each.hash == event.protocol_hash), None)
            return event if new is None else replace(event, unplanned=unplanned(state, new))
        case ev.DeviationClosed():
            opened = {each.deviation for each in state.deviations.values()}
            return event if event.deviation in opened else None
        case _:
            return event


class _AsRecorded:
    """What the record has of what follows from facts, to be found again."""

    def __init__(self, known: Sequence[Recorded]) -> None:
        self._causes: dict[str, str] = {}
        self._moved_to: dict[str, str] = {}
        self._windows: dict[tuple[str | None, str, str, str], PlannedWindow] = {}
        self._deviations: dict[tuple[str, str, str], ev.DeviationOpened] = {}
        self._names: set[str] = set()
        self._followed: dict[str, list[Recorded]] = {}
        for each in known:
            self._note(each)

    def cause(self, led: Recorded) -> str:
        """What the plan that follows names as its cause."""
        known = self._causes.get(led.stamp.command_id)
        item = getattr(led.event, "item", None)
        return known or ":".join(filter(None, [led.event.TYPE, item]))

    def planned(self, protocol: str, window: PlannedWindow) -> PlannedWindow:
        """The window as it was recorded, where one was counted from the same."""
        key = (protocol, window.item, window.basis, window.anchor_on.isoformat())
        return self._windows.get(key, window)

    def opened(self, event: ev.DeviationOpened, taken: Iterable[str]) -> ev.DeviationOpened:
        """The deviation as it was recorded, or under a name that no other one has."""
        known = self._deviations.get((event.item, event.kind, event.detail))
        if known is not None:
            return known
        used, base = self._names.union(taken), f"{event.item}/{event.kind}"
        names = (base if number == 1 else f"{base}/{number}" for number in count(1))
        return replace(event, deviation=next(each for each in names if each not in used))

    def found(self, event: Event, after: Recorded) -> Recorded:
        """What follows with its place on the record, or with that of what it follows from."""
        same = (each for each in self._followed.get(event.TYPE, ()) if each.event == event)
        known = next(same, None)
        return known if known is not None else replace(after, event=event)

    def _note(self, each: Recorded) -> None:
        event = each.event
        match event:
            case ev.AmendmentApplied():
                self._moved_to[each.stamp.command_id] = event.protocol_hash
                return
            case ev.PlanRevised():
                self._causes[each.stamp.command_id] = event.cause
                # A command that moves somebody to a version is stamped with the one before it.
                protocol = self._moved_to.get(each.stamp.command_id, each.stamp.protocol)
                for window in event.windows:
                    key = (protocol, window.item, window.basis, window.anchor_on.isoformat())
                    self._windows[key] = window
            case ev.DeviationOpened():
                self._deviations[event.item, event.kind, event.detail] = event
                self._names.add(event.deviation)
            case ev.StageEntered() | ev.DeviationClosed() | ev.ParticipationEnded():
                pass
            case _:
                return
        self._followed.setdefault(event.TYPE, []).append(each)


class _Retelling(Unfolding):
    """A decision's course in which what follows is as it was recorded."""

    def __init__(self, state: State, as_recorded: _AsRecorded) -> None:
        super().__init__(state)
        self._as_recorded = as_recorded

    @override
    def happen(self, *events: ParticipantEvent) -> None:
        for event in events:
            super().happen(self._recorded(event))

    def _recorded(self, event: ParticipantEvent) -> ParticipantEvent:
        match event:
            case ev.PlanRevised():
                protocol = self.state.protocol.hash
                windows = tuple(self._as_recorded.planned(protocol, each) for each in event.windows)
                return replace(event, windows=windows)
            case ev.DeviationOpened():
                return self._as_recorded.opened(event, _names(self.state))
            case _:
                return event


def _names(state: State) -> Iterator[str]:
    return (each.deviation for each in (*state.settled_deviations, *state.deviations.values()))
