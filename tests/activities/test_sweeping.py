"""The second clock: deciding due deadlines without Temporal, on both stores."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from typing_extensions import override

from activities.hearing import Hearing
from activities.metrics import Metrics
from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, Due, Moved, clock_command_id
from activities.sweeping import Sweeper
from store import Writing, open_store
from tests.activities.trial import DUE_SOON_AT, OVERDUE_AT, STUDY, Clock, Trial, site

GRACE = timedelta(seconds=5)
CODES = [f"P-{number:03}" for number in range(1, 8)]


@pytest.fixture
def sweeper(trial: Trial, metrics: Metrics) -> Sweeper:
    """Takes three participants at a time, so that seven are more than one transaction."""
    return Sweeper(trial.store, trial.hearing, metrics, grace=GRACE, batch=3)


def test_every_due_deadline_is_decided(trial: Trial, sweeper: Sweeper) -> None:
    """All participants due at one instant are decided, in several transactions, and named (INV-8)."""
    trial.register(*CODES)
    swept = sweeper.sweep(OVERDUE_AT + GRACE, 100)
    assert sorted(swept.moved, key=lambda each: each.participant) == [Moved(STUDY, code) for code in CODES]
    assert swept.left == 0
    overdue = [each for each in trial.alerts() if each.kind == "overdue"]
    assert [each.participant for each in overdue] == CODES
    assert {(each.due, each.raised_at) for each in overdue} == {(OVERDUE_AT, OVERDUE_AT + GRACE)}


def test_nothing_is_decided_early(trial: Trial, sweeper: Sweeper) -> None:
    """A deadline within its grace is left to the workflow's timer, one ahead is left alone (INV-9)."""
    trial.register(*CODES)
    assert sweeper.sweep(DUE_SOON_AT - timedelta(seconds=1), 100).moved == []
    assert sweeper.sweep(DUE_SOON_AT + GRACE - timedelta(microseconds=1), 100).moved == []
    assert trial.alerts() == []


def test_who_comes_first_decides(trial: Trial, sweeper: Sweeper) -> None:
    """After the sweep the timer finds its command decided, and the other way round (INV-2)."""
    trial.register("P-001", "P-002")
    sent_by_timer = DeskOrder(
        STUDY, "P-001", clock_command_id(DUE_SOON_AT.isoformat()), REACH_CLOCK, DUE_SOON_AT.isoformat()
    )
    with trial.store.writing() as tx:
        assert not trial.hearing.hear(tx, sent_by_timer).repeated
    assert sweeper.sweep(DUE_SOON_AT + GRACE, 100).moved == [Moved(STUDY, "P-002")]
    sent_by_timer = DeskOrder(
        STUDY, "P-002", clock_command_id(DUE_SOON_AT.isoformat()), REACH_CLOCK, DUE_SOON_AT.isoformat()
    )
    with trial.store.writing() as tx:
        assert trial.hearing.hear(tx, sent_by_timer).repeated
    for code in ("P-001", "P-002"):
        assert trial.event_types(code).count("alert.raised") == 1


def test_a_limit_takes_the_earliest_first(trial: Trial, sweeper: Sweeper) -> None:
    """More than the limit at once: the earliest are decided now, the others by the next sweep."""
    trial.register("P-002", on="2026-03-02")
    trial.register("P-001", on="2026-03-04")
    late = OVERDUE_AT + timedelta(days=3)
    assert sweeper.sweep(late, 1).moved == [Moved(STUDY, "P-002")]
    assert sweeper.sweep(late, 1).moved == [Moved(STUDY, "P-001")]


class Poisoned(Hearing):
    """The real hearing, except that it breaks down over some participants, after it has written for them."""

    ill: frozenset[str] = frozenset()

    @override
    def hear(self, tx: Writing, order: DeskOrder) -> DeskOutcome:
        outcome = super().hear(tx, order)
        if order.participant in self.ill:
            raise ZeroDivisionError("the rules cannot be applied")
        return outcome


def _poisoned(trial: Trial, metrics: Metrics, ill: set[str]) -> Sweeper:
    hearing = Poisoned(trial.rulebook, trial.hearing._provenance)
    hearing.ill = frozenset(ill)
    return Sweeper(trial.store, hearing, metrics, grace=GRACE, batch=3)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(ill=st.sets(st.sampled_from(CODES)))
def test_one_who_cannot_be_decided_stops_nobody_else(
    ill: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoever breaks down is left with nothing half-written; all others are decided (property, INV-8)."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('swept')}/s.sqlite3")
    store.migrate()
    trial = Trial(store, Clock(OVERDUE_AT))
    trial.open(site())
    trial.register(*CODES)
    swept = _poisoned(trial, Metrics(CollectorRegistry()), ill).sweep(OVERDUE_AT + GRACE, 100)
    assert {each.participant for each in swept.moved} == set(CODES) - ill
    assert swept.left == len(ill)
    for code in CODES:
        assert ("alert.raised" in trial.event_types(code)) is (code not in ill)
    store.close()


def test_those_left_do_not_crowd_out_the_rest(trial: Trial, metrics: Metrics) -> None:
    """With a limit of one and the earliest undecidable, the next sweep reaches the others all the same."""
    trial.register("P-001", on="2026-03-02")
    trial.register("P-002", on="2026-03-03")
    sweeper = _poisoned(trial, metrics, {"P-001"})
    late = OVERDUE_AT + timedelta(days=3)
    assert sweeper.sweep(late, 1).moved == []
    assert sweeper.sweep(late, 1).moved == [Moved(STUDY, "P-002")]


def test_two_sweeps_at_once_decide_once(trial: Trial, database_url: str) -> None:
    """Two watchdogs at once, with connections of their own: every deadline is decided once (INV-2)."""
    trial.register(*CODES)
    stores = [open_store(database_url, patience_seconds=20) for _ in range(2)]
    sweepers = [
        Sweeper(each, Trial(each, trial.clock).hearing, Metrics(CollectorRegistry()), grace=GRACE, batch=3)
        for each in stores
    ]
    moved: list[str] = []
    threads = [threading.Thread(target=_sweep_into, args=(each, moved)) for each in sweepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in stores:
        each.close()
    assert sorted(moved) == CODES
    for code in CODES:
        assert trial.event_types(code).count("alert.raised") == 1


def _sweep_into(sweeper: Sweeper, moved: list[str]) -> None:
    moved += [each.participant for each in sweeper.sweep(OVERDUE_AT + GRACE, 100).moved]


def test_lags_are_measured(trial: Trial, sweeper: Sweeper, registry: CollectorRegistry) -> None:
    """Each alert a sweep raises is observed with how late it was raised."""
    trial.register("P-001", "P-002")
    sweeper.sweep(OVERDUE_AT + timedelta(seconds=20), 100)
    assert registry.get_sample_value("dayzero_alert_lag_seconds_count") == 2
    assert registry.get_sample_value("dayzero_alert_lag_seconds_sum") == 40


def test_a_deadline_whose_command_is_used_up_is_decided(trial: Trial, sweeper: Sweeper) -> None:
    """A fast clock used up the command, and nothing followed: the sweep decides all the same."""
    trial.register("P-001")
    early = (DUE_SOON_AT - timedelta(hours=1)).isoformat()
    with trial.store.writing() as tx:
        fast = DeskOrder(STUDY, "P-001", clock_command_id(DUE_SOON_AT.isoformat()), REACH_CLOCK, early)
        assert trial.hearing.hear(tx, fast).events == []
    assert sweeper.sweep(DUE_SOON_AT + GRACE, 100).moved == [Moved(STUDY, "P-001")]
    assert trial.event_types("P-001").count("alert.raised") == 1


def test_a_participant_nobody_can_decide_is_not_asked_for_ever(trial: Trial, metrics: Metrics) -> None:
    """A deadline that stays after having been decided is left and said, within one sweep."""
    trial.register("P-001")
    hearing = Unmoved(trial.rulebook, trial.hearing._provenance)
    swept = Sweeper(trial.store, hearing, metrics, grace=GRACE).sweep(OVERDUE_AT + GRACE, 100)
    assert (swept.moved, swept.left) == ([], 1)


class Unmoved(Hearing):
    """The real hearing, except that the deadline it answers never changes."""

    @override
    def hear(self, tx: Writing, order: DeskOrder) -> DeskOutcome:
        outcome = super().hear(tx, order)
        return replace(outcome, due=Due(DUE_SOON_AT.isoformat(), "the same again"))
