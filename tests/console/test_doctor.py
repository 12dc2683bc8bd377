"""`doctor`: looks at everything, and says what is wrong and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.health import Finding, Health
from console.server_health import compared_clocks
from console.store_health import examine_store
from settings import ROOT
from sites.reading import read_site
from store import open_store
from tests.console.terminal import Terminal, terminal
from tests.console.test_proof import tamper

LAST_RECORD = datetime(2026, 3, 6, 0, tzinfo=UTC)
CHANNELS = {"log", "file"}


def examined(store: Path, now: datetime, channels: set[str] = CHANNELS) -> dict[str, Finding]:
    """What is found of a store, by part."""
    opened = open_store(f"sqlite:///{store}")
    try:
        return {each.part: each for each in examine_store(opened, now, channels)}
    finally:
        opened.close()


def test_a_sound_store_is_well(told: Path) -> None:
    """Schema, durability, record and site of an untouched store are all ok."""
    found = examined(told, LAST_RECORD)
    assert {each.health for each in found.values()} == {Health.OK}
    assert "3 participants, 2 with a deadline ahead" in found["record"].says


def test_a_clock_that_is_behind_the_record_is_bad(told: Path) -> None:
    """A machine whose clock is before the newest record would refuse to write: that is said."""
    found = examined(told, datetime(2026, 2, 1, tzinfo=UTC))
    assert found["clock and record"].health is Health.BAD
    assert "clocks is wrong" in found["clock and record"].says


@pytest.mark.parametrize(
    ("years_on", "month", "health"), [(0, 3, Health.OK), (0, 12, Health.WARN), (1, 1, Health.BAD)]
)
def test_a_holiday_table_runs_out_visibly(told: Path, years_on: int, month: int, health: Health) -> None:
    """A site whose holidays are not known for the year, or from December on for the next, is named."""
    known = read_site(ROOT / "sites" / "demo.yaml").holidays_known_until
    assert known is not None
    found = examined(told, datetime(known + years_on, month, 10, tzinfo=UTC))
    assert found["site NCT06642025/demo"].health is health
    assert f"until {known}" in found["site NCT06642025/demo"].says


def test_missing_guards_are_bad(own_store: Path) -> None:
    """A store whose append-only triggers are gone is said to be changeable (INV-12)."""
    tamper(own_store)
    found = examined(own_store, LAST_RECORD)
    assert found["durability"].health is Health.BAD
    assert "trigger" in found["durability"].says


def test_a_channel_that_nobody_configured_is_bad(told: Path) -> None:
    """Contacts told on a channel this deployment lacks would never hear anything: that is said."""
    found = examined(told, LAST_RECORD, channels={"file"})
    assert found["site NCT06642025/demo"].health is Health.BAD
    assert "log" in found["site NCT06642025/demo"].says


@pytest.mark.parametrize(
    ("poll_is_later_by", "health"),
    [(-30, Health.OK), (3, Health.OK), (-600, Health.WARN), (86_400, Health.BAD), (60, Health.BAD)],
)
def test_clocks_that_disagree_are_named(poll_is_later_by: int, health: Health) -> None:
    """A worker's poll in this machine's future means that its clock is behind the server's."""
    poll = LAST_RECORD + timedelta(seconds=poll_is_later_by)
    assert compared_clocks(poll, LAST_RECORD).health is health


def test_a_database_with_another_clock_is_bad(postgres_url: str) -> None:
    """A PostgreSQL server whose clock differs from this machine's is named with the difference."""
    store = open_store(postgres_url)
    store.migrate()
    now = datetime.now(UTC)
    try:
        together = {each.part: each for each in examine_store(store, now, CHANNELS)}
        apart = {each.part: each for each in examine_store(store, now + timedelta(hours=1), CHANNELS)}
    finally:
        store.close()
    assert together["clock and database"].health is Health.OK
    assert apart["clock and database"].health is Health.BAD
    assert "-3600 s" in apart["clock and database"].says or "-3599 s" in apart["clock and database"].says


def test_without_a_server_the_rest_is_still_looked_at(dayzero: Terminal) -> None:
    """The exit code says that something does not answer, and every other line is there all the same."""
    said = dayzero("doctor", "--json")
    assert said.code == 5
    parts = {each["part"]: each["health"] for each in said.data}
    assert parts["store"] == "ok"
    assert parts["durability"] == "ok"
    assert parts["Temporal"] == "bad"
    assert said.err.strip() == "bad: Temporal"


def test_without_a_store_it_says_so(tmp_path: Path) -> None:
    """On a fresh machine the doctor names what is missing and the verbs that make it, and makes nothing."""
    said = Terminal({"DAYZERO_HOME": str(tmp_path)})("doctor")
    assert said.code == 5
    assert "run `dayzero migrate` or `up`" in said.out
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_not_well(tmp_path: Path) -> None:
    """A database without tables is bad, with the verb that makes them."""
    (tmp_path / "empty.sqlite3").touch()
    said = terminal(tmp_path / "empty.sqlite3", tmp_path)("doctor", "--json")
    schema = next(each for each in said.data if each["part"] == "schema")
    assert schema["health"] == "bad"
    assert "dayzero migrate" in schema["says"]
