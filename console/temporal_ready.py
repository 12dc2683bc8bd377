"""When a Temporal server counts as ready: it answers for our namespace and knows our search attributes.

A listening port is not enough: between the first connection and the namespace lie some hundred milliseconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

#: What the participant workflow makes searchable. Nothing here identifies a person.
SEARCH_ATTRIBUTES: Mapping[str, str] = {
    "DayZeroStudy": "Keyword",
    "DayZeroSite": "Keyword",
    "DayZeroParticipant": "Keyword",
    "DayZeroStage": "Keyword",
    "DayZeroProtocol": "Keyword",
    "DayZeroNextDue": "Datetime",
    "DayZeroOpenAlerts": "Int",
}


def why_not_ready(address: str, namespace: str, search_attributes: Mapping[str, str]) -> str | None:
    """None when the server is ready, else the reason. Missing search attributes are added on the way.

    Blocks; runs in a thread of its own, so that a caller's event loop is no obstacle.
    """
    answers: list[str | None] = []

    def ask() -> None:
        try:
            asyncio.run(_prepare(address, namespace, search_attributes))
        except (RPCError, RuntimeError) as error:
            answers.append(str(error))
        else:
            answers.append(None)

    thread = threading.Thread(target=ask, name="temporal-ready")
    thread.start()
    thread.join()
    return answers[0] if answers else "the question itself failed"


async def missing_search_attributes(client: Client, wanted: Mapping[str, str]) -> dict[str, str]:
    """Those of `wanted` (name to type) that the client's namespace does not have."""
    there = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return {name: kind for name, kind in wanted.items() if name not in there.custom_attributes}


async def add_search_attributes(client: Client, wanted: Mapping[str, str]) -> None:
    """Register `wanted` (name to type) in the client's namespace. Raises RPCError where that is refused."""
    kinds = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}") for name, kind in wanted.items()
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
    )


async def _prepare(address: str, namespace: str, search_attributes: Mapping[str, str]) -> None:
    client = await Client.connect(address, namespace=namespace)
    await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    # A database file made by an earlier version keeps the attributes it was made with.
    if missing := await missing_search_attributes(client, search_attributes):
        await add_search_attributes(client, missing)
