"""The demo's cohort: told as people's acts, lived through by the pure core."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.demo.lived import Decision, live
from console.demo.script import Script, acts, read_script
from console.demo.seed import SIMULATED_DELIVERY, seed
from console.up import COHORT
from domain.commands import ReachClock
from domain.decide import Subject
from domain.protocol.expanded import Protocol
from domain.site import Site
from domain.state import Rules
from protocols.reading import read_protocol
from sites.reading import read_site
from store import NoticeStatus, open_store
from tests.support.trial import PROVENANCE, ROOT

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def script() -> Script:
    """The cohort as it is told."""
    return read_script(COHORT)


@pytest.fixture(scope="module")
def protocol(script: Script) -> Protocol:
    """The demo's protocol."""
    return read_protocol(ROOT / script.protocol)


@pytest.fixture(scope="module")
def site(script: Script) -> Site:
    """The demo's site."""
    return read_site(ROOT / script.site)


def lived(script: Script, protocol: Protocol, site: Site, now: datetime) -> dict[str, list[Decision]]:
    """Every participant's decisions up to `now`."""
    rules = Rules(protocol, site)
    return {
        code: list(live(rules, Subject(protocol.id, code), acts(script, code, protocol, site.zone, now), now))
        for code in script.participants
    }


@pytest.mark.parametrize("days", range(0, 370, 37))
def test_the_cohort_can_be_lived_on_any_day(
    script: Script, protocol: Protocol, site: Site, days: int
) -> None:
    """Holidays, weekends and month ends: whatever today is, nothing in the script is refused."""
    lives = lived(script, protocol, site, NOW + timedelta(days=days, hours=days % 24))
    assert len(lives) == 9


def test_participants_are_in_different_stages(script: Script, protocol: Protocol, site: Site) -> None:
    """The demo shows every stretch of the timeline, a death and a failed product."""
    ends = {code: life[-1].after for code, life in lived(script, protocol, site, NOW).items()}
    stages = {state.stage for state in ends.values()}
    endings = {state.ending.end.value for state in ends.values() if state.ending}

    assert {
        "screening",
        "manufacturing",
        "conditioning",
        "infused",
        "response",
        "follow_up",
        "long_term",
    } <= stages
    assert endings == {"died", "manufacturing_failure"}


def test_one_window_closes_within_a_minute_of_the_start(
    script: Script, protocol: Protocol, site: Site
) -> None:
    """Something real happens before the viewer's eyes, without a clock trick."""
    life = lived(script, protocol, site, NOW)["EX02-005"]
    window = life[-1].after.item("H6").window

    assert window is not None
    assert timedelta(seconds=20) < window.closes - NOW < timedelta(seconds=60)


def test_no_alert_is_written_by_the_script(script: Script, protocol: Protocol, site: Site) -> None:
    """Alerts of the past come from deadlines that passed, decided at their own moment."""
    for life in lived(script, protocol, site, NOW).values():
        for decision in life:
            raised = [event for event in decision.events if event.TYPE == "alert.raised"]
            if raised and isinstance(decision.command, ReachClock):
                assert all(event.due <= decision.at for event in raised)  # type: ignore[union-attr]


def test_seeding_twice_changes_nothing(
    script: Script, protocol: Protocol, site: Site, sqlite_url: str
) -> None:
    """Starting the demo again finds everything as it was."""
    store = open_store(sqlite_url)
    store.migrate()
    first = seed(store, script, protocol, site, NOW, PROVENANCE)
    with store.reading() as reading:
        heads = {stream: reading.head(stream) for stream in reading.streams()}
    again = seed(store, script, protocol, site, NOW + timedelta(hours=1), PROVENANCE)

    assert first is not None and first.participants == 9
    assert again is None
    with store.reading() as reading:
        assert {stream: reading.head(stream) for stream in reading.streams()} == heads
        assert all(row.simulated for row in reading.participants())
        assert {notice.status for notice in reading.notices()} == {NoticeStatus.DELIVERED}
        assert {notice.detail for notice in reading.notices()} == {SIMULATED_DELIVERY}
    store.close()


def test_the_scripts_times_are_local_to_the_site(script: Script, protocol: Protocol, site: Site) -> None:
    """A step at 09:30 is half past nine at the site, whatever the machine's own zone."""
    first = acts(script, "EX02-008", protocol, site.zone, NOW)[0]
    assert first.at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M") == "09:30"
