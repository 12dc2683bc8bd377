"""Digest and watchdog on the server's schedules."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client

from activities.orders import DigestOrder, Moved
from console.embedded import EmbeddedTemporal
from tests.workflows.sending import STUDY, Sender, eventually
from tests.workflows.serving import serving
from tests.workflows.small_desk import Rounds, SmallDesk
from workflows.schedules import WATCHDOG_ID, Morning, digest_id, keep_schedules

MORNING = Morning(STUDY, "hefei", "Asia/Shanghai", time(8, 30))
SELDOM = timedelta(days=30)


@pytest.fixture
async def own_client(own_temporal: EmbeddedTemporal) -> Client:
    """A client of a server that has no schedules yet."""
    return await Client.connect(own_temporal.address)


def _serving(client: Client, rounds: Rounds, desk: SmallDesk) -> AbstractAsyncContextManager[None]:
    return serving(client, desk, "q", more=[rounds.sweep], more_notices=[rounds.digest])


async def test_a_digest_is_due_at_the_sites_morning(own_client: Client) -> None:
    """The schedule speaks the site's zone: 08:30 in Shanghai, whatever the server's clock says."""
    await keep_schedules(own_client, "q", [MORNING], SELDOM)
    described = await own_client.get_schedule_handle(digest_id(STUDY, "hefei")).describe()
    assert len(described.info.next_action_times) > 0
    for at in described.info.next_action_times:
        assert at.astimezone(ZoneInfo("Asia/Shanghai")).time() == time(8, 30)


async def test_keeping_schedules_again_changes_what_changed_only(own_client: Client) -> None:
    """A worker that starts again moves the digest if the site moved it, and leaves a pause alone."""
    await keep_schedules(own_client, "q", [MORNING], SELDOM)
    await own_client.get_schedule_handle(digest_id(STUDY, "hefei")).pause(note="holiday")
    later = Morning(STUDY, "hefei", "Asia/Shanghai", time(9, 0))
    await keep_schedules(own_client, "q", [later], SELDOM)
    await keep_schedules(own_client, "q", [later], SELDOM)
    described = await own_client.get_schedule_handle(digest_id(STUDY, "hefei")).describe()
    assert (described.schedule.state.paused, described.schedule.state.note) == (True, "holiday")
    assert [each.hour[0].start for each in described.schedule.spec.calendars] == [9]


async def test_a_triggered_digest_asks_for_its_site(own_client: Client) -> None:
    """The digest's run asks the activity for the very study and site of its schedule."""
    rounds = Rounds()
    async with _serving(own_client, rounds, SmallDesk()):
        await keep_schedules(own_client, "q", [MORNING], SELDOM)
        await own_client.get_schedule_handle(digest_id(STUDY, "hefei")).trigger()
        await eventually(lambda: rounds.digests == [DigestOrder(STUDY, "hefei")])


async def test_the_watchdog_wakes_what_moved(own_client: Client) -> None:
    """Timelines whose store moved without them are told; one that does not run disturbs nothing."""
    desk = SmallDesk()
    sender = Sender(own_client, "q")
    rounds = Rounds([Moved(STUDY, "NOBODY-1"), Moved(STUDY, sender.participant)])
    async with _serving(own_client, rounds, desk):
        await sender.send("c-1", "register")
        desk.streams[sender.participant].due.append((datetime.now(UTC) + timedelta(days=9)).isoformat())
        await keep_schedules(own_client, "q", [], SELDOM)
        await own_client.get_schedule_handle(WATCHDOG_ID).trigger()

        async def told() -> bool:
            return (await sender.standing())["due"] is not None

        await eventually(told)
    assert rounds.sweeps == 1


async def test_the_watchdog_goes_its_rounds(own_client: Client) -> None:
    """Rounds come at the interval that was asked for."""
    rounds = Rounds()
    async with _serving(own_client, rounds, SmallDesk()):
        await keep_schedules(own_client, "q", [], timedelta(seconds=1))
        await eventually(lambda: rounds.sweeps >= 3)
