"""How a workflow asks the desk: once here and now, then patiently until the desk answers.

The rule that keeps it honest: a try is short, because a lost worker costs a whole try, and trying never ends
before the store is back, because a command that was taken must be answered. What no retry would mend is not
tried again, so that one faulty command cannot stop the others.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

from activities.orders import DECIDE, OPEN, DeskOrder, DeskOutcome, OpenOrder

_ONE_TRY = timedelta(seconds=5)
_ONCE = RetryPolicy(maximum_attempts=1)
_PATIENCE = RetryPolicy(
    initial_interval=timedelta(milliseconds=500),
    backoff_coefficient=2,
    maximum_interval=timedelta(seconds=5),
    # By type name, as it travels: mistakes in our own code, and what the store will never take.
    non_retryable_error_types=[
        "AssertionError",
        "AttributeError",
        "IndexError",
        "KeyError",
        "NotImplementedError",
        "TypeError",
        "ValueError",
        "ValidationError",
        "UnknownEvent",
        "CommandReused",
        "NotStorable",
    ],
)


async def decide(order: DeskOrder, *, summary: str, give_up_after: timedelta | None = None) -> DeskOutcome:
    """Have the desk decide a command.

    Raises:
        ActivityError: no answer within `give_up_after`, or a fault the desk says no retry would mend.
    """
    return await _ask(DECIDE, order, summary, give_up_after)


async def open_timeline(order: OpenOrder) -> DeskOutcome:
    """Ask how a timeline stands.

    Raises:
        ActivityError: a fault the desk says no retry would mend.
    """
    return await _ask(OPEN, order, "open the timeline", None)


async def _ask(
    activity: str, order: DeskOrder | OpenOrder, summary: str, give_up_after: timedelta | None
) -> DeskOutcome:
    # A local activity costs half of a regular one. If it fails, waiting must not hold up the workflow task:
    # then a regular one is tried again and again by the server.
    try:
        here: DeskOutcome = await workflow.execute_local_activity(
            activity,
            order,
            result_type=DeskOutcome,
            start_to_close_timeout=_ONE_TRY,
            retry_policy=_ONCE,
            summary=summary,
        )
    except FailureError as error:
        if is_cancelled_exception(error):
            raise
    else:
        return here
    outcome: DeskOutcome = await workflow.execute_activity(
        activity,
        order,
        result_type=DeskOutcome,
        start_to_close_timeout=_ONE_TRY,
        schedule_to_close_timeout=give_up_after,
        retry_policy=_PATIENCE,
        summary=summary,
    )
    return outcome
