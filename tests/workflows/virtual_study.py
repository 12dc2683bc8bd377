"""Playing a whole study's script on the real server, every workflow in virtual time.

The rule that keeps it honest: an act is sent when its workflow's time has come to it, deadlines in between
are reached by the workflows' own timers, and only a registration is heard beside them: a workflow that begins
later than the test can only be the child of one whose time has come that far.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities.publishing import publish
from console.demo.script import Act, Publication
from console.gateway import CommandRefused, Gateway
from domain.commands import RegisterParticipant, command_body
from domain.recorded import STUDY_SUBJECT
from protocols.reading import read_protocol
from settings import ROOT
from tests.support.trial import ENGINEER, PROVENANCE, Trial
from tests.workflows.sending import eventually
from workflows import names
from workflows.stage import Stage
from workflows.start import ParticipantInput


def stage_queue(queue: str) -> str:
    """Where the stage is served from: deployed workers know nothing of it."""
    return f"{queue}-stage"


@dataclass
class VirtualStudy:
    """A study whose time is the test's. `unexpected`: acts that were not answered as the script says."""

    skipper: TimeSkipper
    trial: Trial
    queue: str
    unexpected: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, client: Client, trial: Trial, queue: str) -> VirtualStudy:
        """A study that stands still unless it is told to go on."""
        return cls(TimeSkipper(client, config=TimeSkippingConfig(enabled=False)), trial, queue)

    async def play(self, acts: Sequence[Act], news: Sequence[Publication], until: datetime) -> None:
        """Do everything in the script, and let time pass `until` then (UTC)."""
        await self._begin()
        awaited = deque(news)
        for number, act in enumerate(acts):
            while awaited and awaited[0].at <= act.at:
                self._publish(awaited.popleft())
            await self._pass_time(act.at)
            refused = await self._do(act, f"told/{number:04}")
            if refused != (act.refused.value if act.refused else None):
                self.unexpected.append(f"{act.subject} {act.at} {act.command.kind}: {refused}")
        await self._pass_time(until)

    def _publish(self, new: Publication) -> None:
        with self.trial.store.writing() as tx:
            publish(tx, read_protocol(ROOT / new.path), [], ENGINEER, new.at, PROVENANCE)

    async def _begin(self) -> None:
        study, client = self.trial.study, self.skipper.client
        start = ParticipantInput(study, STUDY_SUBJECT)
        await client.start_workflow(names.STUDY, start, id=names.study_id(study), task_queue=self.queue)

    async def _do(self, act: Act, command_id: str) -> str | None:
        body = command_body(act.command)
        if isinstance(act.command, RegisterParticipant):
            outcome = self.trial.hear(act.subject, body, act.at, command_id)
            if outcome.refused is None:
                await self._enter(act)
            return outcome.refused
        await self._forward(names.subject_id(self.trial.study, act.subject), act.at)
        gateway = Gateway(self.skipper.client, self.queue)
        try:
            await gateway.send(self.trial.study, act.subject, command_id, body)
        except CommandRefused as refused:
            return refused.code
        return None

    async def _enter(self, act: Act) -> None:
        study, client = self.trial.study, self.skipper.client
        stage_id = f"stage/{self.queue}/{act.subject}"
        stage = await client.start_workflow(Stage.run, id=stage_id, task_queue=stage_queue(self.queue))
        await self._forward(stage_id, act.at)
        await stage.execute_update("enter", args=[ParticipantInput(study, act.subject), self.queue])

    async def _pass_time(self, until: datetime) -> None:
        while due := self._due(until):
            subject, at = due
            await self._forward(names.subject_id(self.trial.study, subject), at)

            def passed(due: tuple[str, datetime] = due) -> bool:
                return self._due(until) != due

            await eventually(passed)

    def _due(self, until: datetime) -> tuple[str, datetime] | None:
        with self.trial.store.reading() as reading:
            return next(((row.participant, row.next_due) for row in reading.due(until, 1)), None)

    async def _forward(self, workflow_id: str, at: datetime) -> None:
        handle = self._handle(workflow_id)
        remains = at - await self.skipper.get_current_time(handle)
        if remains > timedelta(0):
            await self.skipper.fast_forward(handle, remains)

    def _handle(self, workflow_id: str) -> WorkflowHandle[Any, Any]:
        return self.skipper.client.get_workflow_handle(workflow_id)
