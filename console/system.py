"""How the deployment is: what waits too long, what could not be delivered, what was proved, what it runs.

The rule that keeps it honest: it says what `doctor` and the watchdog say, by their own functions, and of what
never happened here it says just that.
"""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from activities.drift import Condition, Tolerance, drift_of_store
from activities.rulebook import Rulebook
from activities.watchdog import SINCE
from console.health import Finding, Health
from console.last_replay import LastReplay, last_replay
from console.store_health import examine_store
from store import DueRow, NoticeRow, NoticeStatus, Reading, Store
from store.notice_counting import Undelivered, notices_by_status, undelivered

_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Lag:
    """What should have been handled by now. `waiting`: the first of the `count` deadlines that passed."""

    count: int
    waiting: tuple[DueRow, ...]
    oldest: timedelta
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """The newest protocol version of a study, and of how many."""

    study: str
    version: str
    hash: str
    published: int


@dataclass(frozen=True, slots=True)
class Covered:
    """A site's holidays: `until` the last year that is announced, None without a table."""

    study: str
    site: str
    until: int | None


@dataclass(frozen=True, slots=True)
class System:
    """Everything that can be told of a deployment at one moment. `software`: of the newest record."""

    store: tuple[Finding, ...]
    position: int
    lag: Lag
    notices: Mapping[NoticeStatus, int]
    oldest_notice: NoticeRow | None
    failed: tuple[Undelivered, ...]
    drift: tuple[Condition, ...]
    watching_since: datetime | None
    replay: LastReplay | None
    versions: tuple[Version, ...]
    covered: tuple[Covered, ...]
    python: str
    zone_table: str
    software: str | None


def system_of(store: Store, rulebook: Rulebook, now: datetime, channels: Collection[str]) -> System:
    """How the store and the record are at `now` (UTC). `channels`: what the deployment can send on.

    Raises:
        StoreError: the store cannot be read.
    """
    findings = tuple(examine_store(store, now, channels))
    with store.reading() as reading:
        since = reading.note(SINCE)
        watching = datetime.fromisoformat(since) if since is not None else None
        unsettled = reading.notices(status=(NoticeStatus.OWED, NoticeStatus.SENDING))
        found = System(
            store=findings,
            position=reading.position(),
            lag=_lag(reading, now),
            notices=notices_by_status(reading),
            oldest_notice=unsettled[0] if unsettled else None,
            failed=tuple(undelivered(reading)),
            drift=(),
            watching_since=watching,
            replay=last_replay(reading),
            versions=tuple(_versions(reading, rulebook)),
            covered=tuple(_covered(reading, rulebook)),
            python=platform.python_version(),
            zone_table=importlib.metadata.version("tzdata"),
            software=_software(reading),
        )
    drift = drift_of_store(store, rulebook, Tolerance(), watching or now, now)
    return replace(found, drift=drift.conditions)


def worst(findings: Sequence[Finding]) -> Health:
    """The worst of several findings."""
    order = list(Health)
    return max((each.health for each in findings), key=order.index, default=Health.OK)


def _lag(reading: Reading, now: datetime) -> Lag:
    due = reading.due(now, 1000)
    oldest = now - due[0].next_due if due else timedelta(0)
    return Lag(len(due), tuple(due[:_MOST_SHOWN]), oldest, reading.next_due())


def _versions(reading: Reading, rulebook: Rulebook) -> Iterator[Version]:
    for study in reading.studies():
        versions = rulebook.versions(reading, study)
        if versions:
            yield Version(study, versions[-1].version, versions[-1].hash, len(versions))


def _covered(reading: Reading, rulebook: Rulebook) -> Iterator[Covered]:
    for study in reading.studies():
        for code in sorted({each.site for each in rulebook.study(reading, study).sites}):
            site = rulebook.site_in_force(reading, study, code)
            yield Covered(study, code, site.holidays_known_until)


def _software(reading: Reading) -> str | None:
    position = reading.position()
    newest = reading.since(position - 1, 1) if position else []
    return newest[0][1].stamp.software if newest else None
