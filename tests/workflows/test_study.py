"""The study's own timeline on the real server, the real desk and the real store, in virtual time."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from console.gateway import CommandRefused, Gateway
from domain.recorded import STUDY_SUBJECT
from domain.stated import end_of_day
from store import NoticeStatus
from tests.support.studied import LIFT, hear_all, toxicity_body, until
from tests.support.trial import STUDY, Trial, open_trial, register_body
from tests.workflows.living import VirtualLife, serving_trial
from tests.workflows.sending import eventually
from workflows.names import study_id


@pytest.fixture
def participant() -> str:
    """A code of its own: the server outlives each test."""
    return f"P-{uuid.uuid4().hex[:8].upper()}"


@pytest.fixture(autouse=True)
async def no_study_left(client: Client) -> AsyncGenerator[None]:
    """The study's timeline has no end of its own, and every test of the session has the same study."""
    await _end_study(client)
    yield
    await _end_study(client)


def infused_trial(url: str, participant: str) -> Trial:
    """A trial whose one participant was infused two days ago."""
    trial = open_trial(url)
    today = datetime.now(UTC).astimezone(trial.site.zone).date()
    hear_all(trial, participant, until(trial, participant, today - timedelta(days=44), "infusion"))
    return trial


def lift_body(role: str) -> dict[str, Any]:
    actor = {"id": f"{role}-1", "role": role, "method": "cli"}
    return {"kind": "lift_hold", "actor": actor, "hold": "hold-1", "reason": "reviewed", "meaning": LIFT}


async def test_the_study_wakes_at_its_deadline_holds_and_is_lifted_by_signature(
    client: Client, sqlite_url: str, tmp_path: Path, participant: str
) -> None:
    """INV-7, INV-8: a grade 4 told to a participant moves the study's clock; on day 7 the hold falls by the
    timer alone, people are told, and the named role lifts it.
    """
    trial, queue = infused_trial(sqlite_url, participant), f"test-{uuid.uuid4()}"
    gateway = Gateway(client, queue)
    async with serving_trial(client, trial, queue, tmp_path):
        study = VirtualLife.of(client, trial, queue, STUDY_SUBJECT)
        await gateway.wake(trial.study, STUDY_SUBJECT)
        began = datetime.now(UTC)
        await gateway.send(trial.study, participant, "tox-1", toxicity_body(4, began))
        day7 = began.astimezone(trial.site.zone).date() + timedelta(days=7)
        deadline = end_of_day(day7, trial.site.zone)

        async def armed() -> bool:
            return bool((await study.standing())["due"] == deadline.isoformat())

        await eventually(armed)
        await study.until(deadline + timedelta(seconds=1))
        await eventually(lambda: _on_hold(trial))
        with pytest.raises(CommandRefused) as refused:
            await gateway.send(trial.study, STUDY_SUBJECT, "lift-0", lift_body("coordinator"))
        assert refused.value.code == "wrong-role"
        await eventually(lambda: _told(trial))
        lifted = await gateway.send(trial.study, STUDY_SUBJECT, "lift-1", lift_body("sponsor"))
    assert lifted.alerts == ()
    with trial.store.reading() as reading:
        assert not reading.study_rows()[0].on_hold


async def test_a_study_without_a_workflow_keeps_nobody_waiting(
    client: Client, sqlite_url: str, tmp_path: Path, participant: str
) -> None:
    """The participant's command is answered though nobody hears the signal."""
    trial, queue = open_trial(sqlite_url), f"test-{uuid.uuid4()}"
    gateway = Gateway(client, queue)
    today = datetime.now(UTC).astimezone(trial.site.zone).date().isoformat()
    async with serving_trial(client, trial, queue, tmp_path):
        registered = await gateway.send(trial.study, participant, "enroll", register_body(today))
        assert registered.version > 0
        await gateway.wake(trial.study, STUDY_SUBJECT)
        study = VirtualLife.of(client, trial, queue, STUDY_SUBJECT)
        with trial.store.reading() as reading:
            version = reading.study_rows()[0].version

        async def opened() -> bool:
            return bool((await study.standing())["version"] == version)

        await eventually(opened)


async def _end_study(client: Client) -> None:
    with suppress(RPCError):
        await client.get_workflow_handle(study_id(STUDY)).terminate("another test begins")


async def _on_hold(trial: Trial) -> bool:
    with trial.store.reading() as reading:
        return reading.study_rows()[0].on_hold


async def _told(trial: Trial) -> bool:
    with trial.store.reading() as reading:
        owed = reading.notices(trial.study, STUDY_SUBJECT)
    return {each.status for each in owed} == {NoticeStatus.DELIVERED}
