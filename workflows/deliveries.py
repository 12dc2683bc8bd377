"""Owed notices on their way: each one its own activity, beside whatever else the workflow does.

The rule that keeps it honest: a notice is on its way at most once at a time, and is patient: a channel down
for days still gets it. What was already told is known to the store, which alone decides whether to send.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from activities.orders import DELIVER, DeliverOrder
from workflows.names import notices_queue

_PATIENCE = RetryPolicy(
    initial_interval=timedelta(seconds=2), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)
_ONE_TRY = timedelta(seconds=100)  # longer than a sending may take, shorter than the notifier's lease
_ALL_TRIES = timedelta(days=3)


class Deliveries:
    """The notices of one study that are on their way from this run."""

    def __init__(self, study: str) -> None:
        self._study = study
        self._on_their_way: dict[str, asyncio.Task[None]] = {}
        self._over: set[str] = set()
        self._held = False

    @property
    def idle(self) -> bool:
        """Nothing is on its way."""
        return not self._on_their_way

    @property
    def held(self) -> bool:
        return self._held

    def send(self, owed: Iterable[str]) -> None:
        """Put every owed notice on its way that is not already, and was not in this run."""
        owed = list(owed)
        self._over &= set(owed)
        if self._held:
            return
        for notice in owed:
            if notice not in self._on_their_way and notice not in self._over:
                self._on_their_way[notice] = asyncio.create_task(self._deliver(notice))

    def hold(self) -> None:
        """Begin none, and take back those that wait for their next try; a try that runs ends by itself."""
        self._held = True
        for delivery in self._on_their_way.values():
            delivery.cancel()

    async def _deliver(self, notice: str) -> None:
        try:
            await workflow.execute_activity(
                DELIVER,
                DeliverOrder(study=self._study, notice=notice),
                task_queue=notices_queue(workflow.info().task_queue),
                start_to_close_timeout=_ONE_TRY,
                schedule_to_close_timeout=_ALL_TRIES,
                retry_policy=_PATIENCE,
                cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
                summary=notice,
            )
        except ActivityError as error:
            # Still owed in the store; the next run, and the watchdog, see it there.
            workflow.logger.error("notice %s was not delivered: %s", notice, error.cause)
        finally:
            del self._on_their_way[notice]
            self._over.add(notice)
