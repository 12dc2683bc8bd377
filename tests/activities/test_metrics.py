"""What is measured, of a real desk on a real Temporal server and of real stores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.desk import Desk
from activities.measuring import Measuring
from activities.metrics import Metrics, StoreGauges
from activities.orders import DECIDE, REACH_CLOCK, DeskOrder, DeskOutcome, clock_command_id
from store import open_store
from tests.activities.trial import DUE_SOON_AT, OVERDUE_AT, STUDY, WORKING, Clock, Trial, site


@workflow.defn(name="test.ask-the-desk")
class AskTheDesk:
    """Hands one order to the desk."""

    @workflow.run
    async def run(self, order: DeskOrder) -> DeskOutcome:
        outcome: DeskOutcome = await workflow.execute_activity(
            DECIDE, order, result_type=DeskOutcome, start_to_close_timeout=timedelta(seconds=10)
        )
        return outcome


async def _ask(address: str, desk: Desk, interceptors: list[Any], *orders: DeskOrder) -> list[DeskOutcome]:
    client = await Client.connect(address)
    with ThreadPoolExecutor(4) as threads:
        worker = Worker(
            client,
            task_queue="test-metrics",
            workflows=[AskTheDesk],
            activities=[desk.decide],
            activity_executor=threads,
            workflow_runner=UnsandboxedWorkflowRunner(),
            interceptors=interceptors,
        )
        async with worker:
            return [
                await client.execute_workflow(
                    AskTheDesk.run, order, id=f"ask/{number}/{order.command_id}", task_queue="test-metrics"
                )
                for number, order in enumerate(orders)
            ]


def _acknowledge(alert: str) -> DeskOrder:
    actor = {"id": "coordinator-1", "role": "coordinator", "method": "test"}
    command = {"kind": "acknowledge_alert", "actor": actor, "alert": alert}
    return DeskOrder(STUDY, "P-001", f"ack/{alert}", command, WORKING.isoformat())


@pytest.fixture
def lone(sqlite_url: str, clock: Clock) -> Trial:
    """A trial in an SQLite store with P-001 registered."""
    store = open_store(sqlite_url)
    store.migrate()
    trial = Trial(store, clock)
    trial.open(site())
    trial.register("P-001")
    return trial


async def test_the_desk_is_measured(
    temporal_address: str, lone: Trial, metrics: Metrics, registry: CollectorRegistry
) -> None:
    """Commands are timed by kind, refusals counted by code, alert lags observed; repetitions once."""
    late = (OVERDUE_AT + timedelta(seconds=3)).isoformat()
    passing = DeskOrder(STUDY, "P-001", clock_command_id(OVERDUE_AT.isoformat()), REACH_CLOCK, late)
    wrong = _acknowledge("P-001/D28/overdue")
    unreadable = DeskOrder(STUDY, "P-001", "c-9", {"kind": "x" * 1000}, late)
    outcomes = await _ask(
        temporal_address, Desk(lone.store, lone.hearing), [Measuring(metrics, lone.store)],
        passing, passing, wrong, wrong, unreadable,
    )  # fmt: skip
    assert [each.refused for each in outcomes] == [None, None, "unknown-alert", "unknown-alert", "malformed"]
    sample = registry.get_sample_value
    assert sample("dayzero_command_seconds_count", {"kind": "reach_clock"}) == 2
    assert sample("dayzero_command_seconds_count", {"kind": "acknowledge_alert"}) == 2
    assert sample("dayzero_command_seconds_count", {"kind": "unreadable"}) == 1
    assert sample("dayzero_refusals_total", {"code": "unknown-alert"}) == 1
    assert sample("dayzero_refusals_total", {"code": "malformed"}) == 1
    assert sample("dayzero_alert_lag_seconds_count") == 1
    assert sample("dayzero_alert_lag_seconds_sum") == 3


def test_gauges_are_read_from_the_store(trial: Trial, registry: CollectorRegistry) -> None:
    """Open alerts by rung and kind and the deadline's lag are what the store says at that moment."""
    registry.register(StoreGauges(trial.store, trial.clock))
    trial.register("P-001", "P-002", "P-003")
    sample = registry.get_sample_value
    trial.clock.now = DUE_SOON_AT - timedelta(seconds=1)
    assert sample("dayzero_deadline_lag_seconds") == 0
    trial.clock.now = DUE_SOON_AT + timedelta(seconds=90)
    assert sample("dayzero_deadline_lag_seconds") == 90
    for code in ("P-001", "P-002"):
        trial.reach(code, WORKING)
    trial.reach("P-003", DUE_SOON_AT)
    trial.clock.now = WORKING
    assert sample("dayzero_open_alerts", {"rung": "1", "kind": "overdue"}) == 2
    assert sample("dayzero_open_alerts", {"rung": "0", "kind": "due_soon"}) == 1
    assert sample("dayzero_store_up") == 1
    trial.ask("P-001", "end_participation", end="withdrawn", happened="2026-03-31", reason="wishes to stop")
    assert sample("dayzero_open_alerts", {"rung": "1", "kind": "overdue"}) == 1


@pytest.mark.fault
def test_metrics_say_when_the_store_is_away(
    tmp_path: Path, clock: Clock, registry: CollectorRegistry
) -> None:
    """With the store gone the page is still served, and says so."""
    folder = tmp_path / "disk"
    folder.mkdir()
    store = open_store(f"sqlite:///{folder / 's.sqlite3'}")
    store.migrate()
    registry.register(StoreGauges(store, clock))
    folder.rename(tmp_path / "gone")
    store.close()
    page = generate_latest(registry).decode()
    assert "dayzero_store_up 0.0" in page
    assert "dayzero_open_alerts{" not in page


def test_registering_reads_no_store(clock: Clock, registry: CollectorRegistry) -> None:
    """A worker whose store is not up yet can still register its metrics."""
    registry.register(StoreGauges(open_store("sqlite:////nowhere/at/all.sqlite3"), clock))


def test_registries_are_apart(registry: CollectorRegistry) -> None:
    """Two sets of metrics in one process do not meet: nothing is kept in modules."""
    other = CollectorRegistry()
    first, second = Metrics(registry), Metrics(other)
    first.notices.labels("log").inc()
    second.notices.labels("log").inc(2)
    assert registry.get_sample_value("dayzero_notices_total", {"channel": "log"}) == 1
    assert other.get_sample_value("dayzero_notices_total", {"channel": "log"}) == 2


def test_no_metric_names_a_participant(trial: Trial, metrics: Metrics, registry: CollectorRegistry) -> None:
    """Labels are kinds, codes, channels and rungs: no participant, alert or contact (INV-16)."""
    registry.register(StoreGauges(trial.store, trial.clock))
    trial.register("P-001")
    trial.reach("P-001", WORKING)
    page = generate_latest(registry).decode()
    assert "P-001" not in page
    assert "coordinator" not in page
