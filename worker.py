"""The worker: puts the parts together and serves until it is told to stop.

The rule that keeps it honest: nothing is decided here; every part is given what it needs, once, and only this
file and the console read the settings.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, start_http_server
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError

from activities.alarms import Alarms
from activities.anchoring import Anchoring, Places
from activities.channels import Channels
from activities.desk import Desk
from activities.digest import Digest
from activities.hearing import Hearing, Provenance
from activities.heartbeat import Heartbeat
from activities.logs import Binding, configure
from activities.measuring import Measuring
from activities.metrics import Metrics, StoreGauges
from activities.notify import Notifier
from activities.rounds import TemporalView, run_watchdog
from activities.rulebook import Rulebook
from activities.tracing import tracing_interceptors
from activities.watchdog import Watchdog
from activities.webhooks.follower import Follower
from activities.webhooks.posting import Letterbox
from activities.webhooks.signing import Seal
from activities.webhooks.targets import parsed_networks
from console.leaving import leave
from console.reach import Reach, pause
from console.temporal_ready import SEARCH_ATTRIBUTES, add_search_attributes, missing_search_attributes
from settings import LogFormat, Settings, SettingsInvalid, read_settings
from store import SchemaMismatch, Store, StoreError, open_store
from workflows.deployment import make_current, stand_in
from workflows.hosting import Hosting, desk_worker, notices_worker
from workflows.schedules import Morning, keep_schedules

DESK_PATIENCE_SECONDS = 4.0
"""How long the desk waits for a lock: less than one try of the activity lasts."""

LOOK_AGAIN_SECONDS = 30.0
SERVER_PATIENCE_SECONDS = 5.0

log = structlog.stdlib.get_logger(__name__)


async def run_worker(settings: Settings, stop: asyncio.Event, *, current: bool = False) -> None:
    """Serve until `stop` is set, then finish what was begun.

    The watchdog begins within seconds and needs no Temporal; the rest waits until a server answers.
    `current`: take over the work from whichever version has it; else only if its workers are gone.

    Raises:
        StoreError: the store is not there, or its schema is not this release's.
    """
    parts = _put_together(settings)
    reach = Reach(settings)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_watch(settings, parts, reach, stop))
            group.create_task(parts.follower.run(stop))
            group.create_task(_serve(settings, parts, reach, stop, current=current))
    finally:
        parts.store.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """`python worker.py [--current]`: 0 when it was told to stop, 1 when it could not begin."""
    parser = argparse.ArgumentParser(prog="worker.py", description="Serve participants' timelines.")
    parser.add_argument("--current", action="store_true", help="take over the work from other versions")
    asked = parser.parse_args(arguments)
    code = 0
    try:
        settings = read_settings()
        configure(
            as_json=settings.log_format is LogFormat.JSON, level=settings.log_level.value, stream=sys.stderr
        )
        asyncio.run(_until_signalled(settings, current=asked.current))
    except* (SettingsInvalid, StoreError, ValueError) as failed:
        print("\n".join(str(error) for error in failed.exceptions), file=sys.stderr)  # noqa: T201
        code = 1
    return code


async def _until_signalled(settings: Settings, *, current: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run_worker(settings, stop, current=current)


@dataclass(frozen=True)
class _Parts:
    """Everything that needs no Temporal."""

    store: Store
    rulebook: Rulebook
    desk: Desk
    notifier: Notifier
    digest: Digest
    watchdog: Watchdog
    measuring: Measuring
    follower: Follower
    anchoring: Anchoring | None


def _put_together(settings: Settings) -> _Parts:
    store = open_store(settings.store_url, patience_seconds=DESK_PATIENCE_SECONDS)
    if not store.schema().up_to_date:
        raise SchemaMismatch(f"the schema of {store.url} is not this release's: run `dayzero migrate`")
    registry = CollectorRegistry()
    metrics, rulebook = Metrics(registry), Rulebook()
    registry.register(StoreGauges(store, _now))
    if settings.metrics_port:
        start_http_server(settings.metrics_port, registry=registry)
    channels = Channels(settings.all_channels(), file=settings.home / "notices.jsonl", clock=_now)
    hearing = Hearing(rulebook, Provenance(settings.build_id, importlib.metadata.version("tzdata")))
    alarms = Alarms(store, rulebook, channels, metrics)
    notifier = Notifier(store, rulebook, channels, metrics, _now, console_url=settings.console_url)
    return _Parts(
        store=store,
        rulebook=rulebook,
        desk=Desk(store, hearing),
        notifier=notifier,
        digest=Digest(store, rulebook, channels, metrics, _now, console_url=settings.console_url),
        watchdog=Watchdog(store, rulebook, hearing, notifier, alarms, metrics),
        measuring=Measuring(metrics, store),
        follower=Follower(
            store,
            Letterbox(parsed_networks(settings.webhook_networks)),
            Seal(settings.encryption_keys()),
            metrics,
            _now,
            console_url=settings.console_url,
        ),
        anchoring=_anchoring(settings, store, channels),
    )


def _anchoring(settings: Settings, store: Store, channels: Channels) -> Anchoring | None:
    every = timedelta(seconds=settings.anchor_every)
    places = Places(settings.anchor_file, settings.anchoring_channels(), every)
    if settings.seal_key is None or not places.names:
        return None
    return Anchoring(store, channels, places, settings.seal_key)


async def _watch(settings: Settings, parts: _Parts, reach: Reach, stop: asyncio.Event) -> None:
    heartbeat = None
    if settings.heartbeat_url is not None:
        heartbeat = Heartbeat(settings.heartbeat_url, every_seconds=settings.heartbeat_every)
    # Else a worker that has just begun would report a server as down that it has not yet asked.
    await reach.answered(SERVER_PATIENCE_SECONDS)
    await run_watchdog(
        parts.watchdog,
        _now,
        stop,
        settings.watchdog_every,
        temporal=TemporalView(reach.open_workflows, reach.server_time, reach.rouse),
        heartbeat=heartbeat,
        anchoring=parts.anchoring,
    )


async def _serve(
    settings: Settings, parts: _Parts, reach: Reach, stop: asyncio.Event, *, current: bool
) -> None:
    if not await reach.connect(stop, _runtime(settings)):
        return
    client, hosting = reach.client, _hosting(settings, parts)
    if missing := await missing_search_attributes(client, SEARCH_ATTRIBUTES):
        await add_search_attributes(client, missing)
    desk: list[Callable[..., object]] = [parts.desk.decide, parts.desk.open, parts.watchdog.swept]
    notices: list[Callable[..., object]] = [parts.notifier.deliver, parts.digest.send]
    async with notices_worker(client, hosting, notices), desk_worker(client, hosting, desk):
        log.info("serving", task_queue=hosting.task_queue, build=settings.build_id)
        if current and hosting.version is not None:
            await make_current(client, hosting.version)
        await _keep_house(settings, parts, client, hosting, stop)
        log.info("finishing what was begun")


async def _keep_house(
    settings: Settings, parts: _Parts, client: Client, hosting: Hosting, stop: asyncio.Event
) -> None:
    """See now and then that somebody is current and that every site has its schedule."""
    kept: list[Morning] | None = None
    while not stop.is_set():
        try:
            if hosting.version is not None and await stand_in(client, hosting.task_queue, hosting.version):
                log.info("took over the work", build=settings.build_id)
            mornings = await asyncio.to_thread(_mornings, parts)
            if mornings != kept:
                every = timedelta(seconds=settings.watchdog_every)
                await keep_schedules(client, hosting.task_queue, mornings, every)
                kept = mornings
        except (RPCError, StoreError) as error:
            log.warning("housekeeping put off", trouble=str(error))
        await pause(stop, LOOK_AGAIN_SECONDS)


def _mornings(parts: _Parts) -> list[Morning]:
    with parts.store.reading() as reading:
        return [
            Morning(study, site.id, site.zone_name, site.digest_at)
            for study in reading.studies()
            for code in sorted({each.site for each in parts.rulebook.study(reading, study).sites})
            for site in [parts.rulebook.site_in_force(reading, study, code)]
        ]


def _hosting(settings: Settings, parts: _Parts) -> Hosting:
    traced = tracing_interceptors(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"), settings.build_id)
    return Hosting(
        task_queue=settings.task_queue,
        version=WorkerDeploymentVersion(settings.deployment_name, settings.build_id),
        cached=settings.max_cached_workflows,
        at_once=settings.max_concurrent_desk,
        interceptors=[Binding(), parts.measuring, *traced],
    )


def _runtime(settings: Settings) -> Runtime | None:
    """Temporal's own metrics, on the port after ours."""
    if not settings.metrics_port:
        return None
    address = f"0.0.0.0:{settings.metrics_port + 1}"
    return Runtime(telemetry=TelemetryConfig(metrics=PrometheusConfig(bind_address=address)))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    leave(main())
