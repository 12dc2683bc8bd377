"""Who is still in the window of dose-limiting toxicity.

The rule that keeps it honest: whole days of the participant's own site, the last one included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.protocol.conduct import DltWindow
from domain.span import add_to_day
from domain.stated import day_of
from domain.study.book import Study, day_noted


@dataclass(frozen=True, slots=True)
class Watched:
    """A participant in the window: `since` the day of the milestone, `last` the window's last day."""

    participant: str
    site: str
    since: date
    last: date


def in_dlt_window(study: Study, window: DltWindow, at: datetime) -> tuple[Watched, ...]:
    """Everybody whose window has not ended at `at` (UTC) and who is not known to have died, oldest first."""
    died = {code for code, end in study.ends.items() if end.end.value == "died"}
    found = (
        (fact, Watched(fact.participant, fact.site, day_noted(fact), last_day(window, day_noted(fact))))
        for fact in study.reached(window.milestone)
    )
    return tuple(
        watched
        for fact, watched in found
        if day_of(at, ZoneInfo(fact.zone)) <= watched.last and fact.participant not in died
    )


def last_day(window: DltWindow, since: date) -> date:
    """The last day of the window of a milestone reached on `since`."""
    return add_to_day(since, window.lasts)
