"""What the desk was asked and what it answered, read out of workflow histories.

The rule that keeps it honest: the workflow itself says it, replayed: what it hands to the desk is noted with
the answer the history holds, so nothing here knows how either is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.converter import DataConverter
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from typing_extensions import override

from activities.orders import DeskOrder, DeskOutcome
from console.histories import NoHistory, read_history
from console.history_shape import FEWEST_EVENTS
from replay.recovery import Remembered
from workflows.hosting import WORKFLOWS


@dataclass(frozen=True, slots=True)
class Read:
    """`remembered`: everything asked, in the order of time. `unreadable`: files, each with why."""

    remembered: tuple[Remembered, ...]
    unreadable: tuple[str, ...]


async def remembered_in(files: Sequence[Path], converter: DataConverter) -> Read:
    """Everything these histories still tell of what the desk was asked."""
    notes = _Notes()
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=converter,
        runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
        interceptors=[notes],
    )
    unreadable: list[str] = []
    for file in files:
        try:
            history = await asyncio.to_thread(read_history, file)
        except NoHistory as error:
            unreadable.append(str(error))
            continue
        if len(history.events) < FEWEST_EVENTS:
            continue
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            # What it had handed on before that is known all the same.
            unreadable.append(f"{file.name}: does not replay to its end (see `dayzero replay --directory`)")
    return Read(notes.all(), tuple(unreadable))


@dataclass
class _Notes(Interceptor):
    """Notes each order to the desk, and its answer."""

    orders: list[tuple[DeskOrder, asyncio.Future[Any]]] = field(default_factory=list)

    def all(self) -> tuple[Remembered, ...]:
        """What was noted, once each: the answered one where an order was given twice."""
        found: dict[tuple[str, str, str], Remembered] = {}
        for order, answer in self.orders:
            outcome = _answered(answer)
            key = (order.study, order.participant, order.command_id)
            if key not in found or outcome is not None:
                found[key] = Remembered(order, outcome)
        return tuple(sorted(found.values(), key=lambda each: each.order.at))

    @override
    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,
    ) -> type[WorkflowInboundInterceptor]:
        orders = self.orders

        class Inbound(WorkflowInboundInterceptor):
            @override
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Noting(outbound, orders))

        return Inbound


class _Noting(WorkflowOutboundInterceptor):
    def __init__(
        self, next_: WorkflowOutboundInterceptor, orders: list[tuple[DeskOrder, asyncio.Future[Any]]]
    ) -> None:
        super().__init__(next_)
        self._orders = orders

    @override
    def start_activity(self, input: StartActivityInput) -> Any:
        return self._noted(input.args, super().start_activity(input))

    @override
    def start_local_activity(self, input: StartLocalActivityInput) -> Any:
        return self._noted(input.args, super().start_local_activity(input))

    def _noted(self, args: Sequence[Any], handle: asyncio.Future[Any]) -> asyncio.Future[Any]:
        if args and isinstance(args[0], DeskOrder):
            self._orders.append((args[0], handle))
        return handle


def _answered(answer: asyncio.Future[Any]) -> DeskOutcome | None:
    if not answer.done() or answer.cancelled() or answer.exception() is not None:
        return None
    outcome = answer.result()
    return outcome if isinstance(outcome, DeskOutcome) else None
