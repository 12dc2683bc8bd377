"""The floor: workflows that do the same with Temporal as ours and decide nothing.

The rule that keeps it honest: the least code that Temporal allows for the same shape (one update and one
activity, one timer and one activity), served by the same worker with the same settings as ours.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity, workflow

from workflows.names import STANDING

COMMANDS = "BareCommands"
TIMERS = "BareTimers"
STARTS = "BareStarts"
COMMAND, COMMAND_HERE = "bare", "bare-here"
NOTHING = "bare.nothing"
LAST_RUN = "bare.last_run"

_ONE_TRY = timedelta(seconds=30)


@dataclass(frozen=True)
class Waits:
    """The instants (ISO, UTC) that a workflow waits for, one after another."""

    until: list[str]


class Nothing:
    """The empty activity, and when it last ran."""

    def __init__(self) -> None:
        self._last = 0.0
        self._runs = 0

    @activity.defn(name=NOTHING)
    async def nothing(self, what: Any) -> Any:
        """Give back what came."""
        self._runs += 1
        self._last = time.time()
        return what

    @activity.defn(name=LAST_RUN)
    async def last_run(self) -> tuple[int, float]:
        """How often `nothing` ran in this process, and when last (Unix time)."""
        return self._runs, self._last


@workflow.defn(name=COMMANDS)
class BareCommands:
    """Takes updates, each of which runs the empty activity."""

    @workflow.run
    async def run(self) -> None:
        """For ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update(name=COMMAND)
    async def bare(self, what: dict[str, Any]) -> Any:
        """Run the empty activity with what came."""
        return await workflow.execute_activity(NOTHING, what, start_to_close_timeout=_ONE_TRY)

    @workflow.update(name=COMMAND_HERE)
    async def bare_here(self, what: dict[str, Any]) -> Any:
        """Run the empty activity within the workflow task."""
        return await workflow.execute_local_activity(NOTHING, what, start_to_close_timeout=_ONE_TRY)


@workflow.defn(name=TIMERS)
class BareTimers:
    """Waits for one instant after another and runs the empty activity at each."""

    @workflow.run
    async def run(self, waits: Waits) -> None:
        """Until the last of them."""
        for until in waits.until:
            remains = datetime.fromisoformat(until) - workflow.now()
            if remains > timedelta(0):
                await workflow.sleep(remains)
            await workflow.execute_activity(NOTHING, until, start_to_close_timeout=_ONE_TRY)


@workflow.defn(name=STARTS)
class BareStarts:
    """Runs the empty activity once and stays, as a timeline does that has asked the desk."""

    def __init__(self) -> None:
        self._ready = False

    @workflow.run
    async def run(self) -> None:
        """For ever."""
        await workflow.execute_activity(NOTHING, None, start_to_close_timeout=_ONE_TRY)
        self._ready = True
        await workflow.wait_condition(lambda: False)

    @workflow.query(name=STANDING)
    def standing(self) -> dict[str, bool]:
        """Whether the activity is done."""
        return {"ready": self._ready}


@workflow.defn(name="BareReport")
class BareReport:
    """Asks the worker when the empty activity last ran."""

    @workflow.run
    async def run(self) -> tuple[int, float]:
        """Runs, and the time of the last."""
        found: tuple[int, float] = await workflow.execute_activity(
            LAST_RUN, result_type=tuple[int, float], start_to_close_timeout=_ONE_TRY
        )
        return found
