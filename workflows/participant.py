"""The timeline of one participant: it hands commands to the desk, waits for the next deadline, and keeps on.

The rule that keeps it honest: no rule of a trial and no I/O. The desk decides; what is done here follows from
what the desk answered, so a history replays whatever the rules have become.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception

from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, OpenOrder, clock_command_id
from workflows import desk, names
from workflows.attributes import changes
from workflows.deliveries import Deliveries
from workflows.envelope import read_envelope
from workflows.start import ParticipantInput
from workflows.timer import OneTimer

__all__ = ["Participant", "ParticipantInput"]

_ALL_TRIES = timedelta(minutes=10)
_AFTER_A_FAULT = timedelta(minutes=1)
_LONGEST_HISTORY = 2_000
"""Events after which a run gives way to the next: a short history is quick to replay on another worker."""


@workflow.defn(name=names.PARTICIPANT)
class Participant:
    """One run. It begins by asking the desk, so a new, a continued and a recovered run are the same."""

    @workflow.init
    def __init__(self, start: ParticipantInput) -> None:
        self._start = start
        self._lock = asyncio.Lock()
        self._timer = OneTimer()
        self._deliveries = Deliveries(start.study)
        self._latest = DeskOutcome()
        self._moves = 1
        self._moves_seen = 0
        self._draining = False
        self._telling: asyncio.Task[None] | None = None

    @workflow.run
    async def run(self, _: ParticipantInput) -> None:
        """Keep the timeline until there is nothing left to wait for."""
        try:
            while not self._finished():
                await self._step()
        except (asyncio.CancelledError, ActivityError):
            # Somebody cancels the run. What it has taken is still answered; the next command starts another.
            self._draining = True
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise

    @workflow.update(dynamic=True)
    async def command(self, name: str, args: Sequence[RawValue]) -> dict[str, Any]:
        """Hand one command to the desk and answer what it recorded. The update is named "command"."""
        envelope = read_envelope(name, _update_id(), args)
        try:
            async with self._lock:
                outcome = await self._decide(envelope.command_id, envelope.command, envelope.kind, _ALL_TRIES)
        except workflow.NondeterminismError:
            raise
        except Exception as error:
            # Whatever else went wrong is an answer, or it would stop every other command too (INV-21).
            raise _unsettled(error) from error
        if outcome.refused is not None:
            raise ApplicationError(outcome.text, type=outcome.refused, non_retryable=True)
        return {
            "version": outcome.version,
            "events": outcome.events,
            "repeated": outcome.repeated,
            "alerts": outcome.alerts,
        }

    @command.validator
    def check(self, name: str, args: Sequence[RawValue]) -> None:
        """Turn away, without a trace, what is no command, and all while this run gives way to the next."""
        read_envelope(name, _update_id(), args)
        if self._draining:
            raise ApplicationError("the timeline is moving to a new run; ask again", type=names.DRAINING)

    @workflow.signal(name=names.MOVED)
    def moved(self, *_: Any) -> None:
        """The store moved without this workflow: ask the desk how things stand. What is sent is not read."""
        self._moves += 1

    @workflow.query(name=names.STANDING)
    def standing(self) -> dict[str, Any]:
        """How far this run is. `ready` False: it has not yet asked the desk, and the rest says nothing."""
        return {
            "ready": self._moves_seen > 0,
            "version": self._latest.version,
            "due": self._timer.due.at if self._timer.due else None,
            "draining": self._draining,
        }

    async def _step(self) -> None:
        await workflow.wait_condition(self._roused)
        try:
            if self._stale():
                await self._open()
            elif self._timer.rung:
                await self._reach_clock()
            elif _long_enough() and not self._deliveries.held:
                self._deliveries.hold()
            elif _long_enough() and self._deliveries.idle:
                await self._renew()
        except (ActivityError, ApplicationError) as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.error("the desk has a fault; asking again in a minute: %s", error.cause or error)
            self._timer.disarm()
            await workflow.sleep(_AFTER_A_FAULT, summary="asking the desk again after a fault")
            self._moves += 1

    def _roused(self) -> bool:
        renewing = _long_enough() and (self._deliveries.idle or not self._deliveries.held)
        return self._stale() or self._timer.rung or self._finished() or renewing

    def _stale(self) -> bool:
        return self._moves_seen < self._moves

    def _finished(self) -> bool:
        over = self._latest.closed or not self._latest.known
        sent = self._deliveries.idle and not self._deliveries.held
        return over and sent and not self._stale() and workflow.all_handlers_finished()

    async def _open(self) -> None:
        async with self._lock:
            if self._stale():  # unless a command that came first has asked the desk already
                moves = self._moves
                order = OpenOrder(study=self._start.study, participant=self._start.participant)
                self._follow(await desk.open_timeline(order), moves)

    async def _reach_clock(self) -> None:
        async with self._lock:
            due, version = self._timer.due, None
            while due is not None and self._timer.rung:  # unless a command that came first has settled it
                outcome = await self._decide(clock_command_id(due.at, version), REACH_CLOCK, due.summary)
                if outcome.due is None or outcome.due.at != due.at:
                    return
                if outcome.version == version:
                    raise ApplicationError(f"the desk leaves the deadline {due.at} as it is")
                version = outcome.version

    async def _decide(
        self, command_id: str, command: Any, summary: str, give_up_after: timedelta | None = None
    ) -> DeskOutcome:
        moves = self._moves
        order = DeskOrder(
            study=self._start.study,
            participant=self._start.participant,
            command_id=command_id,
            command=command,
            at=workflow.now().isoformat(),
        )
        outcome = await desk.decide(order, summary=summary, give_up_after=give_up_after)
        self._follow(outcome, moves)
        return outcome

    def _follow(self, outcome: DeskOutcome, moves_seen: int) -> None:
        self._latest, self._moves_seen = outcome, moves_seen
        if outcome.study_moved:
            self._telling = asyncio.create_task(self._tell_study())
        self._timer.arm(outcome.due)
        self._deliveries.send(outcome.notices)
        if updates := changes(workflow.info().typed_search_attributes, outcome.attributes):
            workflow.upsert_search_attributes(updates)
        workflow.set_current_details(f"{outcome.headline}\n\nversion {outcome.version}")

    async def _tell_study(self) -> None:
        try:
            await workflow.get_external_workflow_handle(names.study_id(self._start.study)).signal(names.MOVED)
        except FailureError:
            # It does not run. The watchdog acts on what is due all the same, and says that it is missing.
            workflow.logger.warning("the study of %s could not be told", self._start.participant)

    async def _renew(self) -> None:
        # Commands must be turned away first: under steady load the handlers would never all be finished.
        self._draining = True
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(self._start)


def _long_enough() -> bool:
    info = workflow.info()
    return info.is_continue_as_new_suggested() or info.get_current_history_length() > _LONGEST_HISTORY


def _update_id() -> str:
    update = workflow.current_update_info()
    return update.id if update else ""


def _unsettled(error: Exception) -> ApplicationError:
    reason = error.cause if isinstance(error, ActivityError) else error
    return ApplicationError(
        f"the desk gave no answer ({type(reason).__name__}: {reason}); the outcome is unknown, ask again",
        type=names.UNSETTLED,
        non_retryable=True,
    )
