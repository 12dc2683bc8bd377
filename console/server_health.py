"""How Temporal is: reachable, with our namespace and search attributes, a worker at work, clocks together.

The rule that keeps it honest: it only asks; nothing is registered, started or mended.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from console.connecting import NoServer, connect
from console.health import Finding, bad, ok, warn
from console.temporal_ready import SEARCH_ATTRIBUTES, missing_search_attributes
from settings import Settings
from workflows.names import PARTICIPANT, notices_queue

# A worker's question waits at the server for at most about a minute, and its answer is the freshest sign.
_POLL_LASTS = timedelta(seconds=75)
_CLOCK_TOLERANCE = timedelta(seconds=5)


async def examine_server(
    settings: Settings, open_participants: int | None, now: datetime
) -> AsyncIterator[Finding]:
    """Everything about the server; `open_participants`: how many timelines ought to run, if that is known."""
    try:
        client = await connect(settings)
        info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
        yield ok("Temporal", f"server {info.server_version} at {client.service_client.config.target_host}")
        yield await _namespace(client)
        yield await _search_attributes(client)
        async for finding in _workers(client, settings.task_queue, now):
            yield finding
        yield await _timelines(client, open_participants)
    except (NoServer, RPCError) as error:
        yield bad("Temporal", str(error), unreachable=True)


async def _namespace(client: Client) -> Finding:
    answer = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    days = answer.config.workflow_execution_retention_ttl.ToTimedelta().days
    return ok("namespace", f"{client.namespace}, closed workflows kept {days} days")


async def _search_attributes(client: Client) -> Finding:
    missing = await missing_search_attributes(client, SEARCH_ATTRIBUTES)
    if missing:
        return bad("search attributes", f"missing in {client.namespace}: {', '.join(sorted(missing))}")
    return ok("search attributes", f"all {len(SEARCH_ATTRIBUTES)} are there")


async def _workers(client: Client, queue: str, now: datetime) -> AsyncIterator[Finding]:
    seen: list[datetime] = []
    for name, its_queue, kind in (
        ("timelines", queue, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
        ("desk", queue, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
        ("notices", notices_queue(queue), TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    ):
        pollers = await _pollers(client, its_queue, kind)
        if pollers:
            who = ", ".join(sorted(_who(pollers, now)))
            yield ok(f"worker ({name})", f"{len(pollers)} polling {its_queue!r}: {who}")
            seen += [each.last_access_time.ToDatetime(UTC) for each in pollers]
        else:
            yield bad(f"worker ({name})", f"nobody polls {its_queue!r}: start `dayzero worker`")
    if seen:
        yield compared_clocks(max(seen), now)


def _who(pollers: list[PollerInfo], now: datetime) -> set[str]:
    """Each poller by name, with its build where it tells one, and when it last asked."""
    newest = {
        each.identity: each for each in sorted(pollers, key=lambda each: each.last_access_time.ToDatetime())
    }
    return {
        f"{name}{_build(each)}, asked {_shown(now - each.last_access_time.ToDatetime(UTC))} ago"
        for name, each in newest.items()
    }


def _build(poller: PollerInfo) -> str:
    build = poller.deployment_options.build_id or poller.worker_version_capabilities.build_id
    return f" (build {build})" if build else ""


async def _pollers(client: Client, queue: str, kind: TaskQueueType.ValueType) -> list[PollerInfo]:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
        )
    )
    return list(answer.pollers)


def compared_clocks(last_poll: datetime, now: datetime) -> Finding:
    """This machine's clock and the server's, which stamped a worker's newest question with `last_poll`."""
    # The server's own clock is only seen where it stamps something: here, the newest question of a worker.
    behind = last_poll - now
    if behind > _CLOCK_TOLERANCE:
        return bad("clock and server", f"this machine's clock is behind the server's by {_shown(behind)}")
    if -behind > _POLL_LASTS + _CLOCK_TOLERANCE:
        return warn(
            "clock and server",
            f"the server last heard a worker {_shown(-behind)} ago by this machine's clock: "
            "its clock is ahead, or the workers hang",
        )
    return ok("clock and server", f"together, as far as can be seen (a worker asked {_shown(-behind)} ago)")


async def _timelines(client: Client, expected: int | None) -> Finding:
    query = f"WorkflowType = '{PARTICIPANT}' AND ExecutionStatus = 'Running'"
    running = (await client.count_workflows(query)).count
    if expected is not None and running < expected:
        return warn(
            "timelines",
            f"{running} run, the store has {expected} with a deadline ahead: run `dayzero rehydrate`",
        )
    return ok("timelines", f"{running} run")


def _shown(span: timedelta) -> str:
    return f"{max(0, round(span.total_seconds()))} s"
