"""What a site has before it on a morning: overdue, due today, due soon, and its open alerts.

The rule that keeps it honest: pure; how an item stands is asked of `standing`, and whole days are counted in
the site's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.protocol.sources import Labels
from domain.site import Site
from domain.standing import Standing, sight_of_row, standing
from domain.views import AlertRow, ItemRow

SOON = timedelta(days=7)

_LAST_INSTANT = timedelta(microseconds=1)
_AHEAD = frozenset({Standing.NOT_DUE, Standing.OPEN, Standing.PAST_TARGET})


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that wants something. `target_day` and `last_day` are days of the site, both included."""

    participant: str
    item: str
    labels: Labels
    target_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Morning:
    """A site's day. Entries are in the order of their last day."""

    study: str
    site: Site
    day: date
    simulated: bool
    overdue: tuple[Entry, ...]
    today: tuple[Entry, ...]
    soon: tuple[Entry, ...]
    alerts: tuple[AlertRow, ...]

    @property
    def empty(self) -> bool:
        return not (self.overdue or self.today or self.soon or self.alerts)


@dataclass(frozen=True, slots=True)
class LabelledItem:
    row: ItemRow
    labels: Labels


def morning_of(
    study: str,
    site: Site,
    now: datetime,
    items: Iterable[LabelledItem],
    alerts: Sequence[AlertRow],
    *,
    simulated: bool,
) -> Morning:
    """The site's day at `now`: today is what is aimed at or ends today, soon what does within a week."""
    day = now.astimezone(site.zone).date()
    overdue: list[Entry] = []
    today: list[Entry] = []
    soon: list[Entry] = []
    for item in items:
        entry = _entry(item, site)
        if entry is None:
            continue
        stands = standing(sight_of_row(item.row), now)
        days = (entry.target_day, entry.last_day)
        if stands is Standing.OVERDUE:
            overdue.append(entry)
        elif stands in _AHEAD and day in days:
            today.append(entry)
        elif stands in _AHEAD and any(day < each <= day + SOON for each in days):
            soon.append(entry)
    ordered = sorted(alerts, key=lambda each: (-each.rung, each.due, each.alert))
    return Morning(
        study, site, day, simulated, _sorted(overdue), _sorted(today), _sorted(soon), tuple(ordered)
    )


def _entry(item: LabelledItem, site: Site) -> Entry | None:
    row = item.row
    if row.target is None or row.closes is None:
        return None
    return Entry(
        participant=row.participant,
        item=row.item,
        labels=item.labels,
        target_day=(row.target - _LAST_INSTANT).astimezone(site.zone).date(),
        last_day=(row.closes - _LAST_INSTANT).astimezone(site.zone).date(),
    )


def _sorted(entries: list[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda each: (each.last_day, each.participant, each.item)))
