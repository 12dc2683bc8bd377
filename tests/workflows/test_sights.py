"""What somebody sees who looks at a timeline in Temporal's own pages."""

from __future__ import annotations

import json
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client

from tests.workflows.auditing import count
from tests.workflows.conftest import Serve
from tests.workflows.sending import Sender
from workflows.attributes import KEYS


async def test_a_history_reads_as_a_timeline(client: Client, serve: Serve) -> None:
    """Commands, the deadline waited for and the present standing are there in words."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=["2099-01-01T00:00:00+00:00"])
        events = await sender.history()
        metadata = await sender.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    said = [_summary(event) for event in events if event.HasField("user_metadata")]
    assert said == ["register", "plan", "deadline 2099-01-01T00:00:00+00:00"]
    assert metadata.current_details == "in screening\n\nversion 2"


async def test_search_attributes_change_when_they_change(client: Client, serve: Serve) -> None:
    """A list in Temporal can be filtered by stage; a stage that stays costs nothing."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        for number, stage in enumerate(["infused", "infused", "infused", "follow_up"]):
            await sender.send(f"e-{number}", "enter", stage=stage)
        described = await sender.handle.describe()
        upserts = count(await sender.history(), EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)
    assert described.typed_search_attributes[KEYS["stage"]] == "follow_up"
    assert upserts == 3


def _summary(event: HistoryEvent) -> Any:
    return json.loads(event.user_metadata.summary.data)
