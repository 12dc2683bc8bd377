"""Deciding many deadlines in few transactions: the second clock, beside the workflows' timers.

The rule that keeps it honest: the same command ids and the same hearing as the desk, so whoever comes first
decides and the other finds it decided; never early, and one participant that cannot be decided keeps nobody
else waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from activities.hearing import Hearing, stream_of
from activities.measuring import raised_by
from activities.metrics import Metrics
from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, Moved, SweepOutcome, clock_command_id
from store import DueRow, Store, StoreBusy, StoreDown, StreamMoved, Writing

log = structlog.stdlib.get_logger(__name__)


class Undecided(Exception):
    """The desk refuses the passing of time, or leaves the deadline as it is."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A deadline that was decided by this sweep."""

    row: DueRow
    outcome: DeskOutcome


class Sweeper:
    """Decides due deadlines of one store. `grace`: how long the workflows' timers are let go first."""

    def __init__(
        self, store: Store, hearing: Hearing, metrics: Metrics, *, grace: timedelta, batch: int = 200
    ) -> None:
        self._store, self._hearing, self._metrics = store, hearing, metrics
        self._grace, self._batch = grace, batch
        self._left: frozenset[DueRow] = frozenset()

    def sweep(self, now: datetime, limit: int) -> SweepOutcome:
        """Decide at most `limit` deadlines that passed at `now` minus the grace (UTC), earliest first.

        Raises:
            StoreDown: the store is not there.
        """
        with self._store.reading() as reading:
            # Those that could not be decided stay the earliest, and must not crowd out the rest.
            due = reading.due(now - self._grace, limit + len(self._left))
        reached: list[Reached] = []
        left: set[DueRow] = set()
        for first in range(0, len(due), self._batch):
            reached += self._decide_all(due[first : first + self._batch], now, left)
        self._left = frozenset(left)
        self._observe(reached)
        return SweepOutcome([Moved(each.row.study, each.row.participant) for each in reached], len(left))

    def _decide_all(self, rows: Sequence[DueRow], now: datetime, left: set[DueRow]) -> list[Reached]:
        try:
            return self._decide_together(rows, now)
        except StoreDown:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must stop one participant only
            log.warning("sweeping one by one", trouble=type(error).__name__)
        return list(self._decide_each(rows, now, left))

    def _decide_each(self, rows: Sequence[DueRow], now: datetime, left: set[DueRow]) -> Iterator[Reached]:
        for row in rows:
            try:
                yield from self._decide_together([row], now)
            except StoreDown:
                raise
            except (StoreBusy, StreamMoved) as error:
                left.add(row)  # somebody else is at it; the next sweep looks again
                log.info("deadline left", participant=row.participant, trouble=type(error).__name__)
            except Exception:
                left.add(row)
                log.exception("deadline not decided", study=row.study, participant=row.participant)

    def _decide_together(self, rows: Sequence[DueRow], now: datetime) -> list[Reached]:
        with self._store.writing() as tx:
            # All at once and in one order: locked one by one, two sweeps could wait for each other.
            tx.lock(*(stream_of(row.study, row.participant) for row in rows))
            decided = [(row, self._decide(tx, row, now)) for row in rows]
        return [Reached(row, outcome) for row, outcome in decided if outcome is not None]

    def _decide(self, tx: Writing, row: DueRow, now: datetime) -> DeskOutcome | None:
        """Let time pass for one participant until the deadline is behind them; None: it was already."""
        due, version = row.next_due.isoformat(), None
        while True:
            order = DeskOrder(
                study=row.study,
                participant=row.participant,
                command_id=clock_command_id(due, version),
                command=REACH_CLOCK,
                at=now.isoformat(),
            )
            outcome = self._hearing.hear(tx, order)
            if outcome.refused is not None:
                raise Undecided(f"{outcome.refused}: {outcome.text}")
            if outcome.due is None or outcome.due.at != due:
                return None if outcome.repeated else outcome
            if outcome.version == version:
                raise Undecided(f"the deadline {due} stays as it is")
            version = outcome.version

    def _observe(self, reached: Sequence[Reached]) -> None:
        if not reached:
            return
        with self._store.reading() as reading:
            for each in reached:
                raised = raised_by(reading, each.row.study, each.row.participant, each.outcome)
                self._metrics.observe_raised(raised)
        log.info("swept", moved=len(reached))
