"""The domain under the sandbox's watch: what is not pure in it is caught, where deployed it would not be."""

from __future__ import annotations

import importlib
import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.orders import DeskOrder
from activities.publishing import site_body
from domain import Deadline, Rules, State, Subject, next_deadline
from domain.commands import command_body
from protocols.reading import protocol_body, read_protocol
from settings import ROOT
from sites.reading import read_site
from tests.support.lives import life, lived
from tests.workflows.watched import Watched, WatchedDomain
from workflows.trust import runner, watching_runner

PLANTED = "\n    from datetime import datetime as looks, UTC as zone\n    looks.now(zone)\n"


@dataclass(frozen=True)
class Recorded:
    """A life as the core decides it unwatched: what it is made of, and what it tells."""

    watched: Watched
    told: list[str]


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    """Fourteen months of commands and passing deadlines of one participant."""
    protocol = read_protocol(ROOT / "protocols" / "NCT06642025.yaml")
    site = read_site(ROOT / "sites" / "demo.yaml")
    subject = Subject(protocol.id, "EX02-001")
    decisions = list(lived(Rules(protocol, site), subject, life(protocol, site, consent=date(2026, 1, 5))))
    orders = [
        DeskOrder(protocol.id, "EX02-001", str(number), command_body(each.command), each.at.isoformat())
        for number, each in enumerate(decisions)
    ]
    told = [[*(event.TYPE for event in each.events), str(next_deadline(each.after))] for each in decisions]
    return Recorded(Watched(protocol_body(protocol), site_body(site), orders), list(chain(*told)))


async def _decided(client: Client, watched: Watched, how: SandboxedWorkflowRunner) -> list[str]:
    queue = str(uuid.uuid4())
    async with Worker(
        client,
        task_queue=queue,
        workflows=[WatchedDomain],
        workflow_runner=how,
        workflow_failure_exception_types=[Exception],
    ):
        told: list[str] = await client.execute_workflow(
            WatchedDomain.run, watched, id=queue, task_queue=queue
        )
    return told


async def test_the_domain_is_pure_under_the_watch(client: Client, recorded: Recorded) -> None:
    """No clock, dice or I/O in fourteen months of decisions, and the same events as unwatched (INV-6)."""
    assert await _decided(client, recorded.watched, watching_runner()) == recorded.told


async def test_a_planted_clock_is_caught_by_the_watch(
    client: Client, recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A domain that looks at the clock does not pass: the watch names the call."""
    shutil.copytree(ROOT / "domain", tmp_path / "domain")
    file = tmp_path / "domain" / "deadline.py"
    source = file.read_text(encoding="utf-8")
    head = "def next_deadline(state: State) -> Deadline | None:"
    assert head in source, "the function to plant the clock in has another signature now"
    file.write_text(source.replace(head, head + PLANTED), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(WorkflowFailureError) as caught:
        await _decided(client, recorded.watched, watching_runner())
    assert isinstance(caught.value.cause, ApplicationError)
    assert "datetime.datetime.now" in caught.value.cause.message


async def test_the_same_clock_is_not_seen_as_deployed(
    client: Client, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why the watch is needed: trusted as it is deployed, the domain could look at the clock unseen."""
    looked: list[datetime] = []

    def looking(state: State) -> Deadline | None:
        looked.append(datetime.now(UTC))
        return next_deadline(state)

    monkeypatch.setattr("domain.next_deadline", looking)
    assert await _decided(client, recorded.watched, runner()) == recorded.told
    assert looked
