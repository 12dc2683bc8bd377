"""A whole first-in-human study on the real server, the real desk and the real store, in virtual time."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from console.demo.script import acts_of_all, publications, read_script
from console.demo.seed import enacted
from console.embedded import EmbeddedTemporal
from console.up import COHORT
from domain.recorded import study_stream
from store import Store
from tests.support.trial import PROVENANCE, STUDY, open_trial
from tests.workflows.living import serving_trial
from tests.workflows.virtual_study import VirtualStudy, stage_queue
from workflows.stage import Stage

DAYS_BEFORE = 454
"""How long before the script's present its first consent lies, rounded up."""

DAYS_AFTER = 400
"""How long after it the last survival visit has been."""


@pytest.mark.slow
async def test_a_whole_study_on_the_server_is_the_study_of_the_core(
    own_temporal: EmbeddedTemporal, sqlite_url: str, tmp_path: Path
) -> None:
    """From the first consent to the last survival visit: on every stream the events the core says, in order.

    Infusions are spaced, a wrong identity is refused, a lasting grade 4 CRS holds the study until the sponsor
    signs, one product fails, a serious event is reported and reported again, an amendment is applied to those
    who consent to it, and nobody gets a tenth place.
    """
    trial, queue = open_trial(sqlite_url), f"test-{uuid.uuid4()}"
    script = read_script(COHORT)
    now = datetime.now(UTC) + timedelta(days=DAYS_BEFORE)
    until = now + timedelta(days=DAYS_AFTER)
    acts = acts_of_all(script, trial.protocol, trial.site.zone, now, until)
    news = publications(script, trial.site.zone, now)
    client = await Client.connect(own_temporal.address)
    async with (
        serving_trial(client, trial, queue, tmp_path),
        Worker(client, task_queue=stage_queue(queue), workflows=[Stage]),
    ):
        study = VirtualStudy.of(client, trial, queue)
        await study.play(acts, news, until)
    assert study.unexpected == []

    told = open_trial(f"sqlite:///{tmp_path / 'told.sqlite3'}")
    with told.store.writing() as tx:
        list(enacted(tx, STUDY, acts, news, until, PROVENANCE))
    expected, recorded = types_by_stream(told.store), types_by_stream(trial.store)
    assert recorded.keys() == expected.keys()
    for stream in expected:
        assert recorded[stream] == expected[stream], stream
    assert {"study.hold_placed", "study.hold_lifted", "study.slot_returned"} <= set(
        recorded[study_stream(STUDY)]
    )


def types_by_stream(store: Store) -> dict[str, list[str]]:
    """The names of the events of each stream, in order."""
    with store.reading() as reading:
        return {stream: [each.event.TYPE for each in reading.events(stream)] for stream in reading.streams()}
