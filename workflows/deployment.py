"""Which version of the workers Temporal gives work to.

The rule that keeps it honest: a version whose workers are gone must not stay the current one, because then
every timeline stands still without any sign of it; an operator's choice between living versions is kept.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode

DESERTED_AFTER = timedelta(minutes=2)
"""A worker asks for work at least once a minute; one that has not for longer is gone."""

_KNOWN_WITHIN = timedelta(seconds=30)
_NOT_YET = {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.RESOURCE_EXHAUSTED}


async def current_build(client: Client, deployment: str) -> str | None:
    """The build id that gets the work of a deployment; None while nobody has said.

    Raises:
        RPCError: the server is not there.
    """
    try:
        answer = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=deployment)
        )
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
    return answer.worker_deployment_info.routing_config.current_deployment_version.build_id or None


async def stand_in(
    client: Client, task_queue: str, version: WorkerDeploymentVersion, *, after: timedelta = DESERTED_AFTER
) -> bool:
    """Make `version` the current one if none is, or if the workers of the one that is are gone.

    Raises:
        RPCError: the server is not there, or does not let this worker decide.
    """
    current = await current_build(client, version.deployment_name)
    if current == version.build_id:
        return False
    if current is not None and await _is_served(client, task_queue, version.deployment_name, current, after):
        return False
    await make_current(client, version)
    return True


async def make_current(client: Client, version: WorkerDeploymentVersion) -> None:
    """Give all work to `version` from now on. Its workers must have asked for work within half a minute.

    Raises:
        RPCError: the server is not there, does not know the version, or does not let this worker decide.
    """
    until = asyncio.get_running_loop().time() + _KNOWN_WITHIN.total_seconds()
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=client.namespace,
                    deployment_name=version.deployment_name,
                    build_id=version.build_id,
                    identity=client.identity,
                    ignore_missing_task_queues=True,
                )
            )
        except RPCError as error:
            if error.status not in _NOT_YET or asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.1)
        else:
            return


async def _is_served(client: Client, task_queue: str, deployment: str, build: str, within: timedelta) -> bool:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    asked = [
        poller.last_access_time.ToDatetime(UTC)
        for poller in answer.pollers
        if poller.deployment_options.deployment_name == deployment
        and poller.deployment_options.build_id == build
    ]
    return any(at > datetime.now(UTC) - within for at in asked)
