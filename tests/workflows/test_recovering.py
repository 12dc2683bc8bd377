"""After the store is lost: what the timelines remember is heard again, and what they do not is named."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from console.folding import verified
from console.gateway import CommandRefused, Gateway
from console.histories import take_histories
from console.recovering import Read, remembered_in
from domain.recorded import STUDY_SUBJECT, Recorded, participant_stream
from domain.roles import Actor, Role
from replay.recovery import Documents, lacking, recover, spoken_of
from store import Store, open_store
from tests.support.trial import COORDINATOR, PROVENANCE, STUDY, Trial, open_trial, register_body
from tests.workflows.living import serving_trial
from tests.workflows.sending import eventually
from tests.workflows.test_schedules import own_client

__all__ = ["own_client"]

PUBLISHER = Actor(id="engineer-1", role=Role.ENGINEER)
FIRST, SECOND = "EX02-001", "EX02-002"


async def lived(client: Client, trial: Trial, folder: Path) -> Read:
    """Two participants on the real server, one command refused, and what their histories tell."""
    queue = f"test-{uuid.uuid4()}"
    gateway = Gateway(client, queue)
    today = datetime.now(UTC).astimezone(trial.site.zone).date()
    day = (today + timedelta(days=15)).isoformat()
    plan = {"kind": "plan_item", "actor": COORDINATOR, "item": "leukapheresis", "appointment": day}
    async with serving_trial(client, trial, queue, folder):
        await gateway.wake(STUDY, STUDY_SUBJECT)
        for each in (FIRST, SECOND):
            await gateway.send(STUDY, each, f"register-{each}", register_body(today.isoformat()))
            await gateway.send(STUDY, each, "plan", plan)
        with pytest.raises(CommandRefused):
            await gateway.send(STUDY, FIRST, "again", plan)
        hold = {"kind": "place_hold", "actor": COORDINATOR, "reason": "an event elsewhere"}
        await gateway.send(STUDY, STUDY_SUBJECT, "hold", hold | {"actor": _sponsor()})

        found: list[Read] = []

        async def all_listed() -> bool:
            taken = await take_histories(client, folder / "histories")
            found.append(await remembered_in(taken.files, client.data_converter))
            return len(found[-1].remembered) == 6

        await eventually(all_listed)
        return found[-1]


def _sponsor() -> dict[str, str]:
    return {"id": "sponsor-1", "role": "sponsor", "method": "cli"}


def record(store: Store) -> dict[str, list[tuple[str, object, str]]]:
    """Every stream: what, said by which command, with its content."""
    with store.reading() as reading:
        return {
            stream: [(each.stamp.command_id, each.event, _at(each)) for each in reading.events(stream)]
            for stream in reading.streams()
        }


def _at(recorded: Recorded) -> str:
    # What was published is published anew: at another moment, as the timelines do not remember when.
    published = type(recorded.event).__name__ in ("ProtocolPublished", "SitePublished")
    return "" if published else recorded.stamp.recorded_at.isoformat()


async def test_a_lost_store_is_recovered_from_the_histories(
    own_client: Client, sqlite_url: str, tmp_path: Path
) -> None:
    """INV-24: every event is on the new record as it was on the lost one, at its moment and under its id;
    done twice, nothing is doubled.
    """
    trial = open_trial(sqlite_url)
    read = await lived(own_client, trial, tmp_path)
    assert read.unreadable == ()
    with closing(open_store(f"sqlite:///{tmp_path}/new.sqlite3")) as fresh:
        fresh.migrate()
        documents = Documents((trial.protocol,), (trial.site,))
        assert lacking(fresh, read.remembered) == 6
        first = recover(fresh, read.remembered, documents, PUBLISHER, PROVENANCE)
        assert (first.heard, first.known, first.missing) == (6, 0, ())
        known, lost = record(fresh), record(trial.store)
        assert {name: events for name, events in known.items() if name.startswith("participant/")} == {
            name: events for name, events in lost.items() if name.startswith("participant/")
        }
        study = f"study/{STUDY}"
        assert [each[1:] for each in known[study]] == [each[1:] for each in lost[study]]
        again = recover(fresh, read.remembered, documents, PUBLISHER, PROVENANCE)
        assert (again.heard, again.known, again.missing) == (0, 6, ())
        assert record(fresh) == known


async def test_what_nobody_remembers_is_named(own_client: Client, sqlite_url: str, tmp_path: Path) -> None:
    """A command whose history is gone leaves a gap: what came after it says which events are missing."""
    trial = open_trial(sqlite_url)
    read = await lived(own_client, trial, tmp_path)
    kept = [each for each in read.remembered if each.order.command_id != f"register-{SECOND}"]
    with closing(open_store(f"sqlite:///{tmp_path}/new.sqlite3")) as fresh:
        fresh.migrate()
        documents = Documents((trial.protocol,), (trial.site,))
        found = recover(fresh, kept, documents, PUBLISHER, PROVENANCE)
        said = {each.subject: each.what for each in found.missing}
        assert set(said) == {SECOND, STUDY_SUBJECT}
        assert "was taken and cannot be now: there is no participant" in said[SECOND]
        assert said[STUDY_SUBJECT].startswith("events 9 to 11, recorded by hold of ")
        with fresh.reading() as reading:
            assert reading.events(participant_stream(STUDY, SECOND)) == []
            assert len(reading.events(participant_stream(STUDY, FIRST))) > 0
            # Its refusal now is nothing that happened: should its history turn up, it is heard again.
            assert reading.command(participant_stream(STUDY, SECOND), "plan") is None


async def test_what_would_be_otherwise_leaves_no_trace(
    own_client: Client, sqlite_url: str, tmp_path: Path
) -> None:
    """INV-24: without its documents nothing of a study is heard, and what it speaks of is said; a decision
    that would be another one now leaves nothing behind; with everything at hand the record is whole, also
    when two people do it at once, and histories of another study change nothing.
    """
    trial = open_trial(sqlite_url)
    read = await lived(own_client, trial, tmp_path)
    assert spoken_of(read.remembered) == ([f"{STUDY}:1.0"], ["demo"])
    foreign = [replace(each, order=replace(each.order, study="OTHER")) for each in read.remembered]
    documents = Documents((trial.protocol,), (trial.site,))
    with closing(open_store(f"sqlite:///{tmp_path}/new.sqlite3")) as fresh:
        fresh.migrate()
        none = recover(fresh, read.remembered, Documents((), ()), PUBLISHER, PROVENANCE)
        assert [(each.study, each.subject) for each in none.missing] == [(STUDY, STUDY_SUBJECT)]
        what = "6 commands are remembered, and no protocol and site of it were given"
        assert none.missing[0].what == f"{what} (they speak of {STUDY}:1.0)"
        refused = [each for each in read.remembered if each.outcome is not None and each.outcome.refused]
        late = recover(fresh, refused, documents, PUBLISHER, PROVENANCE)
        assert (late.heard, late.known) == (0, 0)
        assert "was refused (" in late.missing[0].what
        with fresh.reading() as reading:
            assert [name for name in reading.streams() if name.startswith("participant/")] == []
        told: list[tuple[int, int]] = []
        both = await asyncio.gather(
            *(
                asyncio.to_thread(
                    recover, fresh, [*read.remembered, *foreign], documents, PUBLISHER, PROVENANCE, tell
                )
                for tell in (lambda done, of: told.append((done, of)), lambda *_: None)
            )
        )
        assert sum(each.heard for each in both) == 6
        assert sum(each.known for each in both) == 6
        assert {each.study for found in both for each in found.missing} == {"OTHER"}
        assert told[-1] == (6, 6)
        known, lost = record(fresh), record(trial.store)
        assert known == {name: events for name, events in known.items() if "OTHER" not in name}
        for name in (participant_stream(STUDY, FIRST), participant_stream(STUDY, SECOND)):
            assert known[name] == lost[name]
        with fresh.reading() as reading:
            assert verified(reading).problems == ()
