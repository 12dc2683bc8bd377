"""What a command would change for a participant, before anybody asks for it.

The rule that keeps it honest: the same `decide` and `evolve` as for the record, on a copy in memory; nothing
is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain import commands as cmd
from domain.decide import Subject, decide
from domain.events import PlannedWindow
from domain.evolve import fold
from domain.plan import applicable, whole_plan
from domain.state import State


@dataclass(frozen=True, slots=True)
class Moved:
    """An item whose window, or place in the schedule, would change; None: no window, or not expected."""

    item: str
    before: PlannedWindow | None
    after: PlannedWindow | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Windows that would move, alerts and deviations before and after."""

    moved: tuple[Moved, ...]
    alerts_before: tuple[str, ...]
    alerts_after: tuple[str, ...]
    deviations_before: tuple[str, ...]
    deviations_after: tuple[str, ...]

    @property
    def raised(self) -> tuple[str, ...]:
        """The alerts that would be raised."""
        return tuple(each for each in self.alerts_after if each not in self.alerts_before)

    @property
    def resolved(self) -> tuple[str, ...]:
        """The alerts that would be resolved."""
        return tuple(each for each in self.alerts_before if each not in self.alerts_after)


def preview(state: State, command: cmd.Command, at: datetime) -> Preview:
    """What would follow from the command at `at` (UTC).

    Raises:
        Refused: the record would not take it.
    """
    before = fold(state, decide(state, cmd.ReachClock(actor=command.actor), at, _subject(state)))
    return compared(before, fold(before, decide(before, command, at, _subject(state))))


def compared(before: State, after: State) -> Preview:
    """What differs between two states of one participant."""
    return Preview(
        moved=tuple(_moved(before, after)),
        alerts_before=tuple(each.alert for each in before.alerts.values()),
        alerts_after=tuple(each.alert for each in after.alerts.values()),
        deviations_before=tuple(each.deviation for each in before.deviations.values()),
        deviations_after=tuple(each.deviation for each in after.deviations.values()),
    )


def _moved(before: State, after: State) -> list[Moved]:
    old, new = _expected(before), _expected(after)
    codes = dict.fromkeys((*after.protocol.items, *before.protocol.items))
    return [
        Moved(code, old.get(code), new.get(code)) for code in codes if _dates(old, code) != _dates(new, code)
    ]


def _dates(plan: dict[str, PlannedWindow], code: str) -> tuple[datetime, ...]:
    window = plan.get(code)
    return (window.opens, window.target, window.closes) if window is not None else ()


def _expected(state: State) -> dict[str, PlannedWindow]:
    """The windows of what is expected or has happened."""
    items = state.protocol.items
    return {
        code: window
        for code, window in whole_plan(state).items()
        if code in items and (state.item(code).happened is not None or applicable(state, items[code]))
    }


def _subject(state: State) -> Subject:
    return Subject(state.study, state.participant)
