"""The record as it was known at a moment: a reading that ends there, for every page, list and export alike.

The rule that keeps it honest: what had not been recorded by then is not there; what lists show is folded
from what was, by the desk's own fold and rules, never taken from lists of today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import NoReturn

from typing_extensions import override

from activities.hearing import Hearing, Provenance
from activities.rulebook import Rulebook
from domain.chain import GENESIS
from domain.recorded import STUDY_SUBJECT, Recorded, participant_stream
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
from replay.as_of_lists import ListsAsOf
from replay.history import whose
from replay.paper import NotOnPaper
from store import (
    AttemptRow,
    DocumentKind,
    DocumentRow,
    Head,
    NoticeRow,
    NoticeStatus,
    Reading,
    StoredCommand,
    TrailCommand,
    TrailEvent,
    Wanted,
)

_NOBODY = Provenance(software="as-of", zone_table="as-of")
"""Nothing is recorded through this reading, so nobody is named in a stamp."""


class AsOf(ListsAsOf):
    """What a snapshot of the store knew at `moment` (UTC)."""

    def __init__(  # no connection: the base is never set up
        self,
        reading: Reading,
        moment: datetime,
        rulebook: Rulebook | None = None,
        hearing: Hearing | None = None,
    ) -> None:
        """`rulebook` and `hearing`: what they remember is used, and remembered on."""
        self._reading, self.moment = reading, moment
        self._events: dict[str, list[Recorded]] = {}
        self._rulebook = rulebook or Rulebook()
        self._hearing = hearing or Hearing(self._rulebook, _NOBODY)
        self._folded: dict[tuple[str, str], ParticipantViews | None] = {}

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
        return [(each.participant.study, each.participant.participant) for each in self._of(None)]

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
        every = self._reading.notices(study, participant)
        known = [self._as_then(each) for each in every if each.owed_at <= self.moment]
        wanted = [status] if isinstance(status, str) else status
        return [each for each in known if wanted is None or each.status in wanted]

    @override
    def notice(self, study: str, notice: str) -> NoticeRow | None:
        known = self._reading.notice(study, notice)
        return self._as_then(known) if known is not None and known.owed_at <= self.moment else None

    @override
    def attempts(self, study: str, notice: str) -> list[AttemptRow]:
        return [each for each in self._reading.attempts(study, notice) if each.at <= self.moment]

    @override
    def trail(
        self, wanted: Wanted, limit: int, *, below: int | None = None, above: int | None = None
    ) -> list[TrailEvent]:
        return self._reading.trail(wanted.known_at(self.moment), limit, below=below, above=above)

    @override
    def asked(
        self, wanted: Wanted, limit: int, *, below: int | None = None, above: int | None = None
    ) -> list[TrailCommand]:
        return self._reading.asked(wanted.known_at(self.moment), limit, below=below, above=above)

    def __getattr__(self, name: str) -> NoReturn:
        # Reached only for what is set up nowhere: a base method asks for its connection.
        raise NotOnPaper(f"the record as of a moment keeps nothing that needs {name!r}")

    def _as_then(self, row: NoticeRow) -> NoticeRow:
        """How it stood, told by its attempts until then; whether somebody was just sending it is not kept."""
        tried = self.attempts(row.study, row.notice) if row.attempts else []
        arrived = next((each for each in tried if each.outcome == "delivered"), None)
        same = len(tried) == row.attempts and row.status is not NoticeStatus.SENDING
        if same:
            return row
        return replace(
            row,
            status=NoticeStatus.DELIVERED if arrived else NoticeStatus.OWED,
            leased_until=None,
            settled_at=arrived.at if arrived else None,
            attempts=len(tried),
            detail=(arrived or tried[-1]).detail if tried else None,
        )

    def _of(self, study: str | None, participant: str | None = None) -> list[ParticipantViews]:
        """Folds whom is asked for and nobody else."""
        if study is not None and participant is not None:
            wanted = [participant_stream(study, participant)]
        else:
            wanted = self._participants
        named = (whose(each) for each in wanted)
        found = (self._views(*each) for each in named if study in (None, each[0]))
        return [each for each in found if each is not None]

    @cached_property
    def _participants(self) -> list[str]:
        return self.streams("participant/")

    def _views(self, study: str, participant: str) -> ParticipantViews | None:
        key = (study, participant)
        if key not in self._folded:
            state = self._hearing.state_of(self, study, participant)
            self._folded[key] = rows_of(state) if state is not None else None
        return self._folded[key]

    @cached_property
    def _studies(self) -> dict[str, StudyViews]:
        return {
            study: study_rows(known, self._rulebook.study_rules(self, study))
            for study in self.studies()
            if (known := self._rulebook.study(self, study)).protocols and known.sites
        }
