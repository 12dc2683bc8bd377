"""Who was told how often while a study was played, and how much of it outside working time.

The rule that keeps it honest: what is counted is what the desk owed, message by message; a rung reached by
nobody owes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.notices import Notice
from domain.roles import Role
from domain.site import Site
from domain.working_time import is_working_instant

Owed = tuple[datetime, str, Notice]
"""When (UTC), of whom (a participant or the study), and the message."""


@dataclass(frozen=True, slots=True)
class Told:
    """Messages owed. `by_rung`: by role and rung; `busiest`: the most on one site day, by role.

    `outside`: messages outside the site's working time: nights, days off, quiet hours.
    """

    by_rung: Mapping[tuple[Role, int], int]
    busiest: Mapping[Role, int]
    outside: int


def told_of(owed: Sequence[Owed], sites: Mapping[str, Site]) -> Told:
    """Count the messages; `sites`: each participant's, the first of them the study's own."""
    study_site = next(iter(sites.values()))
    roles = {contact.id: contact.role for site in sites.values() for contact in site.contacts}
    by_rung: Counter[tuple[Role, int]] = Counter()
    by_day: Counter[tuple[Role, date]] = Counter()
    outside = 0
    for at, subject, notice in owed:
        site, role = sites.get(subject, study_site), roles[notice.contact]
        by_rung[role, notice.rung] += 1
        by_day[role, at.astimezone(site.zone).date()] += 1
        outside += not is_working_instant(site, at)
    return Told(dict(by_rung), _busiest(by_day), outside)


def _busiest(by_day: Mapping[tuple[Role, date], int]) -> dict[Role, int]:
    found: dict[Role, int] = {}
    for (role, _), count in by_day.items():
        found[role] = max(count, found.get(role, 0))
    return found
