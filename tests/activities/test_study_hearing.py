"""The study's side of a decision in the desk's one transaction, on SQLite and PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from activities.metrics import Metrics
from activities.orders import DeskOrder
from activities.rulebook import Rulebook
from activities.sweeping import Sweeper
from console.folding import study_views_in, study_views_of_store, views_in, views_of_store
from domain.commands import command_body
from domain.recorded import STUDY_SUBJECT, study_stream
from domain.study import fold_study
from store.rebuild import rebuild
from store.verify import verify_snapshot
from tests.support.studied import LIFT, ask_study, hear_all, toxicity_body, until
from tests.support.trial import Trial, open_trial, register_body

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Noon on 2 March 2026 at the site."""
CONSENT = date(2026, 1, 5)
AUTHORISED = datetime(2026, 2, 16, 1, tzinfo=UTC)
"""09:00 on the day of the infusion that follows a consent on 2026-01-05."""


@pytest.fixture
def trial(database_url: str) -> Iterator[Trial]:
    """A study with no participants yet."""
    opened = open_trial(database_url)
    yield opened
    opened.store.close()


def sound(trial: Trial) -> None:
    """The record is whole and everything shown follows from it."""
    with trial.store.reading() as reading:
        rulebook = Rulebook()
        report = verify_snapshot(
            reading, views_in(reading, rulebook), study_views_of=study_views_in(reading, rulebook)
        )
    assert [str(each) for each in report.problems] == []


def test_fifty_at_once_for_nine_places_give_exactly_nine(trial: Trial) -> None:
    """INV-9: each of fifty threads is answered, nine with a place and forty-one with a refusal."""
    gate = threading.Barrier(50)

    def enrol(number: int) -> str | None:
        gate.wait()
        return trial.hear(f"P-{number:03}", register_body("2026-03-02"), NOON).refused

    with ThreadPoolExecutor(50) as pool:
        answers = Counter(pool.map(enrol, range(50)))
    assert answers == {None: 9, "no-slot": 41}
    with trial.store.reading() as reading:
        study = fold_study(each.event for each in reading.events(study_stream(trial.study)))
        assert len(study.slots) == len(reading.participants(trial.study)) == 9
    sound(trial)


def test_processes_that_enrol_at_once_oversell_nothing(trial: Trial, database_url: str) -> None:
    """INV-9: three processes with seven candidates each fill nine places between them."""
    command = [sys.executable, "-m", "tests.support.enrolling", database_url]
    running = [
        subprocess.Popen(
            [*command, prefix, "7", NOON.isoformat()], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for prefix in ("A", "B", "C")
    ]
    taken = [int(process.communicate(timeout=120)[0]) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum(taken) == 9
    sound(trial)


def test_of_two_authorisations_in_the_same_second_exactly_one_passes(trial: Trial) -> None:
    """INV-9: two threads sign for two participants at once; the stagger lets one of them through."""
    signs = {}
    for code in ("EX02-001", "EX02-002"):
        told = [*until(trial, code, CONSENT, "fit_for_infusion")]
        hear_all(trial, code, told[:-1])
        signs[code] = command_body(told[-1][1])
    gate = threading.Barrier(2)

    def sign(code: str) -> str | None:
        gate.wait()
        return trial.hear(code, signs[code], AUTHORISED).refused

    with ThreadPoolExecutor(2) as pool:
        answers = Counter(pool.map(sign, signs))
    assert answers == {None: 1, "stagger": 1}
    with trial.store.reading() as reading:
        study = fold_study(each.event for each in reading.events(study_stream(trial.study)))
    assert len(study.turns) == 1
    sound(trial)


def test_a_refusal_by_the_study_leaves_nothing_behind(trial: Trial) -> None:
    """INV-2: the participant's stream, the study's and every row are as before; the trail has the try."""
    trial.register("EX02-001", NOON)
    ask_study(trial, "place_hold", NOON, reason="an event elsewhere")
    with trial.store.reading() as reading:
        before = reading.position()
    refused = trial.register("EX02-002", NOON + timedelta(hours=1))
    assert refused.refused == "study-on-hold"
    assert not refused.known
    with trial.store.reading() as reading:
        assert reading.position() == before
        assert [each.code for each in reading.commands(refused_only=True)] == ["study-on-hold"]
    sound(trial)


def test_a_hold_is_told_in_the_transaction_that_places_it(trial: Trial) -> None:
    """Row, alert and owed notices are there with the event, and a lift resolves them."""
    placed = ask_study(trial, "place_hold", NOON, reason="an event elsewhere")
    assert placed.alerts == ["study/hold-1/on_hold"]
    with trial.store.reading() as reading:
        [row] = reading.study_rows()
        [alert] = reading.alerts(trial.study)
        owed = reading.notices(trial.study, STUDY_SUBJECT)
    assert (row.on_hold, row.open_alerts, row.next_due) == (True, 1, alert.next_at)
    assert alert.participant == STUDY_SUBJECT
    assert {each.notice for each in owed} == set(placed.notices)
    assert owed
    lifted = ask_study(
        trial, "lift_hold", NOON + timedelta(hours=1), hold="hold-1", reason="reviewed", meaning=LIFT
    )
    assert (lifted.refused, lifted.alerts) == (None, [])
    sound(trial)


def test_a_command_of_the_study_is_decided_once(trial: Trial) -> None:
    """INV-4: the same id and body give the first outcome; the same id for something else is refused."""
    first = ask_study(trial, "place_hold", NOON, command_id="one", reason="an event elsewhere")
    later = NOON + timedelta(hours=1)
    again = ask_study(trial, "place_hold", later, command_id="one", reason="an event elsewhere")
    assert (again.repeated, again.version, again.events) == (True, first.version, first.events)
    other = ask_study(trial, "place_hold", later, command_id="one", reason="something else")
    assert other.refused == "command-reused"


def test_a_study_that_is_not_published_is_unknown(trial: Trial) -> None:
    """Nothing can be asked of it, and its clock has nothing to wait for."""
    body = {"kind": "place_hold", "actor": {"id": "sponsor-1", "role": "sponsor"}, "reason": "x"}
    with trial.store.writing() as tx:
        outcome = trial.hearing.hear(tx, DeskOrder("OTHER", STUDY_SUBJECT, "one", body, NOON.isoformat()))
    assert (outcome.refused, outcome.known, outcome.closed) == ("unknown-study", False, True)


def test_the_watchdog_sweeps_what_is_due_for_the_study(trial: Trial) -> None:
    """INV-8: grade 4 that does not fall holds the study at its deadline though no workflow runs."""
    hear_all(trial, "EX02-001", until(trial, "EX02-001", CONSENT, "infusion"))
    began = datetime(2026, 2, 18, 3, tzinfo=UTC)
    told = trial.hear("EX02-001", toxicity_body(4, began), began)
    assert (told.refused, told.study_moved) == (None, True)
    sweeper = Sweeper(trial.store, trial.hearing, Metrics(CollectorRegistry()), grace=timedelta(0))
    deadline = datetime(2026, 2, 25, 16, tzinfo=UTC)
    sweeper.sweep(deadline - timedelta(seconds=1), 100)
    swept = sweeper.sweep(deadline, 100)
    assert (trial.study, STUDY_SUBJECT) in {(each.study, each.participant) for each in swept.moved}
    with trial.store.reading() as reading:
        assert reading.study_rows()[0].on_hold
    sound(trial)


def test_a_rebuild_makes_the_same_rows_of_the_study(trial: Trial) -> None:
    """INV-27: what is shown of a study can be thrown away and made anew from its stream."""
    ask_study(trial, "place_hold", NOON, reason="an event elsewhere")
    with trial.store.reading() as reading:
        before = reading.study_views(trial.study)
    with trial.store.writing() as tx:
        tx.forget_study(trial.study)
    rulebook = Rulebook()
    rebuild(trial.store, views_of_store(trial.store, rulebook), study_views_of_store(trial.store, rulebook))
    with trial.store.reading() as reading:
        assert reading.study_views(trial.study) == before
