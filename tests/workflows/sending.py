"""How tests speak to a participant without the gateway: one update with start, as it goes over the wire."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from workflows.envelope import wire
from workflows.names import COMMAND, PARTICIPANT, STANDING, participant_id
from workflows.start import ParticipantInput

STUDY = "STUDY-1"


def _code() -> str:
    return f"P-{uuid.uuid4().hex[:10].upper()}"


async def eventually(promise: Callable[[], bool | Awaitable[bool]], seconds: float = 20) -> None:
    """Wait until `promise` holds; fail if it does not in time."""
    async with asyncio.timeout(seconds):
        while True:
            kept = promise()
            if kept if isinstance(kept, bool) else await kept:
                return
            await asyncio.sleep(0.02)


@dataclass
class Sender:
    """One participant as a test sees it."""

    client: Client
    queue: str
    participant: str = field(default_factory=_code)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(participant_id(STUDY, self.participant))

    async def history(self) -> list[HistoryEvent]:
        """All events of the newest run."""
        return [event async for event in self.handle.fetch_history_events()]

    async def standing(self) -> dict[str, Any]:
        """What the query answers."""
        answer: dict[str, Any] = await self.handle.query(STANDING)
        return answer

    async def send(self, command_id: str, kind: str, **more: Any) -> dict[str, Any]:
        """Send `kind` with start, so that no run need be there."""
        answer: dict[str, Any] = await self.send_raw(
            wire(command_id, {"kind": kind, **more}), update_id=command_id
        )
        return answer

    async def send_raw(self, *args: Any, update_id: str, name: str = COMMAND) -> Any:
        """Send anything at all."""
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            PARTICIPANT,
            ParticipantInput(STUDY, self.participant),
            id=participant_id(STUDY, self.participant),
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await self.client.execute_update_with_start_workflow(
            name, args=list(args), id=update_id, start_workflow_operation=start
        )
