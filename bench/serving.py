"""One worker process that serves our timelines and the bare ones, from one task queue.

The rule that keeps it honest: one worker with one set of settings for both sides of a ratio, in a process of
its own, as in production, so that whoever sends the load takes nothing from it.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry
from temporalio.client import Client
from temporalio.worker import Worker

from activities.channels import Channels
from activities.desk import Desk
from activities.hearing import Hearing
from activities.measuring import Measuring
from activities.metrics import Metrics
from activities.notify import Notifier
from activities.rulebook import Rulebook
from bench.floor import BareCommands, BareReport, BareTimers, Nothing
from bench.stores import PATIENCE_SECONDS, PROVENANCE
from settings import Settings
from store import Store, open_store
from workflows.codec import data_converter
from workflows.participant import Participant
from workflows.trust import runner

QUEUE = "bench"


async def serve(address: str, store_url: str) -> None:
    """Serve until the process is told to end."""
    settings = Settings.model_construct()
    store = open_store(store_url, patience_seconds=PATIENCE_SECONDS)
    client = await Client.connect(address, data_converter=data_converter({}))
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with _worker(client, store, settings):
        await ended.wait()
    store.close()


def _worker(client: Client, store: Store, settings: Settings) -> Worker:
    rulebook, metrics, bare = Rulebook(), Metrics(CollectorRegistry()), Nothing()
    desk = Desk(store, Hearing(rulebook, PROVENANCE))
    channels = Channels({}, file=Path("never-written"), clock=_now)
    notifier = Notifier(store, rulebook, channels, metrics, _now)
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[Participant, BareCommands, BareTimers, BareReport],
        activities=[desk.decide, desk.open, notifier.deliver, bare.nothing, bare.last_run],
        activity_executor=ThreadPoolExecutor(settings.max_concurrent_desk),
        max_concurrent_activities=settings.max_concurrent_desk,
        max_cached_workflows=settings.max_cached_workflows,
        interceptors=[Measuring(metrics, store)],
        workflow_runner=runner(),
        disable_payload_error_limit=True,
    )


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
