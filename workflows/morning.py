"""What runs on a schedule: the morning digest of a site, and the watchdog's round.

The rule that keeps it honest: each only asks an activity; whether today is a working day, and what has gone
wrong, is decided there.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

from activities.orders import DIGEST, SWEEP, DigestOrder, DigestOutcome, Moved, SweepOutcome
from workflows import names

_HALF_A_MORNING = timedelta(hours=4)
_WOKEN_AT_ONCE = 200


@workflow.defn(name=names.DIGEST)
class Digest:
    """One morning's digest of one site. After half a morning it would only confuse, and is given up."""

    @workflow.run
    async def run(self, order: DigestOrder) -> DigestOutcome:
        """Send it."""
        outcome: DigestOutcome = await workflow.execute_activity(
            DIGEST,
            order,
            task_queue=names.notices_queue(workflow.info().task_queue),
            result_type=DigestOutcome,
            start_to_close_timeout=timedelta(minutes=5),
            schedule_to_close_timeout=_HALF_A_MORNING,
            retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=10)),
            summary=f"{order.study} {order.site}",
        )
        return outcome


@workflow.defn(name=names.WATCHDOG)
class Watchdog:
    """One round of the watchdog. It is not tried for long: the next round is due soon."""

    @workflow.run
    async def run(self) -> SweepOutcome:
        """Sweep what is due, and wake the timelines whose store moved without them."""
        outcome: SweepOutcome = await workflow.execute_activity(
            SWEEP,
            result_type=SweepOutcome,
            start_to_close_timeout=timedelta(minutes=2),
            retry_policy=RetryPolicy(maximum_attempts=3),
            summary="sweep what is due",
        )
        for first in range(0, len(outcome.moved), _WOKEN_AT_ONCE):
            await asyncio.gather(*(_wake(moved) for moved in outcome.moved[first : first + _WOKEN_AT_ONCE]))
        return outcome


async def _wake(moved: Moved) -> None:
    handle = workflow.get_external_workflow_handle(names.subject_id(moved.study, moved.participant))
    try:
        await handle.signal(names.MOVED)
    except FailureError:
        # It does not run. The watchdog's comparison says so; `rehydrate` starts it.
        workflow.logger.warning("%s/%s could not be woken", moved.study, moved.participant)
