"""The record as it was known at a moment: a reading that ends there, for every page, list and export alike.

The rule that keeps it honest: what had not been recorded by then is not there; what lists show is folded
from what was, by the desk's own fold and rules, never taken from lists of today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NoReturn

from typing_extensions import override

from activities.hearing import Hearing, Provenance
from activities.rulebook import Rulebook
from domain.chain import GENESIS
from domain.recorded import STUDY_SUBJECT, Recorded
from domain.rows import rows_of
from domain.study.rows import study_rows
from domain.views import (
    AlertRow,
    DeviationRow,
    ItemRow,
    ParticipantRow,
    ParticipantViews,
    StudyRow,
    StudyViews,
)
from replay.history import whose
from replay.paper import NotOnPaper
from store import AttemptRow, DocumentKind, DocumentRow, Head, NoticeRow, NoticeStatus, Reading, StoredCommand

_NOBODY = Provenance(software="as-of", zone_table="as-of")
"""Nothing is recorded through this reading, so nobody is named in a stamp."""


class AsOf(Reading):
    """What a snapshot of the store knew at `moment` (UTC)."""

    def __init__(self, reading: Reading, moment: datetime) -> None:  # no connection: the base is never set up
        self._reading, self.moment = reading, moment
        self._events: dict[str, list[Recorded]] = {}
        self._rulebook = Rulebook()
        self._hearing = Hearing(self._rulebook, _NOBODY)

    @override
    def head(self, stream: str) -> Head:
        known = self.events(stream)
        if not known:
            return Head(0, GENESIS, None)
        return Head(len(known), f"as-of/{len(known)}", known[-1].stamp.recorded_at)

    @override
    def events(self, stream: str, after: int = 0) -> list[Recorded]:
        known = self._events.get(stream)
        if known is None:
            every = self._reading.events(stream)
            known = [each for each in every if each.stamp.recorded_at <= self.moment]
            self._events[stream] = known
        return known[after:]

    @override
    def since(self, position: int, limit: int) -> list[tuple[int, Recorded]]:
        page = self._reading.since(position, limit)
        return [(at, each) for at, each in page if each.stamp.recorded_at <= self.moment]

    @override
    def streams(self, prefix: str = "") -> list[str]:
        return [each for each in self._reading.streams(prefix) if self.events(each)]

    @override
    def command(self, stream: str, command_id: str) -> StoredCommand | None:
        known = self._reading.command(stream, command_id)
        return known if known is not None and known.asked_at <= self.moment else None

    @override
    def commands(
        self, stream: str | None = None, *, refused_only: bool = False, limit: int = 1000
    ) -> list[StoredCommand]:
        every = self._reading.commands(stream, refused_only=refused_only, limit=2**31 - 1)
        return [each for each in every if each.asked_at <= self.moment][:limit]

    @override
    def document(self, kind: DocumentKind, hash: str) -> dict[str, object] | None:
        return self._reading.document(kind, hash)

    @override
    def documents(self, kind: DocumentKind) -> list[DocumentRow]:
        return [each for each in self._reading.documents(kind) if each.published_at <= self.moment]

    @override
    def clock(self) -> datetime:
        return self.moment

    @override
    def participants(self, study: str | None = None) -> list[ParticipantRow]:
        return [each.participant for each in self._of(study)]

    @override
    def participant(self, study: str, participant: str) -> ParticipantRow | None:
        return next((each.participant for each in self._of(study, participant)), None)

    @override
    def shown_participants(self) -> list[tuple[str, str]]:
        return sorted(self._views)

    @override
    def study_rows(self) -> list[StudyRow]:
        return [each.study for each in self._studies.values()]

    @override
    def study_views(self, study: str) -> StudyViews | None:
        return self._studies.get(study)

    @override
    def items(self, study: str, participant: str | None = None) -> list[ItemRow]:
        return [item for each in self._of(study, participant) for item in each.items]

    @override
    def alerts(
        self, study: str | None = None, participant: str | None = None, *, open_only: bool = False
    ) -> list[AlertRow]:
        every = [alert for each in self._of(study, participant) for alert in each.alerts]
        if participant in (None, STUDY_SUBJECT):
            of_studies = (each for each in self._studies.values() if study in (None, each.study.study))
            every += [alert for each in of_studies for alert in each.alerts]
        wanted = [each for each in every if not (open_only and each.resolved_at is not None)]
        return sorted(wanted, key=lambda each: (each.due, each.study, each.alert))

    @override
    def alert(self, study: str, alert: str) -> AlertRow | None:
        return next((each for each in self.alerts(study) if each.alert == alert), None)

    @override
    def deviations(self, study: str | None = None, participant: str | None = None) -> list[DeviationRow]:
        found = [deviation for each in self._of(study, participant) for deviation in each.deviations]
        return sorted(found, key=lambda each: (each.study, each.participant, each.deviation))

    @override
    def notices(
        self,
        study: str | None = None,
        participant: str | None = None,
        status: NoticeStatus | Sequence[NoticeStatus] | None = None,
    ) -> list[NoticeRow]:
        if status is not None:
            raise NotOnPaper("how a notice stood at a moment is told by its attempts, not by its status")
        return [each for each in self._reading.notices(study, participant) if each.owed_at <= self.moment]

    @override
    def attempts(self, study: str, notice: str) -> list[AttemptRow]:
        return [each for each in self._reading.attempts(study, notice) if each.at <= self.moment]

    def __getattr__(self, name: str) -> NoReturn:
        # Reached only for what is set up nowhere: a base method asks for its connection.
        raise NotOnPaper(f"the record as of a moment keeps nothing that needs {name!r}")

    def _of(self, study: str | None, participant: str | None = None) -> list[ParticipantViews]:
        return [
            views
            for (its_study, code), views in sorted(self._views.items())
            if study in (None, its_study) and participant in (None, code)
        ]

    @cached_property
    def _views(self) -> dict[tuple[str, str], ParticipantViews]:
        found: dict[tuple[str, str], ParticipantViews] = {}
        for stream in self.streams("participant/"):
            study, participant = whose(stream)
            state = self._hearing.state_of(self, study, participant)
            if state is not None:
                found[study, participant] = rows_of(state)
        return found

    @cached_property
    def _studies(self) -> dict[str, StudyViews]:
        return {
            study: study_rows(known, self._rulebook.study_rules(self, study))
            for study in self.studies()
            if (known := self._rulebook.study(self, study)).protocols and known.sites
        }
