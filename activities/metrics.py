"""Metrics for Prometheus, in a registry that is passed in.

The rule that keeps it honest: who decides observes, so that several workers add up; what stands in the store
is read from it when asked for, so that no gauge can be stale. Labels come from short fixed lists.
"""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from domain.events import AlertRaised
from store import Store, StoreError

log = structlog.stdlib.get_logger(__name__)

_LAGS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400)
_DURATIONS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Everything that is counted or timed as it happens."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.alert_lag = Histogram(
            "dayzero_alert_lag_seconds",
            "From when an alert was due to when it was raised",
            registry=registry,
            buckets=_LAGS,
        )
        self.command_seconds = Histogram(
            "dayzero_command_seconds",
            "Time the desk took for a command, waiting for a thread included",
            ["kind"],
            registry=registry,
            buckets=_DURATIONS,
        )
        self.refusals = Counter("dayzero_refusals", "Refused commands by code", ["code"], registry=registry)
        self.notices = Counter(
            "dayzero_notices", "Notices that were delivered", ["channel"], registry=registry
        )
        self.notice_failures = Counter(
            "dayzero_notice_failures",
            "Attempts to deliver a notice that failed",
            ["channel"],
            registry=registry,
        )
        self.webhook_messages = Counter(
            "dayzero_webhook_messages",
            "Tries to tell a webhook by outcome: delivered, failed, given_up",
            ["webhook", "outcome"],
            registry=registry,
        )
        self.watchdog_drift = Gauge(
            "dayzero_watchdog_drift",
            "How many things stand otherwise than they should, as the last watchdog round saw it",
            ["what"],
            registry=registry,
        )

    def observe_raised(self, events: Iterable[AlertRaised]) -> None:
        """Alerts that were raised just now."""
        for event in events:
            self.alert_lag.observe((event.raised_at - event.due).total_seconds())


class StoreGauges(Collector):
    """What stands in the store, read whenever the metrics are collected."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    @override
    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges; of a store that is down, only that it is."""
        up = GaugeMetricFamily("dayzero_store_up", "1 while the store answers")
        try:
            with self._store.reading() as reading:
                alerts = Count((str(each.rung), each.kind) for each in reading.alerts(open_only=True))
                next_due = reading.next_due()
        except StoreError as error:
            log.warning("metrics without the store", trouble=type(error).__name__)
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, _open_alerts(alerts), _deadline_lag(next_due, self._clock())]

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """The names, so that registering reads no store."""
        return [
            GaugeMetricFamily("dayzero_store_up", ""),
            _open_alerts(Count()),
            _deadline_lag(None, datetime.min.replace(tzinfo=UTC)),
        ]


def _open_alerts(alerts: Count[tuple[str, str]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "dayzero_open_alerts",
        "Alerts that are not resolved, by rung reached and kind",
        labels=["rung", "kind"],
    )
    for labels, number in sorted(alerts.items()):
        family.add_metric(labels, number)
    return family


def _deadline_lag(next_due: datetime | None, now: datetime) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "dayzero_deadline_lag_seconds",
        "For how long the earliest deadline has passed undecided; 0 when none has",
    )
    lag = now - next_due if next_due is not None else timedelta(0)
    family.add_metric([], max(lag.total_seconds(), 0.0))
    return family
