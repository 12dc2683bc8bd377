"""Telling engineers that something stands otherwise than it should: once per condition and channel.

The rule that keeps it honest: a condition is told when it begins and again after a day, and logged when it is
over; who was told is kept in the store, so that several watchdogs tell once. With the store down, which is
when it matters most, the engineers last known are told, once per process.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from activities.channels import LOG, Channels
from activities.drift import Condition, Drift, What
from activities.message import Message, Urgency
from activities.metrics import Metrics
from activities.posting import NotSent
from activities.rulebook import MissingDocument, Rulebook
from domain.roles import Role
from store import Reading, Store, StoreError

TOLD_AGAIN_AFTER = timedelta(days=1)

log = structlog.stdlib.get_logger(__name__)


class Alarms:
    """Tells the log and the engineers of all sites of one store."""

    def __init__(self, store: Store, rulebook: Rulebook, channels: Channels, metrics: Metrics) -> None:
        self._store, self._rulebook = store, rulebook
        self._channels, self._metrics = channels, metrics
        self._engineers: tuple[str, ...] = (LOG,)
        self._told_here: dict[str, str] = {}

    def tell(self, drift: Drift, now: datetime) -> None:
        """Tell what is new of the drift, say what is over, and set the metric of every kind."""
        standing = {each.what: each for each in drift.conditions}
        for what in What:
            count = standing[what].count if what in standing else 0
            self._metrics.watchdog_drift.labels(what.value).set(count)
        told = self._look()
        for what in What:
            for channel in self._engineers:
                key = f"watchdog/{what.value}/{channel}"
                if what in standing:
                    self._tell_once(key, channel, standing[what], now)
                elif told.get(key):
                    self._keep(key, "")
                    log.info("drift is over", what=what.value, channel=channel)

    def _look(self) -> dict[str, str]:
        """Who has been told of what, by key; learns on the way who the engineers are."""
        try:
            with self._store.reading() as reading:
                self._engineers = tuple(dict.fromkeys((LOG, *self._engineers_channels(reading))))
                keys = [f"watchdog/{what.value}/{channel}" for what in What for channel in self._engineers]
                return {key: reading.note(key) or "" for key in keys}
        except (StoreError, MissingDocument) as error:
            log.warning("alarms without the store", trouble=type(error).__name__)
            return dict(self._told_here)

    def _engineers_channels(self, reading: Reading) -> Iterator[str]:
        for study in reading.studies():
            for code in sorted({each.site for each in self._rulebook.study(reading, study).sites}):
                for contact in self._rulebook.site_in_force(reading, study, code).contacts:
                    if contact.role is Role.ENGINEER:
                        yield from contact.channels

    def _tell_once(self, key: str, channel: str, condition: Condition, now: datetime) -> None:
        if not self._claim(key, now):
            return
        outcome = self._channels.send(channel, _message(key, condition, now))
        if isinstance(outcome, NotSent):
            self._metrics.notice_failures.labels(channel).inc()
            log.error("alarm not sent", what=condition.what.value, channel=channel, reason=outcome.reason)
            if not outcome.permanent:
                self._keep(key, "")

    def _claim(self, key: str, now: datetime) -> bool:
        """Whether to tell now; says so to one watchdog only."""
        try:
            with self._store.writing() as tx:
                due = _to_be_told(tx.note(key), now)
                if due:
                    tx.put_note(key, now.isoformat())
        except StoreError:
            due = _to_be_told(self._told_here.get(key), now)
        if due:
            self._told_here[key] = now.isoformat()
        return due

    def _keep(self, key: str, value: str) -> None:
        self._told_here[key] = value
        try:
            with self._store.writing() as tx:
                tx.put_note(key, value)
        except StoreError as error:
            log.warning("alarm not noted", key=key, trouble=type(error).__name__)


def _to_be_told(told: str | None, now: datetime) -> bool:
    return not told or datetime.fromisoformat(told) <= now - TOLD_AGAIN_AFTER


def _message(key: str, condition: Condition, now: datetime) -> Message:
    what = condition.what.value
    return Message(
        key=f"{key}/{now.isoformat()}",
        subject=f"Day Zero watchdog 系统警报: {what} ({condition.count})",
        body=f"{what}: {condition.count}\n{condition.detail}\n\nSee 参见: dayzero doctor",
        urgency=Urgency.ALARM,
        fields={"what": what, "count": str(condition.count), "detail": condition.detail},
    )
