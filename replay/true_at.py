"""The record as it was at a moment: a reading of what was true then, by everything that is known of it.

The rule that keeps it honest: facts about participants are told by when they happened (`replay.truth`), facts
about our work by when they were recorded; every list is folded from that, as it is of any other moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from typing_extensions import override

from activities.hearing import registration
from activities.rulebook import Rulebook
from domain import events as ev
from domain.alerts import warrants
from domain.consequences import follow_from_time
from domain.deadline import next_deadline
from domain.events import Event
from domain.recorded import Recorded, participant_stream, study_stream
from domain.rows import rows_of
from domain.state import Rules, State
from domain.study import StudyRules
from domain.unfolding import Unfolding
from domain.views import ParticipantViews
from domain.warrant import Deadline
from replay.as_of import AsOf
from replay.history import whose
from replay.truth import Truth, true_record, true_study
from replay.truth.study import Person, Published, publications
from store import DocumentKind, DocumentRow, Head, Reading, TrailEvent, Wanted


class TrueAt(AsOf):
    """What was true at `moment` (UTC), by what the reading `known` holds up to `known_by` (UTC)."""

    def __init__(
        self, known: Reading, moment: datetime, known_by: datetime, rulebook: Rulebook | None = None
    ) -> None:
        super().__init__(known, moment, rulebook)
        self.known_by = known_by
        self._truths: dict[str, Truth | None] = {}
        self._states: dict[str, State] = {}
        self._published: dict[str, list[Published]] = {}

    @override
    def head(self, stream: str) -> Head:
        head = super().head(stream)
        # Folds are remembered by the mark: the same moment is another fold by other knowledge.
        mark = f"true/{self.moment.isoformat()}/{self.known_by.isoformat()}/{head.version}"
        return replace(head, hash=mark) if head.version else head

    @override
    def events(self, stream: str, after: int = 0) -> list[Recorded]:
        if stream not in self._events:
            study, _ = whose(stream)
            of_study = stream == study_stream(study)
            self._events[stream] = self._of_study(study) if of_study else self._of_participant(stream)
        return self._events[stream][after:]

    @override
    def documents(self, kind: DocumentKind) -> list[DocumentRow]:
        said = (each.event for study in self.studies() for each in self.events(study_stream(study)))
        hashes = {_hash(each) for each in said}
        return [each for each in self._reading.documents(kind) if each.hash in hashes]

    @override
    def trail(
        self, wanted: Wanted, limit: int, *, below: int | None = None, above: int | None = None
    ) -> list[TrailEvent]:
        if wanted.seqs is None:
            return super().trail(wanted, limit, below=below, above=above)
        # A record that somebody asks for by its number is shown, however late it was typed.
        return self._reading.trail(wanted, limit, below=below, above=above)

    @override
    def _views(self, study: str, participant: str) -> ParticipantViews | None:
        key = (study, participant)
        if key not in self._folded:
            state = self._state(participant_stream(study, participant))
            self._folded[key] = self._rows(state) if state is not None else None
        return self._folded[key]

    def _rows(self, state: State) -> ParticipantViews:
        views = rows_of(state)
        due = self._next(state)
        row = replace(
            views.participant,
            version=max(each.seq for each in self.events(participant_stream(state.study, state.participant))),
            next_due=due.at if due is not None else None,
            next_due_what=due.what if due is not None else None,
        )
        return replace(views, participant=row)

    def _next(self, state: State) -> Deadline | None:
        """What comes next once people are told of all that is due, and of nothing that was not so."""
        warranted = warrants(state, self.moment)
        alerts = {key: alert for key, alert in state.alerts.items() if key in warranted}
        course = Unfolding(state.but(alerts=alerts))
        follow_from_time(course, self.moment)
        return next_deadline(course.state)

    def _of_participant(self, stream: str) -> list[Recorded]:
        truth = self._truth(stream)
        return list(truth.record) if truth is not None else []

    def _truth(self, stream: str) -> Truth | None:
        if stream not in self._truths:
            study, _ = whose(stream)
            known, versions = self._reading.events(stream), self._versions(study)
            if not known:
                return None
            published = {_hash(each.event): each.stamp.recorded_at for _, each in versions}
            self._truths[stream] = true_record(known, self._rules(known, versions), published, self.moment)
        return self._truths[stream]

    def _rules(self, known: Sequence[Recorded], versions: Sequence[Published]) -> Rules:
        """What a participant was registered under, with the versions of then."""
        registered = registration(list(known))
        said = [each.event for _, each in versions]
        sites = [each for each in said if isinstance(each, ev.SitePublished) and each.site == registered.site]
        protocols = [each for each in said if isinstance(each, ev.ProtocolPublished)]
        return Rules(
            self._rulebook.protocol(self._reading, registered.protocol_hash),
            self._rulebook.site(self._reading, sites[-1].site_hash),
            tuple(self._rulebook.protocol(self._reading, each.protocol_hash) for each in protocols),
        )

    def _versions(self, study: str) -> list[Published]:
        """What participants are read by: the first versions, and those published by the moment."""
        if study not in self._published:
            known = self._reading.events(study_stream(study))
            self._published[study] = publications(known, _ALWAYS, self.moment)
        return self._published[study]

    def _of_study(self, study: str) -> list[Recorded]:
        known = self._reading.events(study_stream(study))
        people = list(self._people(study))
        began = min((each.opened for each in people), default=None)
        published = publications(known, began, self.moment)
        rules = self._study_rules(published)
        if rules is None:
            return [each for _, each in published]
        return true_study(known, published, people, rules, self.moment)

    def _people(self, study: str) -> Iterator[Person]:
        for stream in self._reading.streams(participant_stream(study, "")):
            truth, state = self._truth(stream), self._state(stream)
            if truth is not None and state is not None:
                yield Person(state, truth.opened)

    def _state(self, stream: str) -> State | None:
        if stream not in self._states:
            truth = self._truth(stream)
            if truth is None:
                return None
            self._states[stream] = truth.state
        return self._states[stream]

    def _study_rules(self, published: Sequence[Published]) -> StudyRules | None:
        said = [each.event for _, each in published]
        protocols = [each for each in said if isinstance(each, ev.ProtocolPublished)]
        sites = [each for each in said if isinstance(each, ev.SitePublished)]
        if not protocols or not sites:
            return None
        return StudyRules(
            self._rulebook.protocol(self._reading, protocols[-1].protocol_hash),
            {each.site: self._rulebook.site(self._reading, each.site_hash) for each in sites},
        )


_ALWAYS = datetime.min.replace(tzinfo=UTC)


def _hash(event: Event) -> str:
    return event.site_hash if isinstance(event, ev.SitePublished) else getattr(event, "protocol_hash", "")
