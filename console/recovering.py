"""What the desk was asked and what it answered, read out of workflow histories.

The rule that keeps it honest: the workflow itself says it, replayed: what it hands to the desk is noted with
the answer the history holds, so nothing here knows how either is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
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
from console.history_shape import FEWEST_EVENTS, payloads_of
from replay.recovery import Remembered
from workflows.codec import key_of
from workflows.hosting import WORKFLOWS


@dataclass(frozen=True, slots=True)
class Read:
    """`remembered`: everything asked, in the order of time. `unreadable`: files, each with why."""

    remembered: tuple[Remembered, ...]
    unreadable: tuple[str, ...]


async def remembered_in(
    files: Sequence[Path],
    converter: DataConverter,
    keys: Collection[str] = (),
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> Read:
    """Everything these histories still tell of what the desk was asked.

    `keys`: ids of the keys that `converter` holds, so that a missing one is named. `tell`: how many are read.
    """
    notes = _Notes()
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=converter,
        runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
        interceptors=[notes],
    )
    unreadable: list[str] = []
    for number, file in enumerate(files, start=1):
        tell(number - 1, len(files))
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
            unreadable.append(f"{file.name}: {_why(history, keys)}")
    return Read(notes.all(), tuple(unreadable))


def _why(history: WorkflowHistory, keys: Collection[str]) -> str:
    wanted = {key_of(payload) for event in history.events for payload in payloads_of(event)}
    locked = sorted(key for key in wanted if key is not None and key not in keys)
    if locked:
        return f"is encrypted with a key that is not held here: {', '.join(locked)} (DAYZERO_PAYLOAD_KEYS)"
    return "does not replay to its end (see `dayzero replay --directory`)"


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
