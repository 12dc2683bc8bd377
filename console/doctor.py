"""Looking at everything a deployment stands on.

The rule that keeps it honest: each part is looked at whether or not the one before was found well, and what
could not be looked at is said too.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import platform
import zoneinfo
from collections.abc import Iterator
from datetime import datetime, timedelta

from activities.channels import FILE, LOG
from console.anchors_health import examine_anchors
from console.health import Finding, bad, ok, warn
from console.running import announced_run
from console.server_health import examine_server
from console.store_health import examine_store
from console.temporal_binary import TemporalBinaryMissing, find_temporal_binary
from settings import Settings, SettingsInvalid
from store import Store, StoreError


async def examine(settings: Settings, store: Store | None, now: datetime) -> list[Finding]:
    """Every finding, in the order of what stands on what. `store` None: there is none at its place."""
    findings = [*_machine(), *_place(settings)]
    channels = _channels(settings, findings)
    if store is None:
        findings.append(
            bad("store", "there is none here yet: run `dayzero migrate` or `up`", unreachable=True)
        )
    else:
        findings += examine_store(store, now, channels)
        findings += examine_anchors(settings, store, now)
    findings += [each async for each in examine_server(settings, _open_participants(store), now)]
    return findings


async def examine_around(settings: Settings, store: Store, now: datetime, within: timedelta) -> list[Finding]:
    """Every finding but the store's own; a server that does not answer `within` that time is said not to."""
    findings = [*_machine(), *_place(settings)]
    _channels(settings, findings)
    findings += examine_anchors(settings, store, now)
    try:
        async with asyncio.timeout(within.total_seconds()):
            async for each in examine_server(settings, _open_participants(store), now):
                findings.append(each)
    except TimeoutError:
        says = f"does not answer within {within.total_seconds():g} s"
        findings.append(bad("Temporal", says, unreachable=True))
    return findings


def channels_of(settings: Settings) -> set[str]:
    """The names this deployment can send on; those that are always there, where the settings are wrong."""
    return _channels(settings, [])


def _machine() -> Iterator[Finding]:
    yield ok("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    package = importlib.metadata.version("tzdata")
    if zoneinfo.TZPATH:
        yield warn(
            "zone table",
            f"the machine's own ({zoneinfo.TZPATH[0]}), not the pinned tzdata {package}: "
            "set PYTHONTZPATH to nothing, as .venv/bin/dayzero does",
        )
    else:
        yield ok("zone table", f"tzdata {package}")


def _place(settings: Settings) -> Iterator[Finding]:
    run = announced_run(settings.home)
    if settings.temporal_address is not None:
        yield ok("server named by", f"DAYZERO_TEMPORAL_ADDRESS: {settings.temporal_address}")
    elif run is not None:
        yield ok("server named by", f"`dayzero up`, process {run.pid}: {run.temporal_address}")
    else:
        yield warn("server named by", f"nobody: no `dayzero up` runs from {settings.home}")
    yield _binary(settings)
    if settings.payload_keys is None:
        yield warn("payload keys", "none: Temporal keeps commands readable (DAYZERO_PAYLOAD_KEYS)")
    else:
        yield ok("payload keys", f"{len(settings.encryption_keys())}, the first encrypts")


def _binary(settings: Settings) -> Finding:
    if settings.temporal_address is not None:
        return ok("Temporal program", "not needed: the server is named")
    try:
        found = find_temporal_binary(settings.temporal_bin, may_download=False)
    except TemporalBinaryMissing as missing:
        return warn("Temporal program", str(missing))
    return ok("Temporal program", f"{found.version} {found.source}: {found.path}")


def _channels(settings: Settings, findings: list[Finding]) -> set[str]:
    try:
        return {LOG, FILE, *settings.all_channels()}
    except SettingsInvalid as error:
        findings.append(bad("channels", str(error)))
        return {LOG, FILE}


def _open_participants(store: Store | None) -> int | None:
    if store is None:
        return None
    try:
        with store.reading() as reading:
            return sum(1 for row in reading.participants() if row.next_due is not None)
    except StoreError:
        return None
