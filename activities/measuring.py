"""Measuring the desk from outside: how long commands take, what is refused, how late alerts were raised.

The rule that keeps it honest: measuring never changes an answer; what cannot be observed is logged as such.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import structlog
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor
from typing_extensions import override

from activities.metrics import Metrics
from activities.orders import DeskOrder, DeskOutcome
from domain.commands import COMMAND_KINDS
from domain.events import AlertRaised
from domain.recorded import participant_stream
from store import Reading, Store, StoreError

log = structlog.stdlib.get_logger(__name__)


class Measuring(Interceptor):
    """Times the desk's decisions and counts its refusals."""

    def __init__(self, metrics: Metrics, store: Store) -> None:
        self._metrics, self._store = metrics, store

    @override
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _MeasuringActivity(next, self._metrics, self._store)


class _MeasuringActivity(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, metrics: Metrics, store: Store) -> None:
        super().__init__(inner)
        self._metrics, self._store = metrics, store

    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        began = time.perf_counter()
        outcome = await super().execute_activity(input)
        match input.args:
            case [DeskOrder() as order] if isinstance(outcome, DeskOutcome):
                kind = _kind(order)
                self._metrics.command_seconds.labels(kind).observe(time.perf_counter() - began)
                await self._observe(order, outcome)
            case _:
                pass
        return outcome

    async def _observe(self, order: DeskOrder, outcome: DeskOutcome) -> None:
        if outcome.refused is not None and not outcome.repeated:
            self._metrics.refusals.labels(outcome.refused).inc()
        if not outcome.repeated and AlertRaised.TYPE in outcome.events:
            try:
                raised = await asyncio.to_thread(self._read, order, outcome)
            except StoreError as error:
                # The command is decided and answered; only this observation is missing.
                log.warning("alert lag not observed", trouble=type(error).__name__)
            else:
                self._metrics.observe_raised(raised)

    def _read(self, order: DeskOrder, outcome: DeskOutcome) -> list[AlertRaised]:
        with self._store.reading() as reading:
            return raised_by(reading, order.study, order.participant, outcome)


def raised_by(reading: Reading, study: str, participant: str, outcome: DeskOutcome) -> list[AlertRaised]:
    """The alerts that a command raised; none when it was a repetition."""
    if outcome.repeated or AlertRaised.TYPE not in outcome.events:
        return []
    appended = reading.events(participant_stream(study, participant), outcome.version - len(outcome.events))
    events = [each.event for each in appended[: len(outcome.events)]]
    return [event for event in events if isinstance(event, AlertRaised)]


def _kind(order: DeskOrder) -> str:
    kind = order.command.get("kind") if isinstance(order.command, dict) else None
    return kind if kind in COMMAND_KINDS else "unreadable"
