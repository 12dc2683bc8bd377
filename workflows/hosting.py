"""How workers are set up: the same for every process and every test.

The rule that keeps it honest: the workers of one process serve two queues, so that notices to a channel that
hangs cannot keep a command waiting; what differs between deployments is passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Interceptor, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from workflows.morning import Digest, Watchdog
from workflows.names import notices_queue
from workflows.participant import Participant
from workflows.study import Study
from workflows.trust import runner

WORKFLOWS: tuple[type[Any], ...] = (Participant, Study, Digest, Watchdog)

_FINISHES_WITHIN = timedelta(seconds=15)


@dataclass(frozen=True)
class Hosting:
    """What a process serves and how much of it at once. `version` None: not versioned."""

    task_queue: str
    version: WorkerDeploymentVersion | None = None
    cached: int = 1000
    at_once: int = 16
    notices_at_once: int = 8
    interceptors: Sequence[Interceptor] = ()
    runner: SandboxedWorkflowRunner | None = None


def desk_worker(client: Client, hosting: Hosting, activities: Sequence[Callable[..., object]]) -> Worker:
    """The worker that runs the workflows and the desk."""
    return Worker(
        client,
        task_queue=hosting.task_queue,
        workflows=WORKFLOWS,
        activities=activities,
        activity_executor=ThreadPoolExecutor(hosting.at_once, thread_name_prefix="desk"),
        max_concurrent_activities=hosting.at_once,
        max_concurrent_local_activities=hosting.at_once,
        workflow_runner=hosting.runner or runner(),
        max_cached_workflows=hosting.cached,
        graceful_shutdown_timeout=_FINISHES_WITHIN,
        interceptors=hosting.interceptors,
        deployment_config=_versioned(hosting),
        # A refused update goes back as it came. Checked here, one that is too long would fail the task for
        # 20 seconds on end; left to the server, it fails alone.
        disable_payload_error_limit=True,
    )


def notices_worker(client: Client, hosting: Hosting, activities: Sequence[Callable[..., object]]) -> Worker:
    """The worker that sends notices and digests."""
    return Worker(
        client,
        task_queue=notices_queue(hosting.task_queue),
        activities=activities,
        activity_executor=ThreadPoolExecutor(hosting.notices_at_once, thread_name_prefix="notices"),
        max_concurrent_activities=hosting.notices_at_once,
        graceful_shutdown_timeout=_FINISHES_WITHIN,
        interceptors=hosting.interceptors,
        deployment_config=_versioned(hosting),
    )


def _versioned(hosting: Hosting) -> WorkerDeploymentConfig | None:
    if hosting.version is None:
        return None
    # Pinned timelines would stand still, without a sign, once the last worker of their version is gone.
    return WorkerDeploymentConfig(
        version=hosting.version,
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )
