"""The demo's study: told as people's acts, enacted before the desk's own hearing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.demo.enacted import ScriptRefused
from console.demo.script import Script, Step, acts, read_script
from console.demo.seed import SIMULATED_DELIVERY, Seeded, seed
from console.up import COHORT
from domain.events import AlertRaised
from domain.protocol.expanded import Protocol
from domain.site import Site
from protocols.reading import read_protocol
from sites.reading import read_site
from store import NoticeStatus, Store, open_store
from tests.support.trial import PROVENANCE, ROOT

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def script() -> Script:
    """The study as it is told."""
    return read_script(COHORT)


@pytest.fixture(scope="module")
def protocol(script: Script) -> Protocol:
    """The demo's protocol."""
    return read_protocol(ROOT / script.protocol)


@pytest.fixture(scope="module")
def site(script: Script) -> Site:
    """The demo's site."""
    return read_site(ROOT / script.site)


@pytest.fixture(scope="module")
def told(
    script: Script, protocol: Protocol, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with the demo as it is at `NOW`."""
    store = fresh(tmp_path_factory.mktemp("demo"))
    assert seed(store, script, protocol, site, NOW, PROVENANCE) is not None
    yield store
    store.close()


def fresh(folder: Path) -> Store:
    """An empty store."""
    store = open_store(f"sqlite:///{folder / 'demo.sqlite3'}")
    store.migrate()
    return store


@pytest.mark.parametrize("days", [37, 111, 222, 333])
def test_the_study_can_be_told_on_any_day(
    script: Script, protocol: Protocol, site: Site, tmp_path: Path, days: int
) -> None:
    """Holidays, weekends and month ends: whatever today is, the desk answers as the script says."""
    now = NOW + timedelta(days=days, hours=days % 24)
    seeded = seed(fresh(tmp_path), script, protocol, site, now, PROVENANCE)
    assert isinstance(seeded, Seeded)
    assert seeded.participants == len(script.participants)


def test_participants_are_in_different_stages(told: Store) -> None:
    """The demo shows every stretch of the timeline, a death, a failed product and a failed screening."""
    with told.reading() as reading:
        rows = reading.participants()
    assert {
        "screening",
        "manufacturing",
        "conditioning",
        "infused",
        "response",
        "follow_up",
        "long_term",
    } <= {row.stage for row in rows}
    assert {row.end for row in rows} == {None, "died", "manufacturing_failure", "screen_failure"}


def test_what_the_script_expects_to_be_refused_is_on_the_record(told: Store) -> None:
    """The wrong identity, the product outside its specification, the early authorisation, the tenth place."""
    with told.reading() as reading:
        refused = {each.code for each in reading.commands() if not each.accepted}
    assert refused == {"identity-mismatch", "out-of-specification", "stagger", "no-slot"}


def test_the_study_was_held_and_went_on(told: Store) -> None:
    """A lasting grade 4 holds the study by itself; somebody decides at once; a signature lifts the hold."""
    with told.reading() as reading:
        types = [each.event.TYPE for each in reading.events("study/NCT06642025")]
    held = [each for each in types if each in HELD]
    assert held == list(HELD)


HELD = ("study.hold_placed", "study.treatment_decided", "study.hold_lifted", "study.meeting_recorded")


def test_one_window_closes_within_a_minute_of_the_start(told: Store) -> None:
    """Something real happens before the viewer's eyes, without a clock trick."""
    with told.reading() as reading:
        [bedside] = [each for each in reading.items("NCT06642025", "EX02-005") if each.item == "H6"]
    assert bedside.closes is not None
    assert timedelta(seconds=20) < bedside.closes - NOW < timedelta(seconds=60)


def test_no_alert_is_written_by_the_script(told: Store) -> None:
    """Alerts of the past come from deadlines that passed, each decided at its own moment."""
    with told.reading() as reading:
        raised = [
            (each.event.due, each.stamp.recorded_at)
            for stream in reading.streams()
            for each in reading.events(stream)
            if isinstance(each.event, AlertRaised)
        ]
    assert raised
    assert all(due == recorded for due, recorded in raised if due.second == 0 and due.hour == 16)
    assert all(due <= recorded for due, recorded in raised)


def test_seeding_twice_changes_nothing(told: Store, script: Script, protocol: Protocol, site: Site) -> None:
    """Starting the demo again finds everything as it was; what its past owed is settled, and says so."""
    with told.reading() as reading:
        heads = {stream: reading.head(stream) for stream in reading.streams()}
    assert seed(told, script, protocol, site, NOW + timedelta(hours=1), PROVENANCE) is None
    with told.reading() as reading:
        assert {stream: reading.head(stream) for stream in reading.streams()} == heads
        assert all(row.simulated for row in reading.participants())
        assert {notice.status for notice in reading.notices()} == {NoticeStatus.DELIVERED}
        assert {notice.detail for notice in reading.notices()} == {SIMULATED_DELIVERY}


def test_a_script_that_is_not_answered_as_it_says_writes_nothing(
    script: Script, protocol: Protocol, site: Site, tmp_path: Path
) -> None:
    """A refusal nobody expected names the act, and the store stays empty."""
    wrong = Step(at="T-9 10:00", record="infusion")
    life = script.participants["EX02-008"].model_copy(update={"steps": (wrong,)})
    store = fresh(tmp_path)
    broken = script.model_copy(update={"participants": {"EX02-008": life}, "study": ()})
    with pytest.raises(ScriptRefused, match=r"EX02-008 .*'infusion'"):
        seed(store, broken, protocol, site, NOW, PROVENANCE)
    with store.reading() as reading:
        assert reading.streams() == []


def test_the_scripts_times_are_local_to_the_site(script: Script, protocol: Protocol, site: Site) -> None:
    """A step at 09:30 is half past nine at the site, whatever the machine's own zone."""
    first = acts(script, "EX02-008", protocol, site.zone, NOW)[0]
    assert first.at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M") == "09:30"
