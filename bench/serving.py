"""One worker process that serves our timelines and the bare ones.

The rule that keeps it honest: one process with one set of settings for both sides of a ratio, as deployed
(`workflows.hosting`), apart from whoever sends the load, so that the load takes nothing from it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry
from temporalio.client import Client
from temporalio.worker import Worker

from activities.channels import Channels
from activities.desk import Desk
from activities.hearing import Hearing
from activities.logs import Binding
from activities.measuring import Measuring
from activities.metrics import Metrics
from activities.notify import Notifier
from activities.rulebook import Rulebook
from bench.floor import BareCommands, BareReport, BareStarts, BareTimers, Nothing
from bench.stores import PATIENCE_SECONDS, PROVENANCE
from settings import Settings
from store import Store, open_store
from workflows.codec import data_converter
from workflows.hosting import Hosting, desk_worker, notices_worker
from workflows.trust import runner

QUEUE = "bench"
FLOOR_QUEUE = "bench-floor"


async def serve(address: str, store_url: str, *, ours: bool) -> None:
    """Serve until the process is told to end; without `ours`, the bare workflows only."""
    settings = Settings.model_construct()
    client = await Client.connect(address, data_converter=data_converter({}))
    hosting = Hosting(QUEUE, cached=settings.max_cached_workflows, at_once=settings.max_concurrent_desk)
    async with AsyncExitStack() as serving:
        await serving.enter_async_context(_bare_worker(client, hosting))
        if ours:
            store = serving.enter_context(closing(open_store(store_url, patience_seconds=PATIENCE_SECONDS)))
            for worker in _our_workers(client, hosting, store):
                await serving.enter_async_context(worker)
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        await ended.wait()


def _our_workers(client: Client, hosting: Hosting, store: Store) -> Sequence[Worker]:
    rulebook, metrics = Rulebook(), Metrics(CollectorRegistry())
    desk = Desk(store, Hearing(rulebook, PROVENANCE))
    channels = Channels({}, file=Path("never-written"), clock=_now)
    notifier = Notifier(store, rulebook, channels, metrics, _now)
    measured = replace(hosting, interceptors=[Binding(), Measuring(metrics, store)])
    return (
        notices_worker(client, measured, [notifier.deliver]),
        desk_worker(client, measured, [desk.decide, desk.open]),
    )


def _bare_worker(client: Client, hosting: Hosting) -> Worker:
    """Set up as `workflows.hosting` sets up ours."""
    bare = Nothing()
    return Worker(
        client,
        task_queue=FLOOR_QUEUE,
        workflows=[BareCommands, BareTimers, BareStarts, BareReport],
        activities=[bare.nothing, bare.last_run],
        max_concurrent_activities=hosting.at_once,
        max_cached_workflows=hosting.cached,
        workflow_runner=runner(),
        disable_payload_error_limit=True,
    )


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.serving")
    parser.add_argument("address")
    parser.add_argument("store_url")
    parser.add_argument("--bare-only", action="store_true")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(serve(asked.address, asked.store_url, ours=not asked.bare_only))
