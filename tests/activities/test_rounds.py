"""The watchdog's rounds inside a process: with Temporal up, down, and contradicting the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from temporalio.service import RPCError, RPCStatusCode

from activities import rounds
from activities.drift import workflow_id
from activities.heartbeat import Heartbeat
from activities.rounds import TemporalView, run_watchdog
from activities.watchdog import Pace, Watchdog
from store import open_store
from tests.activities.conftest import MakeChannels, MakeWatchdog
from tests.activities.receivers import Webhook
from tests.activities.trial import DUE_SOON_AT, OVERDUE_AT, STUDY, Clock, Trial, site


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what a round does in the store is proven on both elsewhere."""
    return sqlite_url


@pytest.fixture
def dog(watchdog: MakeWatchdog, channels: MakeChannels) -> Watchdog:
    """A watchdog that leaves a tenth of a second to others."""
    return watchdog(channels(), pace=Pace(grace=timedelta(seconds=0.1)))


@dataclass
class Temporal:
    """What a Temporal server would say. `down`: every call fails; `off`: how far its clock is from ours."""

    clock: Callable[[], datetime]
    down: bool = False
    off: timedelta | None = timedelta(0)
    running: list[str] = field(default_factory=list)
    roused: list[str] = field(default_factory=list)

    @property
    def view(self) -> TemporalView:
        return TemporalView(self._open_workflows, self._server_time, self._rouse)

    async def _open_workflows(self) -> list[str]:
        self._fail()
        return self.running

    async def _server_time(self) -> datetime | None:
        self._fail()
        return self.clock() - self.off if self.off is not None else None

    async def _rouse(self, _study: str, participant: str) -> None:
        self._fail()
        self.roused.append(participant)

    def _fail(self) -> None:
        if self.down:
            raise RPCError("connection refused", RPCStatusCode.UNAVAILABLE, b"")


def _going(start: datetime) -> Callable[[], datetime]:
    """A clock that starts there and goes."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


@asynccontextmanager
async def _watching(
    dog: Watchdog,
    clock: Callable[[], datetime],
    every: float,
    temporal: Temporal | None = None,
    heartbeat: Heartbeat | None = None,
) -> AsyncIterator[None]:
    stop = asyncio.Event()
    view = temporal.view if temporal is not None else None
    task = asyncio.create_task(run_watchdog(dog, clock, stop, every, temporal=view, heartbeat=heartbeat))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def _until(what: Callable[[], bool], seconds: float = 5) -> float:
    """How long it took; fails after `seconds`."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "it did not come to that"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def test_a_deadline_is_kept_without_temporal(manned: Trial, dog: Watchdog) -> None:
    """No Temporal at all: the alert is in the store right after its deadline (INV-8)."""
    async with _watching(dog, _going(DUE_SOON_AT - timedelta(seconds=1)), every=60):
        took = await _until(lambda: bool(manned.alerts()))
    [alert] = manned.alerts()
    assert 1 < took < 2.5
    assert timedelta(seconds=0.1) <= alert.raised_at - alert.due < timedelta(seconds=1.5)


async def test_workflows_are_told_of_what_moved(manned: Trial, dog: Watchdog) -> None:
    """Who was decided by the sweep has their workflow told, so that it waits for the right deadline."""
    manned.register("P-002", on="2026-03-20")
    clock = _going(DUE_SOON_AT + timedelta(seconds=1))
    temporal = Temporal(clock, running=[workflow_id(STUDY, code) for code in ("P-001", "P-002")])
    async with _watching(dog, clock, every=0.5, temporal=temporal):
        await _until(lambda: bool(temporal.roused))
        await asyncio.sleep(1)
    assert temporal.roused == ["P-001"]


async def test_a_missing_workflow_is_started(manned: Trial, dog: Watchdog) -> None:
    """A participant without a running workflow is roused, which starts it."""
    clock = _going(DUE_SOON_AT - timedelta(days=1))
    temporal = Temporal(clock)
    async with _watching(dog, clock, every=0.3, temporal=temporal):
        await _until(lambda: temporal.roused == ["P-001"])
        temporal.running.append(workflow_id(STUDY, "P-001"))
        await asyncio.sleep(0.7)
    assert len(temporal.roused) <= 2


async def test_temporal_going_down_stops_nothing(
    manned: Trial, dog: Watchdog, registry: CollectorRegistry
) -> None:
    """Temporal fails after the start: deadlines are kept all the same, and the drift is told."""
    clock = _going(DUE_SOON_AT - timedelta(seconds=1))
    temporal = Temporal(clock, running=[workflow_id(STUDY, "P-001")])
    async with _watching(dog, clock, every=0.3, temporal=temporal):
        await asyncio.sleep(0.5)
        temporal.down = True
        await _until(lambda: bool(manned.alerts()))
        await _until(lambda: _drift(registry, "temporal") == 1)


async def test_temporal_down_from_the_start_is_not_waited_for_long(
    manned: Trial, dog: Watchdog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no word of the server's clock, ours counts after a few looks."""
    monkeypatch.setattr(rounds, "LOOKS_AT_SERVER", 1)
    clock = _going(OVERDUE_AT + timedelta(hours=1))
    async with _watching(dog, clock, every=60, temporal=Temporal(clock, down=True)):
        await _until(lambda: bool(manned.alerts()))


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-1), timedelta(hours=1)])
async def test_a_wrong_clock_decides_nothing(
    manned: Trial, dog: Watchdog, registry: CollectorRegistry, hook: Webhook, off: timedelta
) -> None:
    """This machine's clock is off: nothing is decided by it, it is told, and the heartbeat is silent."""
    clock = _going(OVERDUE_AT + timedelta(hours=3))
    temporal = Temporal(clock, off=off, running=[workflow_id(STUDY, "P-001")])
    async with _watching(dog, clock, 0.3, temporal, _heart(hook)):
        await _until(lambda: _drift(registry, "clock") == 1)
        await asyncio.sleep(0.5)
    assert manned.alerts() == []
    assert hook.got == []


async def test_a_server_that_has_not_seen_us_yet_is_waited_for(manned: Trial, dog: Watchdog) -> None:
    """Just started: nothing is decided until the server's clock is known, then at once."""
    clock = _going(OVERDUE_AT + timedelta(hours=1))
    temporal = Temporal(clock, off=None)
    async with _watching(dog, clock, every=60, temporal=temporal):
        await asyncio.sleep(0.5)
        assert manned.alerts() == []
        temporal.off = timedelta(seconds=30)
        await _until(lambda: bool(manned.alerts()))


async def test_the_heart_beats_while_all_is_well(manned: Trial, dog: Watchdog, hook: Webhook) -> None:
    """A healthy round beats."""
    clock = _going(DUE_SOON_AT - timedelta(days=1))
    async with _watching(dog, clock, 0.2, heartbeat=_heart(hook)):
        await _until(lambda: len(hook.got) >= 2)


async def test_drift_silences_the_heart(manned: Trial, dog: Watchdog, hook: Webhook) -> None:
    """A round that finds something wrong does not beat, until it is right again."""
    manned.reach("P-001", DUE_SOON_AT + timedelta(hours=10))  # its notice is owed on a channel nobody has
    late = DUE_SOON_AT + timedelta(hours=10)
    dog.deliver_neglected(late, 10)
    clock = _going(late)
    async with _watching(dog, clock, 0.2, heartbeat=_heart(hook)):
        await asyncio.sleep(0.8)
        assert hook.got == []
        manned.clock.now = clock()
        manned.ask("P-001", "acknowledge_alert", alert="P-001/enrolment/due_soon")
        await _until(lambda: bool(hook.got))


@pytest.mark.fault
async def test_a_store_that_is_away_is_told_and_waited_for(
    tmp_path: Path, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook, registry: CollectorRegistry
) -> None:
    """The store goes away: told, a silent heart, no end of the rounds. It comes back: kept, and beating."""
    here, away = tmp_path / "disk", tmp_path / "elsewhere"
    here.mkdir()
    store = open_store(f"sqlite:///{here / 'dayzero.sqlite3'}", patience_seconds=0.2)
    store.migrate()
    clock = _going(DUE_SOON_AT - timedelta(seconds=2))
    trial = Trial(store, Clock(clock()))
    trial.open(site())
    trial.register("P-001")
    dog = watchdog(channels(), store, Pace(grace=timedelta(seconds=0.1)))
    async with _watching(dog, clock, 0.3, heartbeat=_heart(hook)):
        await _until(lambda: bool(hook.got))
        here.rename(away)
        store.close()
        await _until(lambda: _drift(registry, "store") == 1)
        heard = len(hook.got)
        await asyncio.sleep(2)
        assert len(hook.got) <= heard + 1
        away.rename(here)
        await _until(lambda: _drift(registry, "store") == 0)
        await _until(lambda: bool(trial.alerts()))
        await _until(lambda: len(hook.got) > heard + 1)
    store.close()


async def test_a_fault_in_a_sweep_is_told_and_the_rounds_go_on(
    manned: Trial, dog: Watchdog, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep that breaks down is drift; the next one is made all the same."""
    sweep, faults = dog.sweep, iter([RuntimeError("broken"), RuntimeError("broken again")])

    def breaking(now: datetime, limit: int | None = None) -> object:
        for fault in faults:
            raise fault
        return sweep(now, limit)

    monkeypatch.setattr(dog, "sweep", breaking)
    async with _watching(dog, _going(DUE_SOON_AT + timedelta(seconds=1)), 0.4):
        await _until(lambda: _drift(registry, "round") == 1)
        await _until(lambda: bool(manned.alerts()))
        await _until(lambda: _drift(registry, "round") == 0)


async def test_stopping_is_prompt(manned: Trial, dog: Watchdog) -> None:
    """Told to stop in the middle of a long pause, it stops at once."""
    async with _watching(dog, _going(DUE_SOON_AT - timedelta(days=1)), every=3600):
        await asyncio.sleep(0.3)
        began = time.monotonic()
    assert time.monotonic() - began < 1


def _heart(hook: Webhook) -> Heartbeat:
    return Heartbeat(SecretStr(f"http://{hook.host}/ping"), every_seconds=0, timeout_seconds=2)


def _drift(registry: CollectorRegistry, what: str) -> float | None:
    return registry.get_sample_value("dayzero_watchdog_drift", {"what": what})
