"""A what-if applied on the real server: the timelines that moved with it go on from there."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from temporalio.client import Client

from console.applying import apply_whole
from console.gateway import CommandRefused, Gateway
from domain.recorded import STUDY_SUBJECT
from replay.applying import Whole, as_one
from replay.change import Trial as Tried
from replay.change import try_change
from replay.history import history_of
from tests.support.trial import COORDINATOR, PROVENANCE, STUDY, Trial, open_trial, register_body
from tests.workflows.living import VirtualLife, serving_trial
from tests.workflows.sending import eventually
from tests.workflows.test_study import no_study_left

__all__ = ["no_study_left"]


def whole_of(trial: Trial, participants: list[str], day: str) -> Whole:
    """An appointment for each of them, tried and ready to be applied."""
    now = datetime.now(UTC)
    body = {"kind": "plan_item", "actor": COORDINATOR, "item": "leukapheresis", "appointment": day}
    with trial.store.reading() as reading:
        history = history_of(reading)
    found = try_change(history, STUDY, [Tried(each, body, now) for each in participants], now, PROVENANCE)
    return as_one(found, now)


async def test_everybody_is_told_of_what_was_applied_as_one(
    client: Client, sqlite_url: str, tmp_path: Path
) -> None:
    """INV-7: applied to two participants through the study's timeline, both timelines stand where the record
    does; applied again on what has moved since, nothing is recorded.
    """
    trial, queue = open_trial(sqlite_url), f"test-{uuid.uuid4()}"
    gateway = Gateway(client, queue)
    people = [f"P-{uuid.uuid4().hex[:8].upper()}" for _ in range(2)]
    today = datetime.now(UTC).astimezone(trial.site.zone).date()
    async with serving_trial(client, trial, queue, tmp_path):
        await gateway.wake(STUDY, STUDY_SUBJECT)
        for each in people:
            await gateway.send(STUDY, each, f"register-{each}", register_body(today.isoformat()))
        whole = whole_of(trial, people, (today + timedelta(days=15)).isoformat())
        assert whole.subject == STUDY_SUBJECT
        outcome = await apply_whole(gateway.send, gateway.wake, STUDY, whole, "whole")
        assert outcome.events.count("appointment.planned") == 2
        for each in people:
            await eventually(partial(_stands, trial, VirtualLife.of(client, trial, queue, each), each))
        with pytest.raises(CommandRefused) as refused:
            await apply_whole(gateway.send, gateway.wake, STUDY, whole, "again")
        assert refused.value.code == "record-moved"
        assert await apply_whole(gateway.send, gateway.wake, STUDY, whole, "whole") == outcome


async def _stands(trial: Trial, life: VirtualLife, participant: str) -> bool:
    with trial.store.reading() as reading:
        row = reading.participant(STUDY, participant)
    return row is not None and (await life.standing())["version"] == row.version
