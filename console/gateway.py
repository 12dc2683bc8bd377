"""The client side of a participant's timeline: sends commands, wakes, and starts again what should run.

The rule that keeps it honest: every command has an id, and asking again with the same id is always safe; what
was sent and not answered is "unknown", never "failed".
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from console.connecting import NoServer, connect
from console.letter import CommandRefused, Letter, Outcome, OutcomeUnknown
from workflows.envelope import wire
from workflows.names import COMMAND, MOVED, subject_id, workflow_of
from workflows.start import ParticipantInput

__all__ = [
    "CommandRefused",
    "Gateway",
    "NoServer",
    "Outcome",
    "OutcomeUnknown",
    "Rehydrated",
    "Row",
    "connect",
]

_PATIENCE = timedelta(seconds=30)
_PAUSE_SECONDS = (0.05, 0.5)
_AT_ONCE = 32
_UNANSWERED = (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError)
_HEARD_WITHIN_SECONDS = 1
# The server will not take such a request however often it is sent.
_HOPELESS = {
    RPCStatusCode.INVALID_ARGUMENT,
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.UNIMPLEMENTED,
}


class Row(Protocol):
    """What a store row must tell for its timeline to be started."""

    @property
    def study(self) -> str: ...
    @property
    def participant(self) -> str: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Rehydrated:
    """How many timelines were started, and how many ran already."""

    started: int
    running: int


class Gateway:
    """Speaks to the timelines served from one task queue. Share one between tasks."""

    def __init__(self, client: Client, task_queue: str, *, patience: timedelta = _PATIENCE) -> None:
        self._client = client
        self._task_queue = task_queue
        self._patience = patience

    async def send(self, study: str, participant: str, command_id: str, command: dict[str, Any]) -> Outcome:
        """Hand a command to the participant's timeline, which is started if it does not run.

        Raises:
            CommandRefused: the rules, or the shape of what was sent, forbid it.
            OutcomeUnknown: no answer in time; ask again with the same id.
            NoServer: the server turns such requests away (credentials, namespace).
        """
        letter = Letter(study, participant, command_id, command)
        letter.check()
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                answer = await self._until_answered(letter)
        except TimeoutError:
            raise OutcomeUnknown(command_id, f"no answer within {self._patience}, {letter.trouble}") from None
        return Outcome(
            answer["version"], tuple(answer["events"]), answer["repeated"], tuple(answer["alerts"])
        )

    async def wake(self, study: str, participant: str) -> None:
        """Tell a timeline that the store moved without it; it is started if it does not run."""
        await self._client.start_workflow(
            workflow_of(participant),
            ParticipantInput(study, participant),
            id=subject_id(study, participant),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=MOVED,
        )

    async def rehydrate(self, rows: Iterable[Row], tell: Callable[[], None] = lambda: None) -> Rehydrated:
        """Start the timeline of every row that does not run. Harmless when repeated, or done by two.

        `tell`: called after each.
        """
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(row: Row) -> bool:
            async with turn:
                started = await self._start(row)
            tell()
            return started

        started = await asyncio.gather(*(one(row) for row in rows))
        return Rehydrated(started=sum(started), running=len(started) - sum(started))

    async def idle(self, rows: Iterable[R], tell: Callable[[], None] = lambda: None) -> list[R]:
        """The rows whose timeline does not run. `tell`: called after each."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(row: R) -> R | None:
            async with turn:
                runs = await self._runs(row)
            tell()
            return None if runs else row

        looked_at = await asyncio.gather(*(one(row) for row in rows))
        return [each for each in looked_at if each is not None]

    async def _runs(self, row: Row) -> bool:
        handle = self._client.get_workflow_handle(subject_id(row.study, row.participant))
        try:
            return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise

    async def _start(self, row: Row) -> bool:
        try:
            await self._client.start_workflow(
                workflow_of(row.participant),
                ParticipantInput(row.study, row.participant),
                id=subject_id(row.study, row.participant),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _until_answered(self, letter: Letter) -> dict[str, Any]:
        while True:
            try:
                return await self._once(letter)
            except WorkflowUpdateFailedError as failed:
                letter.take(failed.cause)
            except WorkflowUpdateRPCTimeoutOrCancelledError as cut:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    # The client hides our own cancellation behind this error.
                    raise asyncio.CancelledError from cut
                letter.trouble = "the server did not answer"
            except RPCError as error:
                if error.status in _HOPELESS:
                    raise NoServer(f"the server turns the command away: {error.message}") from error
                letter.trouble = error.message
            await asyncio.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311  (spreads load, hides nothing)

    async def _once(self, letter: Letter) -> dict[str, Any]:
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            workflow_of(letter.participant),
            ParticipantInput(letter.study, letter.participant),
            id=subject_id(letter.study, letter.participant),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        try:
            answer: dict[str, Any] = await self._client.execute_update_with_start_workflow(
                COMMAND,
                wire(letter.command_id, letter.command),
                id=letter.update_id,
                start_workflow_operation=start,
            )
        except _UNANSWERED:
            # The client keeps its error for whoever asks for the workflow too; unasked, Python prints it.
            with contextlib.suppress(TimeoutError, *_UNANSWERED):
                await asyncio.wait_for(start.workflow_handle(), _HEARD_WITHIN_SECONDS)
            raise
        return answer
