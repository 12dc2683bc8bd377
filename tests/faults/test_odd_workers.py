"""Workers that are not as they should be: a clock that is off, rules that changed, a channel that is down."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from temporalio.api.enums.v1 import EventType
from typing_extensions import override

from activities.publishing import publish, site_body
from console.gateway import CommandRefused
from domain.site import WEEKDAYS, Site
from store import NoticeStatus
from tests.faults.world import PARTICIPANT, World, plan, result, until
from tests.support.trial import ENGINEER, PROVENANCE, STUDY
from workflows.names import participant_id

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("hours", ["-24", "24"])
async def test_a_worker_whose_clock_is_a_day_off_records_the_right_time(world: World, hours: str) -> None:
    """INV-9 and INV-24: recorded time is Temporal's, and a fast clock raises no alert a day early."""
    world.start_worker(DAYZERO_TEST_CLOCK_HOURS=hours)
    # Three weeks after consent, at the next local midnight, enrolment is due soon: within that day.
    await world.enrolled(days_ago=21)
    with world.store.reading() as reading:
        row = reading.participant(STUDY, PARTICIPANT)
    assert row is not None and row.next_due is not None
    assert row.next_due - datetime.now(UTC) < timedelta(hours=25)
    await asyncio.sleep(6)  # several rounds of the watchdog
    gateway = await world.gateway()
    await gateway.send(STUDY, PARTICIPANT, "count-1", result(71))

    for each in world.record():
        assert abs(each.stamp.recorded_at - datetime.now(UTC)) < timedelta(minutes=2)
        if each.event.TYPE == "alert.raised":
            assert each.stamp.recorded_at >= row.next_due


@pytest.mark.timeout(120)
async def test_a_release_with_other_rules_takes_over_open_workflows(world: World) -> None:
    """A rule that now refuses what it once took breaks no running workflow and rewrites no record."""
    world.start_worker()
    await world.enrolled()
    gateway = await world.gateway()
    await gateway.send(STUDY, PARTICIPANT, "plan-1", plan("enrolment", 3))
    world.stop_workers()

    world.start_worker(DAYZERO_TEST_RULES="no-appointments", DAYZERO_BUILD_ID="next")
    await gateway.send(STUDY, PARTICIPANT, "count-1", result(71))
    with pytest.raises(CommandRefused) as refused:
        await gateway.send(STUDY, PARTICIPANT, "plan-2", plan("enrolment", 4, "moved"))

    assert refused.value.code == "not-applicable"
    assert world.events_of("plan-1") == ["appointment.planned", "plan.revised"] or world.events_of(
        "plan-1"
    ) == ["appointment.planned"]
    assert world.events_of("count-1") == ["result.recorded"]
    client = await world.client()
    history = await client.get_workflow_handle(participant_id(STUDY, PARTICIPANT)).fetch_history()
    failed = [
        each for each in history.events
        if each.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    ]  # fmt: skip
    assert not failed


class Webhook:
    """A receiver on loopback that can be told to fail."""

    def __init__(self) -> None:
        self.failing = True
        self.tried = 0
        self.taken: list[dict[str, object]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.tried += 1
                if not outer.failing:
                    outer.taken.append(json.loads(body))
                self.send_response(503 if outer.failing else 200)
                self.end_headers()

            @override
            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """A webhook that answers 503 until it is told otherwise."""
    made = Webhook()
    yield made
    made.close()


@pytest.mark.timeout(180)
async def test_a_channel_that_was_down_gets_each_notice_once(world: World, webhook: Webhook) -> None:
    """Notices owed while a channel fails go out when it is back, each once, and the alert was never lost."""
    everywhere_awake = {
        **site_body(world.trial.site),
        "version": "always-open",
        "working": {"days": list(WEEKDAYS), "from": "00:00:00", "to": "23:59:59"},
        "contacts": [
            {"id": f"{role}-1", "role": role, "channels": ["hook"]}
            for role in ("coordinator", "investigator", "sponsor", "engineer")
        ],
        "quiet": None,
        "rota": [],
    }
    with world.store.writing() as tx:
        site = Site.model_validate(everywhere_awake)
        publish(tx, world.trial.protocol, [site], ENGINEER, datetime.now(UTC), PROVENANCE)
    world.start_worker(DAYZERO_CHANNELS=json.dumps({"hook": webhook.url}))
    await world.enrolled(days_ago=40)
    await until(lambda: webhook.tried >= 2, 60, "two failed tries")
    assert not webhook.taken

    webhook.failing = False
    await until(lambda: webhook.taken, 90, "the notice, once the channel is back")
    with world.store.reading() as reading:
        owed = reading.notices(STUDY, PARTICIPANT)
        attempts = reading.attempts(STUDY, owed[0].notice)
    await until(lambda: _delivered(world, owed[0].notice), 20, "the delivery on record")

    assert [each.outcome for each in attempts].count("failed") >= 2
    assert len(webhook.taken) == 1


def _delivered(world: World, notice: str) -> bool:
    with world.store.reading() as reading:
        row = reading.notice(STUDY, notice)
    return row is not None and row.status is NoticeStatus.DELIVERED
