"""The watchdog: a second clock, and the one who notices when something stands still.

The rule that keeps it honest: it needs the store and a clock, never Temporal; it acts with the desk's own
hearing and command ids, and it does not act on a clock that the Temporal server contradicts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from temporalio import activity

from activities.alarms import Alarms
from activities.drift import Condition, Drift, Tolerance, What, drift_of_store, without_workflow
from activities.hearing import Hearing
from activities.metrics import Metrics
from activities.notify import Delivery, Notifier
from activities.orders import SWEEP, SweepOutcome
from activities.rulebook import Rulebook
from activities.sweeping import Sweeper
from store import NoticeRow, NoticeStatus, Reading, Store

SINCE = "watchdog/since"
"""Note: since when (ISO, UTC) this deployment is watched; nothing is expected from before."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the watchdog leaves a thing to Temporal before it acts itself.

    `neglected` must be longer than the longest pause between a workflow's tries of a notice.
    """

    grace: timedelta = timedelta(seconds=5)
    neglected: timedelta = timedelta(minutes=10)
    most_at_once: int = 5000
    batch: int = 200


class Watchdog:
    """Sweeps, delivers what is neglected, and checks; each call is one look at the store."""

    def __init__(
        self,
        store: Store,
        rulebook: Rulebook,
        hearing: Hearing,
        notifier: Notifier,
        alarms: Alarms,
        metrics: Metrics,
        *,
        pace: Pace | None = None,
        tolerance: Tolerance | None = None,
    ) -> None:
        self._store, self._rulebook, self._notifier, self._alarms = store, rulebook, notifier, alarms
        self._pace, self._tolerance = pace or Pace(), tolerance or Tolerance()
        self._sweeper = Sweeper(store, hearing, metrics, grace=self._pace.grace, batch=self._pace.batch)
        self._missing_before: frozenset[tuple[str, str]] = frozenset()

    @activity.defn(name=SWEEP)
    def swept(self) -> SweepOutcome:
        """Sweep at the moment the server handed this out, whatever this machine's clock says."""
        return self.sweep(activity.info().started_time, self._pace.most_at_once)

    def sweep(self, now: datetime, limit: int | None = None) -> SweepOutcome:
        """Decide what was due by `now` minus the grace, and say whose streams moved.

        Raises:
            StoreDown: the store is not there.
        """
        return self._sweeper.sweep(now, self._pace.most_at_once if limit is None else limit)

    def seconds_to_next(self, now: datetime, longest: float) -> float:
        """Until the next deadline and its grace have passed; `longest` if one has passed and was left."""
        with self._store.reading() as reading:
            due = reading.next_due()
        remains = (due + self._pace.grace - now).total_seconds() if due is not None else longest
        return min(remains, longest) if remains > 0 else longest

    def deliver_neglected(self, now: datetime, most: int) -> int:
        """Deliver at most `most` owed notices that nobody has tried for long; how many went out.

        A channel that fails is left alone until the next call.

        Raises:
            StoreError: the store does not take part.
        """
        with self._store.reading() as reading:
            waiting = [each for each in _unsettled(reading) if self._neglected(reading, each, now)]
        failed: set[str] = set()
        delivered = 0
        for each in waiting:
            if each.channel not in failed and delivered < most:
                delivery = self._notifier.tell(each.study, each.notice).delivery
                delivered += delivery is Delivery.DELIVERED
                if delivery in (Delivery.NOT_SENT, Delivery.NEVER):
                    failed.add(each.channel)
        return delivered

    def check(self, now: datetime, running: Collection[str] | None = None) -> Drift:
        """What stands otherwise than it should. `running`: ids of open workflows, None: nobody could ask.

        A participant is missed on the second look only, because a workflow may be just about to start.

        Raises:
            StoreError: the store cannot be read.
        """
        drift = drift_of_store(self._store, self._rulebook, self._tolerance, self._since(now), now)
        if running is None:
            return drift
        with self._store.reading() as reading:
            missing = without_workflow(reading, running)
        twice = tuple(each for each in missing if each in self._missing_before)
        self._missing_before = frozenset(missing)
        if not twice:
            return drift
        names = ", ".join(participant for _, participant in twice[:10])
        condition = Condition(What.WORKFLOWS, len(twice), f"no running workflow: {names}")
        return replace(drift, conditions=(*drift.conditions, condition), without_workflow=twice)

    def alarm(self, drift: Drift, now: datetime) -> None:
        """Tell engineers, the log and the metrics."""
        for each in drift.conditions:
            log.warning("drift", what=each.what.value, count=each.count, detail=each.detail)
        self._alarms.tell(drift, now)

    def _since(self, now: datetime) -> datetime:
        with self._store.reading() as reading:
            since = reading.note(SINCE)
        if since is None:
            with self._store.writing() as tx:
                since = tx.note(SINCE) or now.isoformat()
                tx.put_note(SINCE, since)
        return datetime.fromisoformat(since)

    def _neglected(self, reading: Reading, notice: NoticeRow, now: datetime) -> bool:
        if notice.leased_until is not None and notice.leased_until > now:
            return False
        tried = reading.attempts(notice.study, notice.notice) if notice.attempts else []
        return (tried[-1].at if tried else notice.owed_at) <= now - self._pace.neglected


def _unsettled(reading: Reading) -> list[NoticeRow]:
    return reading.notices(status=(NoticeStatus.OWED, NoticeStatus.SENDING))
