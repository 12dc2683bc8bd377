"""The Temporal server's clock, as a second opinion on this machine's.

The rule that keeps it honest: it can only be known to about a minute, which is enough to tell a clock that is
off by an hour or a day from one that is right.
"""

from __future__ import annotations

from datetime import UTC, datetime

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client


async def server_time(client: Client, task_queue: str) -> datetime | None:
    """When the server last saw a worker of this queue ask for work (UTC): at most about a minute ago.

    None while no worker has asked yet.

    Raises:
        temporalio.service.RPCError: the server is not there.
    """
    seen: list[datetime] = []
    for kind in (TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW):
        answer = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=client.namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=kind
            )
        )
        seen += [poller.last_access_time.ToDatetime(UTC) for poller in answer.pollers]
    return max(seen, default=None)
