"""A whole participation on the real server, the real desk and the real store, in virtual time."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from domain import Rules, Subject, next_deadline
from domain.recorded import participant_stream
from tests.support.lives import life, lived
from tests.support.trial import open_trial
from tests.workflows.auditing import count, pending_timers
from tests.workflows.living import VirtualLife, serving_trial

PARTICIPANT = "EX02-001"
_VIRTUAL_TIMES_OWN = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
)


@pytest.mark.slow
async def test_a_life_on_the_server_is_the_life_of_the_core(
    client: Client, sqlite_url: str, tmp_path: Path
) -> None:
    """Fourteen months: the server records what the pure core says, event by event, with one timer at a time.

    Store, read model and workflow agree at the end (INV-5); the timer is the next deadline (INV-7), and every
    deadline on the way was decided (INV-8).
    """
    trial, queue = open_trial(sqlite_url), f"test-{uuid.uuid4()}"
    consent = datetime.now(UTC).astimezone(trial.site.zone).date()
    told = life(trial.protocol, trial.site, PARTICIPANT, consent)
    subject = Subject(trial.study, PARTICIPANT)
    expected = list(lived(Rules(trial.protocol, trial.site), subject, told))
    began = time.monotonic()
    async with serving_trial(client, trial, queue, tmp_path):
        whose = VirtualLife.of(client, trial, queue, PARTICIPANT)
        await whose.live(told)
        standing = await whose.standing()
        events = [event async for event in whose.handle.fetch_history_events()]
    took = time.monotonic() - began

    with trial.store.reading() as reading:
        recorded = reading.events(participant_stream(trial.study, PARTICIPANT))
        row = reading.participant(trial.study, PARTICIPANT)
    assert row is not None
    assert [each.event.TYPE for each in recorded] == [
        event.TYPE for each in expected for event in each.events
    ]
    assert standing["version"] == row.version == len(recorded)

    timers = list(pending_timers(events))
    assert max(len(pending) for pending in timers) == 1
    due = next_deadline(expected[-1].after)
    assert due is not None
    [armed] = timers[-1].values()
    assert standing["due"] == due.at.isoformat()
    assert abs((armed - due.at).total_seconds()) < 1

    ours = len(events) - sum(count(events, kind) for kind in _VIRTUAL_TIMES_OWN)
    assert ours < 14 * len(expected), "a decision costs more of the history than it should"
    assert took < 60
