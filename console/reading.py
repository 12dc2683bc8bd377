"""The read side: one study as the store knows it, judged at one moment.

The rule that keeps it honest: rows come from the store, how an item stands comes from `domain.standing`,
labels and zones from the published documents; nothing here compares a window with a clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from itertools import groupby
from zoneinfo import ZoneInfo

from activities.rulebook import Rulebook
from console.folding import folded
from console.looked_up import Documents
from console.sights import AlertSight, DeviationSight, ItemSight, ParticipantSight
from console.speech import Speech
from console.words import Language
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT, participant_stream
from domain.refusal import Code, Refused
from domain.site import Site
from domain.standing import Standing, sight_of_row, standing
from domain.state import AlertKind, AlertStatus, State
from domain.study import StudyRules
from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow
from store import Pending, Reading


@dataclass
class StudyLook:
    """A study in one consistent snapshot of the store, at the instant `now` (UTC).

    `as_of`: the moment of the past up to which the record is read, as it was named; empty at the present
    moment. `true_at`: the moment whose truth is told, as it was named, by what was `known_by` then (UTC).
    `prose`: what events say is for people only, with names for codes and dates as the language writes them.
    """

    reading: Reading
    rulebook: Rulebook
    study: str
    now: datetime
    language: Language = Language.EN
    as_of: str = ""
    prose: bool = False
    true_at: str = ""
    known_by: datetime | None = None

    @property
    def past(self) -> bool:
        """Whether another moment than the present is looked at."""
        return bool(self.as_of or self.true_at)

    def participants(self) -> list[ParticipantSight]:
        """Every participant, by code."""
        return self.shown_participants(self.reading.participants(self.study))

    def shown_participants(self, rows: Sequence[ParticipantRow]) -> list[ParticipantSight]:
        """These participants, in the order given."""
        overdue = Counter(item.participant for item in self._overdue_rows())
        answerable = self.reading.open_alerts(self.study, [AlertStatus.OPEN])
        unanswered = Counter(row.participant for row in answerable)
        return [self._participant(row, overdue[row.participant], unanswered[row.participant]) for row in rows]

    def participant(self, code: str) -> ParticipantSight:
        """One participant.

        Raises:
            Refused: there is no such participant.
        """
        row = self.row(code)
        overdue = len(list(self._overdue_rows(code)))
        alerts = self.reading.alerts(self.study, code, open_only=True)
        return self._participant(row, overdue, sum(map(_unanswered, alerts)))

    def items(self, code: str) -> list[ItemSight]:
        """The whole schedule of one participant, in its order.

        Raises:
            Refused: there is no such participant.
        """
        row = self.row(code)
        protocol, site = self.protocol(row), self.site(row.site)
        return [self._item(each, protocol, site) for each in self.reading.items(self.study, code)]

    def everyones_items(self) -> Iterator[tuple[ParticipantRow, list[ItemSight]]]:
        """Every participant with the whole schedule, by code; one query for all."""
        people = {each.participant: each for each in self.reading.participants(self.study)}
        rows = groupby(self.reading.items(self.study), key=lambda each: each.participant)
        for code, items in rows:
            of = people[code]
            protocol, site = self.protocol(of), self.site(of.site)
            yield of, [self._item(each, protocol, site) for each in items]

    def schedules(self, codes: Collection[str]) -> dict[str, list[ItemSight]]:
        """The whole schedules of these participants; one query for all."""
        found: dict[str, list[ItemSight]] = {code: [] for code in codes}
        for of, item in self.shown_items(self.reading.schedules(self.study, codes)):
            found[of.participant].append(item)
        return found

    def shown_items(self, rows: Sequence[ItemRow]) -> list[tuple[ParticipantRow, ItemSight]]:
        """These items with whom they are of, in the order given."""
        people = self._people({row.participant for row in rows})
        found = ((people[row.participant], row) for row in rows)
        return [(of, self._item(row, self.protocol(of), self.site(of.site))) for of, row in found]

    def alerts(self, code: str | None = None, *, everything: bool = False) -> list[AlertSight]:
        """Alerts by due time: the open ones, or all that ever were."""
        return self.shown_alerts(self.reading.alerts(self.study, code, open_only=not everything))

    def shown_alerts(self, rows: Sequence[AlertRow]) -> list[AlertSight]:
        """These alerts, in the order given."""
        people = self._people({row.participant for row in rows})
        return [self._alert(row, people.get(row.participant)) for row in rows]

    def alert(self, name: str) -> AlertSight:
        """One alert.

        Raises:
            Refused: there is no such alert.
        """
        row = self.reading.alert(self.study, name)
        if row is None:
            raise Refused(Code.UNKNOWN_ALERT, f"there is no alert {name!r} in {self.study}")
        return self._alert(row, None if row.participant == STUDY_SUBJECT else self.row(row.participant))

    def deviations(self, code: str | None = None) -> list[DeviationSight]:
        """Deviations, closed ones included."""
        rows = self.reading.deviations(self.study, code)
        people = self._people({row.participant for row in rows})
        return [self._deviation(row, people[row.participant]) for row in rows]

    def state(self, code: str) -> State:
        """Everything recorded of one participant, folded from their events.

        Raises:
            Refused: there is no such participant.
        """
        self.row(code)
        return folded(self.reading, self.rulebook, self.reading.events(participant_stream(self.study, code)))

    def unanswered_overdue(self, code: str | None = None) -> list[str]:
        """Everything overdue that nobody has answered, as `participant item`, whether or not a worker has
        raised its alert yet."""
        held = {
            (row.participant, row.item)
            for row in self.reading.alerts(self.study, open_only=True)
            if row.kind == AlertKind.OVERDUE and not _unanswered(row)
        }
        items = sorted(self._overdue_rows(code), key=_place)
        return [f"{row.participant} {row.item}" for row in items if (row.participant, row.item) not in held]

    def needing_attention(self) -> set[str]:
        """Codes of everybody with something overdue, or an alert nobody has answered."""
        alerted = self.reading.people_with_alerts(self.study, AlertStatus.OPEN)
        return {*alerted, *(row.participant for row in self._overdue_rows())}

    def row(self, code: str) -> ParticipantRow:
        """The stored row of one participant.

        Raises:
            Refused: there is no such participant.
        """
        row = self.reading.participant(self.study, code)
        if row is None:
            raise self.unknown(code)
        return row

    def unknown(self, code: str) -> Refused:
        """What is said of a participant who is not there: at no time, or not at the moment looked at."""
        moment = self.true_at or self.as_of
        then = f" at {moment}: whoever came later is not told of there" if moment else ""
        text = f"there is no participant {code!r} in {self.study}{then}"
        return Refused(Code.UNKNOWN_PARTICIPANT, text)

    @cached_property
    def documents(self) -> Documents:
        """What the rows are labelled and judged by."""
        return Documents(self.reading, self.rulebook, self.study, self.language)

    def protocol(self, row: ParticipantRow) -> Protocol:
        """The protocol version the participant is pinned to."""
        return self.documents.protocol(row.protocol_hash)

    def site(self, code: str) -> Site:
        """The newest version of a site."""
        return self.documents.site(code)

    def study_rules(self) -> StudyRules:
        """What the study as a whole is decided under."""
        return self.documents.study_rules

    def speech(self, zone: ZoneInfo, protocol: Protocol) -> Speech:
        """How events are told under a protocol version."""
        worded = self.prose or self.language is Language.ZH
        stages = {each.code: each.labels.in_language(self.language) for each in protocol.document.stages}
        name = partial(self._name, protocol, stages) if worded else str
        return Speech(zone, self.language, name, self.prose)

    def _name(self, protocol: Protocol, stages: Mapping[str, str], code: str) -> str:
        return stages.get(code) or self.item_label(protocol, code)

    def item_label(self, protocol: Protocol, code: str) -> str:
        """The label of an item or a gate; an unknown code is its own label."""
        return self.documents.label(protocol, code)

    def _overdue_rows(self, code: str | None = None) -> Iterator[ItemRow]:
        if code is not None:
            rows = self.reading.items(self.study, code)
        else:
            rows = self.reading.pending(self.study, Pending(closed_by=self.now))
        for row in rows:
            if standing(sight_of_row(row), self.now) is Standing.OVERDUE:
                yield row

    def _people(self, codes: Collection[str]) -> dict[str, ParticipantRow]:
        wanted = set(codes) - {STUDY_SUBJECT}
        if len(wanted) > _FEW:
            found = self.reading.participants(self.study)
        else:
            found = self.reading.participants_named(self.study, wanted) if wanted else []
        return {each.participant: each for each in found}

    def _participant(self, row: ParticipantRow, overdue: int, unanswered: int) -> ParticipantSight:
        stages = {stage.code: stage.labels for stage in self.protocol(row).document.stages}
        label = stages[row.stage].in_language(self.language) if row.stage in stages else row.stage
        return ParticipantSight(
            study=row.study,
            participant=row.participant,
            site=row.site,
            zone=self.site(row.site).zone_name,
            stage=row.stage,
            stage_label=label,
            end=row.end,
            protocol=row.protocol_id,
            protocol_version=row.protocol_version,
            protocol_hash=row.protocol_hash,
            version=row.version,
            simulated=row.simulated,
            registered_on=row.registered_on,
            next_due=row.next_due,
            next_due_what=row.next_due_what,
            overdue=overdue,
            open_alerts=row.open_alerts,
            unanswered=unanswered,
        )

    def _item(self, row: ItemRow, protocol: Protocol, site: Site) -> ItemSight:
        item = self.documents.item(protocol, row.item)
        last_day = _last_day(row.closes, site.zone)
        today = self.now.astimezone(site.zone).date()
        return ItemSight(
            item=row.item,
            label=item.labels.in_language(self.language),
            category=row.category,
            optional=item.optional,
            standing=standing(sight_of_row(row), self.now).value,
            basis=row.basis,
            anchor=row.anchor,
            anchor_on=row.anchor_on,
            whole_days=item.window is None or item.window.whole_days,
            opens=row.opens,
            target=row.target,
            closes=row.closes,
            first_day=row.opens.astimezone(site.zone).date() if row.opens else None,
            target_day=_last_day(row.target, site.zone),
            last_day=last_day,
            days_left=(last_day - today).days if last_day else None,
            hard_stop=row.hard_stop,
            frame_ends=row.frame_ends,
            outcome=row.outcome,
            happened=row.happened,
            appointment=row.appointment,
            reason=row.reason,
            record_seq=row.record_seq,
        )

    def _alert(self, row: AlertRow, of: ParticipantRow | None) -> AlertSight:
        # An alert of the study is nobody's; it goes by the newest version.
        protocol = self.protocol(of) if of is not None else self.study_rules().protocol
        return AlertSight(
            study=row.study,
            alert=row.alert,
            participant=row.participant,
            site=row.site,
            zone=self.site(row.site).zone_name,
            item=row.item,
            label=self.item_label(protocol, row.item),
            kind=row.kind,
            status=row.status,
            rung=row.rung,
            rungs=row.rungs,
            round=row.round,
            due=row.due,
            raised_at=row.raised_at,
            next_at=row.next_at,
            held_by=row.held_by,
            until=row.until,
            reason=row.reason,
            resolved_at=row.resolved_at,
            resolved_why=row.resolved_why,
            next_role=row.next_role,
        )

    def _deviation(self, row: DeviationRow, of: ParticipantRow) -> DeviationSight:
        return DeviationSight(
            participant=row.participant,
            deviation=row.deviation,
            item=row.item,
            label=self.item_label(self.protocol(of), row.item),
            kind=row.kind,
            detail=row.detail,
            status=row.status,
            suggested=row.suggested,
            classed=row.classed,
            classed_by=row.classed_by,
            classed_at=row.classed_at,
            class_reason=row.class_reason,
            approval=row.approval,
        )


_FEW = 200
"""Up to so many participants are asked for by name; beyond, all of them are quicker."""


def _place(row: ItemRow) -> tuple[str, int]:
    return row.participant, row.position


def _unanswered(row: AlertRow) -> bool:
    return row.status == AlertStatus.OPEN


def _last_day(exclusive_end: datetime | None, zone: ZoneInfo) -> date | None:
    if exclusive_end is None:
        return None
    return (exclusive_end - timedelta(microseconds=1)).astimezone(zone).date()
