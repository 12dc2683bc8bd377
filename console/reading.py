"""The read side: one study as the store knows it, judged at one moment.

The rule that keeps it honest: rows come from the store, how an item stands comes from `domain.standing`,
labels and zones from the published documents; nothing here compares a window with a clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from activities.rulebook import MissingDocument, Rulebook
from console.folding import folded
from console.sights import AlertSight, DeviationSight, ItemSight, ParticipantSight
from console.words import Language
from domain.protocol.expanded import Item, Protocol
from domain.recorded import STUDY_SUBJECT, participant_stream
from domain.refusal import Code, Refused
from domain.safety.clocks import clock_named
from domain.site import Site
from domain.standing import Standing, sight_of_row, standing
from domain.state import AlertKind, AlertStatus, State, deviation_named
from domain.study import StudyRules
from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow
from store import Reading


@dataclass
class StudyLook:
    """A study in one consistent snapshot of the store, at the instant `now` (UTC).

    `as_of`: the moment of the past it is looked at as of, as it was named; empty at the present moment.
    """

    reading: Reading
    rulebook: Rulebook
    study: str
    now: datetime
    language: Language = Language.EN
    as_of: str = ""

    def participants(self) -> list[ParticipantSight]:
        """Every participant, by code."""
        overdue = Counter(item.participant for item in self._overdue_rows())
        unanswered = Counter(row.participant for row in self._open_alerts() if _unanswered(row))
        return [
            self._participant(row, overdue[row.participant], unanswered[row.participant])
            for row in self.reading.participants(self.study)
        ]

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

    def everyones_items(
        self, wanted: Callable[[ItemRow], bool] | None = None
    ) -> Iterator[tuple[ParticipantRow, list[ItemSight]]]:
        """Every participant with the whole schedule, or the items `wanted`, by code; one query for all."""
        people = {each.participant: each for each in self.reading.participants(self.study)}
        found = self.reading.items(self.study)
        rows = groupby(filter(wanted, found) if wanted else found, key=lambda each: each.participant)
        for code, items in rows:
            of = people[code]
            protocol, site = self.protocol(of), self.site(of.site)
            yield of, [self._item(each, protocol, site) for each in items]

    def alerts(self, code: str | None = None, *, everything: bool = False) -> list[AlertSight]:
        """Alerts by due time: the open ones, or all that ever were."""
        rows = self.reading.alerts(self.study, code, open_only=not everything)
        people = {each.participant: each for each in self.reading.participants(self.study)}
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
        people = {each.participant: each for each in self.reading.participants(self.study)}
        rows = self.reading.deviations(self.study, code)
        states = {name: self.state(name) for name in {row.participant for row in rows}}
        return [self._deviation(row, people[row.participant], states[row.participant]) for row in rows]

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
            for row in self._open_alerts()
            if row.kind == AlertKind.OVERDUE and not _unanswered(row)
        }
        items = (row for row in self._overdue_rows(code) if (row.participant, row.item) not in held)
        return [f"{row.participant} {row.item}" for row in items]

    def row(self, code: str) -> ParticipantRow:
        """The stored row of one participant.

        Raises:
            Refused: there is no such participant.
        """
        row = self.reading.participant(self.study, code)
        if row is None:
            raise Refused(Code.UNKNOWN_PARTICIPANT, f"there is no participant {code!r} in {self.study}")
        return row

    def protocol(self, row: ParticipantRow) -> Protocol:
        """The protocol version the participant is pinned to."""
        return self.rulebook.protocol(self.reading, row.protocol_hash)

    def site(self, code: str) -> Site:
        """The newest version of a site."""
        return self.rulebook.site_in_force(self.reading, self.study, code)

    def item_label(self, protocol: Protocol, code: str) -> str:
        """The label of an item or a gate; an unknown code is its own label."""
        labelled = (
            protocol.items.get(code)
            or protocol.gates.get(code)
            or clock_named(protocol, code)
            or self._dropped(code)
        )
        return labelled.labels.in_language(self.language) if labelled else code

    def _defined(self, protocol: Protocol, code: str) -> Item:
        """The item as the protocol version has it, or as the newest one that ever had it.

        Raises:
            activities.rulebook.MissingDocument: no published version has it.
        """
        item = protocol.items.get(code) or self._dropped(code)
        if item is None:
            raise MissingDocument(f"no published version of {protocol.id} has the item {code!r}")
        return item

    def _dropped(self, code: str) -> Item | None:
        # An amendment dropped it, and the record of whoever had it before keeps it.
        versions = self.rulebook.versions(self.reading, self.study)
        return next((each.items[code] for each in reversed(versions) if code in each.items), None)

    def _overdue_rows(self, code: str | None = None) -> Iterator[ItemRow]:
        for row in self.reading.items(self.study, code):
            if standing(sight_of_row(row), self.now) is Standing.OVERDUE:
                yield row

    def _open_alerts(self) -> list[AlertRow]:
        return self.reading.alerts(self.study, open_only=True)

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
        item = self._defined(protocol, row.item)
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

    def study_rules(self) -> StudyRules:
        """What the study as a whole is decided under."""
        return self.rulebook.study_rules(self.reading, self.study)

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
        )

    def _deviation(self, row: DeviationRow, of: ParticipantRow, state: State) -> DeviationSight:
        known = deviation_named(state, row.deviation)
        ruling = state.governance.rulings.get(row.deviation)
        return DeviationSight(
            participant=row.participant,
            deviation=row.deviation,
            item=row.item,
            label=self.item_label(self.protocol(of), row.item),
            kind=row.kind,
            detail=row.detail,
            status=row.status,
            suggested=known.suggested,
            classed=ruling.classed if ruling else None,
            classed_by=ruling.signed.by if ruling else None,
            classed_at=ruling.signed.signed_at if ruling else None,
            class_reason=ruling.reason if ruling else None,
            approval=known.approval,
        )


def _unanswered(row: AlertRow) -> bool:
    return row.status == AlertStatus.OPEN


def _last_day(exclusive_end: datetime | None, zone: ZoneInfo) -> date | None:
    if exclusive_end is None:
        return None
    return (exclusive_end - timedelta(microseconds=1)).astimezone(zone).date()
