"""Scenes for the stored histories: everything a workflow of ours can go through, in a few minutes of life.

The rule that keeps it honest: real server, real workers; only the desk is the small one, so that it can fail
on demand.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.testing import TimeSkipper

from activities.orders import DigestOrder, Moved
from console.gateway import Gateway
from domain.recorded import STUDY_SUBJECT
from tests.support.lives import life
from tests.support.studied import LIFT, hear_all, toxicity_body, until
from tests.support.trial import open_trial
from tests.workflows.living import VirtualLife, serving_trial
from tests.workflows.sending import STUDY, Sender, eventually
from tests.workflows.serving import serving
from tests.workflows.small_desk import Rounds, SmallDesk
from workflows.names import DIGEST, MOVED, WATCHDOG, participant_id

QUEUE = "histories"

Made = list[tuple[str, str | None]]
"""Workflow and run ids whose histories are kept; no run id: the newest run."""

Scene = Callable[[Client, Path], Awaitable[Made]]


async def commands(client: Client, _: Path) -> Made:
    """Commands, a repetition, a refusal, poison, a search attribute that changes, the end, a late record."""
    desk = SmallDesk()
    async with serving(client, desk, QUEUE):
        sender = Sender(client, QUEUE)
        await sender.send("c-1", "register")
        await sender.send("c-1", "register")
        with pytest.raises(WorkflowUpdateFailedError):
            await sender.send("c-2", "refuse")
        with pytest.raises(WorkflowUpdateFailedError):
            await sender.send_raw(7, update_id="c-3")
        await sender.send("c-4", "enter", stage="infused")
        await sender.handle.signal(MOVED, args=[RawValue(Payload(data=b"x")), 2])  # unreadable: dropped
        await sender.handle.signal(MOVED, args=[1, 2, 3])
        await eventually(lambda: desk.opened == 1)
        await sender.send("c-5", "close")
        await sender.handle.result()
        run = (await sender.handle.describe()).run_id
        await sender.send("c-6", "note")
        await sender.handle.result()
        return [(sender.handle.id, run), (sender.handle.id, None)]


async def deadlines(client: Client, _: Path) -> Made:
    """Deadlines that come, move, go, are past, come back, and are decided by somebody else."""
    desk, skipper = SmallDesk(), TimeSkipper(client)
    async with serving(client, desk, QUEUE):
        sender = Sender(skipper.client, QUEUE)
        past, month = _in(days=-2), [_in(days=30 * number) for number in range(1, 4)]
        with skipper.with_time_skipping_disabled():
            await sender.send("c-1", "register")
            await sender.send("c-2", "plan", due=[month[2]])
            await sender.send("c-3", "plan", due=[month[0], month[1]])
            await sender.send("c-4", "unplan")
            await sender.send("c-5", "plan", due=[past])
            await eventually(lambda: not desk.streams[sender.participant].due)
            await sender.send("c-6", "plan", due=[past])
            await eventually(lambda: not desk.streams[sender.participant].due)
            desk.streams[sender.participant].due += month
            await sender.handle.signal(MOVED)
            await eventually(lambda: desk.opened == 1)
        await skipper.fast_forward(sender.handle, timedelta(days=100))
        await eventually(lambda: not desk.streams[sender.participant].due)
        await eventually(lambda: not desk.streams[sender.participant].owed)
        return [(sender.handle.id, None)]


async def faults(client: Client, _: Path) -> Made:
    """A store that is down, a mistake in the desk, a channel that is closed for a while, a cancellation."""
    desk, skipper = SmallDesk(), TimeSkipper(client)

    def desk_fault(_: object) -> None:
        if desk.asked[-1] == "c-2" and desk.asked.count("c-2") < 3:
            raise OSError("the store is down")
        if desk.asked[-1] == "c-3" or (desk.asked[-1].startswith("clock/") and len(desk.asked) < 7):
            raise KeyError("a mistake in our own code")

    async with serving(client, desk, QUEUE):
        sender = Sender(skipper.client, QUEUE)
        tried: list[str] = []

        def channel(order: Any) -> None:
            tried.append(order.notice)
            if len(tried) < 4:
                raise OSError("no line")

        desk.channel = channel
        await sender.send("c-1", "register")
        desk.before = desk_fault
        await sender.send("c-2", "note")
        with pytest.raises(WorkflowUpdateFailedError):
            await sender.send("c-3", "note")
        await sender.send("c-4", "plan", due=[_in(days=1)])
        await eventually(lambda: desk.delivered != [], seconds=60)
        await sender.handle.cancel()
        await eventually(lambda: _cancelled(sender))
        return [(sender.handle.id, None)]


async def mornings(client: Client, _: Path) -> Made:
    """A digest, and a round of the watchdog that wakes one timeline and misses another."""
    desk, sender = SmallDesk(), Sender(client, QUEUE)
    rounds = Rounds([Moved(STUDY, sender.participant), Moved(STUDY, "NOBODY-1")])
    async with serving(client, desk, QUEUE, more=[rounds.sweep], more_notices=[rounds.digest]):
        await sender.send("c-1", "register")
        await client.execute_workflow(DIGEST, DigestOrder(STUDY, "hefei"), id="digest", task_queue=QUEUE)
        await client.execute_workflow(WATCHDOG, id="watchdog", task_queue=QUEUE)
        await eventually(lambda: desk.opened == 1)
        return [(sender.handle.id, None), ("digest", None), ("watchdog", None)]


async def whole_life(client: Client, folder: Path) -> Made:
    """Fourteen months of NCT06642025 with the real desk and store."""
    trial = open_trial(f"sqlite:///{folder / 'life.sqlite3'}")
    consent = datetime.now(UTC).astimezone(trial.site.zone).date()
    async with serving_trial(client, trial, QUEUE, folder):
        whose = VirtualLife.of(client, trial, QUEUE, "EX02-001")
        await whose.live(life(trial.protocol, trial.site, "EX02-001", consent))
        return [(whose.handle.id, None)]


async def held_study(client: Client, folder: Path) -> Made:
    """A participant's grade 4 moves the study's clock; its timer lets the hold fall, a signature lifts it."""
    trial = open_trial(f"sqlite:///{folder / 'held.sqlite3'}")
    now, code = datetime.now(UTC), "EX02-001"
    consent = now.astimezone(trial.site.zone).date() - timedelta(days=44)
    hear_all(trial, code, until(trial, code, consent, "infusion"))
    async with serving_trial(client, trial, QUEUE, folder):
        gateway = Gateway(client, QUEUE)
        study = VirtualLife.of(client, trial, QUEUE, STUDY_SUBJECT)
        await gateway.wake(trial.study, STUDY_SUBJECT)
        await gateway.send(trial.study, code, "tox-1", toxicity_body(4, now))
        await eventually(study.waiting)
        await study.until(now + timedelta(days=9))
        await eventually(study.settled)
        sponsor = {"id": "sponsor-1", "role": "sponsor", "method": "cli"}
        lift = {
            "kind": "lift_hold",
            "actor": sponsor,
            "hold": "hold-1",
            "reason": "reviewed",
            "meaning": LIFT,
        }
        await gateway.send(trial.study, STUDY_SUBJECT, "lift-1", lift)
        return [(study.handle.id, None), (participant_id(trial.study, code), None)]


SCENES: tuple[Scene, ...] = (commands, deadlines, faults, mornings, whole_life, held_study)


def _in(**much: float) -> str:
    return (datetime.now(UTC).replace(microsecond=0) + timedelta(**much)).isoformat()


async def _cancelled(sender: Sender) -> bool:
    return (await sender.handle.describe()).status == WorkflowExecutionStatus.CANCELED
