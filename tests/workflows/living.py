"""Living a told life on the real server and the real desk, in virtual time.

The rule that keeps it honest: a command is sent when virtual time has come to its moment, and everything
between happens by the timers alone.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities.channels import Channels
from activities.desk import Desk
from activities.metrics import Metrics
from activities.notify import Notifier
from activities.rulebook import Rulebook
from console.gateway import Gateway, Outcome
from domain.commands import Asked, command_body
from tests.support.lives import Told
from tests.support.trial import Trial
from tests.workflows.sending import eventually
from workflows.hosting import Hosting, desk_worker, notices_worker
from workflows.names import STANDING, subject_id
from workflows.trust import runner


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def serving_trial(client: Client, trial: Trial, queue: str, folder: Path) -> AsyncGenerator[None]:
    """Serve a real trial: its desk, and notices to a file."""
    notifier = Notifier(
        trial.store,
        Rulebook(),
        Channels({}, file=folder / "notices.jsonl", clock=_now),
        Metrics(CollectorRegistry()),
        _now,
    )
    desk = Desk(trial.store, trial.hearing)
    hosting = Hosting(queue, runner=runner())
    async with (
        notices_worker(client, hosting, [notifier.deliver]),
        desk_worker(client, hosting, [desk.decide, desk.open]),
    ):
        yield


@dataclass
class VirtualLife:
    """One participant whose time is the test's."""

    skipper: TimeSkipper
    trial: Trial
    queue: str
    participant: str

    @classmethod
    def of(cls, client: Client, trial: Trial, queue: str, participant: str) -> VirtualLife:
        """A life that stands still unless it is told to go on."""
        still = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        return cls(still, trial, queue, participant)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.skipper.client.get_workflow_handle(subject_id(self.trial.study, self.participant))

    async def say(self, number: int, command: Asked) -> Outcome:
        """Send a command now."""
        gateway = Gateway(self.skipper.client, self.queue)
        return await gateway.send(
            self.trial.study, self.participant, f"told/{number:03}", command_body(command)
        )

    async def live(self, told: Told) -> None:
        """Live a told life whose first command, consent, is stated now."""
        for number, (at, command) in enumerate(told):
            if number:
                await self.until(at)
                await eventually(self.settled)
            await self.say(number, command)

    async def until(self, at: datetime) -> None:
        """Let virtual time come to `at`."""
        remains = at - await self.skipper.get_current_time(self.handle)
        if remains > timedelta(0):
            await self.skipper.fast_forward(self.handle, remains)

    async def standing(self) -> dict[str, Any]:
        """What the query answers."""
        answer: dict[str, Any] = await self.handle.query(STANDING)
        return answer

    async def waiting(self) -> bool:
        """A deadline is ahead."""
        return (await self.standing())["due"] is not None

    async def settled(self) -> bool:
        """Every deadline up to now is decided."""
        standing = await self.standing()
        now = await self.skipper.get_current_time(self.handle)
        return standing["due"] is None or datetime.fromisoformat(standing["due"]) > now
