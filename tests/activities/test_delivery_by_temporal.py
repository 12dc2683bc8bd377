"""Owed notices on a real Temporal server: the real workflow, desk, notifier and a real webhook."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from temporalio.client import Client

from activities.desk import Desk
from activities.metrics import Metrics
from activities.notify import Notifier
from store import NoticeStatus, open_store
from tests.activities.conftest import MakeChannels
from tests.activities.receivers import Webhook
from tests.activities.trial import STUDY, WORKING, Clock, Trial, site
from workflows.hosting import Hosting, desk_worker, notices_worker
from workflows.names import PARTICIPANT, participant_id
from workflows.participant import ParticipantInput

SETTLED = (NoticeStatus.DELIVERED, NoticeStatus.FAILED)
TOLD = {
    "P-001/enrolment/overdue/rung-1/1/coordinator-1/hook",
    "P-001/enrolment/overdue/rung-2/1/investigator-1/hook",
}
"""What is owed: the first rung since the window closed, the second since the workflow waits for it."""


@pytest.fixture
def overdue(sqlite_url: str, clock: Clock) -> Trial:
    """P-001, overdue for months, whose people are told by webhook and were told nothing yet."""
    store = open_store(sqlite_url)
    store.migrate()
    trial = Trial(store, clock)
    trial.open(site(channels={role: ["hook"] for role in ("coordinator", "investigator", "sponsor")}))
    trial.register("P-001")
    trial.reach("P-001", WORKING)
    return trial


async def test_a_channel_that_was_down_gets_what_was_owed(
    temporal_address: str, overdue: Trial, channels: MakeChannels, hook: Webhook, metrics: Metrics
) -> None:
    """The webhook fails first and works later: Temporal tries again, each notice is taken once."""
    hook.status = 503
    table = channels(hook=f"json://{hook.host}")
    notifier = Notifier(overdue.store, overdue.rulebook, table, metrics, lambda: datetime.now(UTC))
    desk = Desk(overdue.store, overdue.hearing)
    client = await Client.connect(temporal_address)
    hosting = Hosting(task_queue=f"test-{uuid.uuid4()}")
    async with (
        desk_worker(client, hosting, [desk.decide, desk.open]),
        notices_worker(client, hosting, [notifier.deliver]),
    ):
        await client.start_workflow(
            PARTICIPANT,
            ParticipantInput(STUDY, "P-001"),
            id=f"{participant_id(STUDY, 'P-001')}/{uuid.uuid4()}",
            task_queue=hosting.task_queue,
        )
        # The second rung is owed only once the workflow has decided its deadline: unless both were tried, the
        # workers could be stopped while it is on its way.
        await _until(lambda: {each.headers["Idempotency-Key"] for each in hook.got} >= TOLD)
        hook.status = 200
        await _until(lambda: all(each.status in SETTLED for each in overdue.notices()))
    taken = [request.headers["Idempotency-Key"] for request in hook.got if request.status == 200]
    delivered = {each.notice for each in overdue.notices() if each.status is NoticeStatus.DELIVERED}
    assert delivered == TOLD
    assert sorted(taken) == sorted(delivered)


async def _until(what: Callable[[], bool]) -> None:
    for _ in range(1200):
        if what():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to that in a minute")
