"""`dayzero up`: everything on one machine, from an empty folder to a running trial.

The rule that keeps it honest: it only starts parts and shows what they do; each part is the production one,
and stopping and starting again finds everything as it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import signal
import socket
import webbrowser
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from activities.hearing import Provenance
from console.demo.script import read_script
from console.demo.seed import seed
from console.embedded import EmbeddedTemporal, find_temporal_binary, free_port
from console.gateway import Gateway, connect
from console.narrator import Narrator, newest_zone
from console.read_models import bring_up, told_rebuilt
from console.running import announced, this_run
from console.web.running import web_console
from console.welcome import command_path, welcome
from console.worker_process import WorkerProcess
from domain.decide import Subject
from domain.recorded import STUDY_SUBJECT
from protocols.reading import read_protocol
from settings import ROOT, Settings
from sites.reading import read_site
from store import Store, open_store

COHORT = Path(__file__).parent / "demo" / "cohort.yaml"
LOOK_EVERY_S = 0.5
TEMPORAL_PORT, UI_PORT = 7233, 8233
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What `up` was asked for.

    `ui`: serve Temporal's own pages too. `browse`: open the console in a browser.
    """

    demo: bool = False
    ui: bool = True
    browse: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """Where Temporal is. `embedded` None: it was given by address and is nobody's to stop."""

    address: str
    ui: str | None
    embedded: EmbeddedTemporal | None


async def run_up(settings: Settings, options: Options, say: Say, stop: asyncio.Event) -> None:
    """Start store, server, worker and (with `demo`) the cohort; tell what happens until `stop` is set.

    Raises:
        EmbeddedTemporalError, StoreError: a part could not be started; nothing is left running.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store_url)
    try:
        made = await asyncio.to_thread(bring_up, store)
        if made is not None:
            say(told_rebuilt(made))
        async with _server(settings, options, say) as server:
            run = this_run(server.address, settings.temporal_namespace, server.ui, store.url)
            with announced(settings.home, run):
                await _with_worker(settings, options, say, stop, store, server)
    finally:
        store.close()


@asynccontextmanager
async def _server(settings: Settings, options: Options, say: Say) -> AsyncGenerator[Server]:
    if settings.temporal_address is not None:
        yield Server(settings.temporal_address, None, None)
        return
    found = find_temporal_binary(settings.temporal_bin)
    say(f"starting Temporal, {found.source}: {found.version}")
    embedded = EmbeddedTemporal.start(
        binary=found.path,
        db_file=settings.home / "temporal.sqlite3",
        port=preferred_port(TEMPORAL_PORT),
        ui_port=preferred_port(UI_PORT) if options.ui else None,
        log_file=settings.home / "temporal.log",
        namespace=settings.temporal_namespace,
    )
    try:
        await asyncio.to_thread(embedded.wait_ready)
        yield Server(embedded.address, embedded.ui_address, embedded)
    finally:
        await asyncio.to_thread(embedded.stop)


async def _with_worker(
    settings: Settings, options: Options, say: Say, stop: asyncio.Event, store: Store, server: Server
) -> None:
    environment = {
        "DAYZERO_HOME": str(settings.home),
        "DAYZERO_TEMPORAL_ADDRESS": server.address,
        "DAYZERO_DATABASE_URL": settings.store_url,
    }
    worker = WorkerProcess(environment, settings.home / "worker.log")
    worker.ensure()
    try:
        zone = await asyncio.to_thread(_prepare, settings, options, say, store)
        client = await connect(settings, address=server.address)
        with store.reading() as reading:
            studies = [Subject(row.study, STUDY_SUBJECT) for row in reading.study_rows()]
            rows = {*studies, *(Subject(*each) for each in reading.subjects())}
        gateway = Gateway(client, settings.task_queue)
        await gateway.rehydrate(rows)
        narrator = Narrator(store, f"{command_path()} ack")
        await asyncio.to_thread(narrator.skip_to_end)
        async with web_console(settings, store, gateway.send, gateway.wake, demo=options.demo) as console:
            for line in welcome(settings, console, server.ui, store, zone, demo=options.demo):
                say(line)
            if options.browse:
                await asyncio.to_thread(webbrowser.open, console)
            await _watch(say, stop, server, worker, narrator)
            say("stopping: what was begun is finished first")
    finally:
        await asyncio.to_thread(worker.stop)


async def _watch(
    say: Say, stop: asyncio.Event, server: Server, worker: WorkerProcess, narrator: Narrator
) -> None:
    while not stop.is_set():
        if server.embedded is not None and not server.embedded.alive:
            say("the Temporal server ended by itself: starting it again on the same file")
            await asyncio.to_thread(server.embedded.restart)
            await asyncio.to_thread(server.embedded.wait_ready)
        ended = worker.ensure()
        if ended is not None:
            say(f"the worker ended by itself (exit code {ended}): started again, see its log")
        for line in await asyncio.to_thread(lambda: list(narrator.news())):
            say(line)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)


def _prepare(settings: Settings, options: Options, say: Say, store: Store) -> ZoneInfo:
    if not options.demo:
        return newest_zone(store)
    script = read_script(COHORT)
    protocol, site = read_protocol(ROOT / script.protocol), read_site(ROOT / script.site)
    seeded = seed(store, script, protocol, site, datetime.now(UTC), provenance_of(settings))
    if seeded is None:
        say(f"the demo is there already, as it was; to begin anew, stop and remove {settings.home}")
    else:
        say(f"{seeded.participants} simulated participants, {seeded.events} events written")
    return site.zone


def provenance_of(settings: Settings) -> Provenance:
    """What this process stamps on what it records."""
    return Provenance(software=settings.build_id, zone_table=importlib.metadata.version("tzdata"))


def preferred_port(port: int) -> int:
    """The well-known port if nobody has it, else a free one."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return free_port()
    return port


def stop_on_signals(stop: asyncio.Event) -> None:
    """Let Ctrl-C and SIGTERM set `stop`."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
