"""The Temporal Schedules: a digest for each site at its local morning, and the watchdog's rounds.

The rule that keeps it honest: writing them again changes nothing that is as it should be, and never what an
operator did to one (paused, or a note).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from activities.orders import DigestOrder
from workflows import names

WATCHDOG_ID = "watchdog"


@dataclass(frozen=True, slots=True)
class Morning:
    """When a site's digest is due: `at` local time in `zone`, every day; the activity knows working days."""

    study: str
    site: str
    zone: str
    at: time


def digest_id(study: str, site: str) -> str:
    """The schedule id of a site's digest."""
    return f"digest/{study}/{site}"


async def keep_schedules(
    client: Client, task_queue: str, mornings: Iterable[Morning], watchdog_every: timedelta
) -> None:
    """Create the schedules or bring them up to date. Harmless when repeated, or done by two."""
    for morning in mornings:
        await _keep(client, digest_id(morning.study, morning.site), _digest(morning, task_queue))
    await _keep(client, WATCHDOG_ID, _watchdog(watchdog_every, task_queue))


async def _keep(client: Client, schedule_id: str, wanted: Schedule) -> None:
    try:
        await client.create_schedule(schedule_id, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(schedule_id).update(lambda there: _changed(there, wanted))


def _changed(there: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    wanted.state = there.description.schedule.state
    return ScheduleUpdate(wanted)


def _digest(morning: Morning, task_queue: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            names.DIGEST,
            DigestOrder(morning.study, morning.site),
            id=digest_id(morning.study, morning.site),
            task_queue=task_queue,
        ),
        spec=ScheduleSpec(
            calendars=[
                ScheduleCalendarSpec(
                    hour=[ScheduleRange(morning.at.hour)], minute=[ScheduleRange(morning.at.minute)]
                )
            ],
            time_zone_name=morning.zone,
        ),
        # A server that was down at eight still sends at ten; yesterday's digest is nobody's need.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=4)),
    )


def _watchdog(every: timedelta, task_queue: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(names.WATCHDOG, id=WATCHDOG_ID, task_queue=task_queue),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        # A round sees everything that is due, so one that was not run is not made up for.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(seconds=10)),
    )
