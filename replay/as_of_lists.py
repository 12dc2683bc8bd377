"""Lists as of a moment: the same narrowing and order as the store's, over rows folded from the past.

The rule that keeps it honest: each list is taken from the whole list of that moment, so nothing is in the one
that is not in the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import groupby
from typing import Literal

from typing_extensions import override

from domain.state import AlertKind
from domain.views import AlertRow, ItemRow, ParticipantRow
from store import Dated, Pending, Reading, SitePeople


class ListsAsOf(Reading):
    """The lists of a reading whose rows are not in the store."""

    @override
    def sites_of_people(self, study: str) -> list[SitePeople]:
        people = sorted(self.participants(study), key=lambda each: each.site)
        found = ((site, list(rows)) for site, rows in groupby(people, key=lambda each: each.site))
        return [SitePeople(site, len(rows), any(each.simulated for each in rows)) for site, rows in found]

    @override
    def participants_named(self, study: str, codes: Collection[str]) -> list[ParticipantRow]:
        found = (self.participant(study, code) for code in sorted(set(codes)))
        return [each for each in found if each is not None]

    @override
    def schedules(
        self, study: str, codes: Collection[str], only: Collection[str] | None = None
    ) -> list[ItemRow]:
        every = (item for code in sorted(set(codes)) for item in self.items(study, code))
        found = [each for each in every if only is None or each.item in only]
        return sorted(found, key=lambda each: (each.participant, each.position, each.item))

    @override
    def pending(
        self,
        study: str,
        wanted: Pending,
        by: Literal["opens", "closes"] = "opens",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[ItemRow]:
        found = self._pending(study, wanted)

        def order(row: ItemRow) -> tuple[object, ...]:
            return (row.opens if by == "opens" else row.closes), row.participant, row.position, row.item

        return sorted(found, key=order)[offset:][:limit]

    @override
    def dated(self, study: str, wanted: Dated) -> list[ItemRow]:
        return [each for each in self.items(study) if wanted.holds(each)]

    @override
    def count_pending(self, study: str, wanted: Pending) -> int:
        return len(self._pending(study, wanted))

    @override
    def open_alerts(
        self,
        study: str,
        statuses: Collection[str],
        by: Literal["due", "until"] = "due",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[AlertRow]:
        found = [each for each in self.alerts(study, open_only=True) if each.status in statuses]
        if by == "until":
            found.sort(key=lambda each: (each.until is None, each.until or each.due, each.due, each.alert))
        return found[offset:][:limit]

    @override
    def count_open_alerts(self, study: str) -> dict[str, int]:
        return dict(Counter(each.status for each in self.alerts(study, open_only=True)))

    @override
    def people_with_alerts(self, study: str, status: str) -> list[str]:
        return sorted({each.participant for each in self.open_alerts(study, [status])})

    def _pending(self, study: str, wanted: Pending) -> list[ItemRow]:
        overdue = (each for each in self.alerts(study, open_only=True) if each.kind == AlertKind.OVERDUE)
        alerted = {(each.participant, each.item) for each in overdue}
        return [each for each in self.items(study) if wanted.holds(each, alerted)]
