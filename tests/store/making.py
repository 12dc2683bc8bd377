"""Records and rows for the store's tests, and a small fold: the real one is the domain's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.events import AlertRaised, Event, FrozenLadder, VisitMissed, VisitRecorded
from domain.notices import Notice
from domain.recorded import Recorded, Stamp, participant_stream
from domain.roles import Actor, Role
from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow, ParticipantViews
from store import StoredCommand, Writing

STUDY = "NCT06642025"
START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
COORDINATOR = Actor(id="coordinator-1", role=Role.COORDINATOR)
ITEMS = 45


def stream_of(participant: str) -> str:
    """The stream of a participant of the study."""
    return participant_stream(STUDY, participant)


def stamp(command_id: str, at: datetime = START, **more: Any) -> Stamp:
    """A stamp under rules that are published nowhere."""
    made = Stamp(
        recorded_at=at,
        command_id=command_id,
        actor=COORDINATOR,
        protocol=None,
        site=None,
        zone_table="2026.3",
        software="0.1.0",
    )
    return replace(made, **more)


def visit(item: str = "D28", day: int = 1) -> VisitRecorded:
    """A visit on the given day after 1 April 2026, with a reason in Chinese."""
    return VisitRecorded(item, date(2026, 4, 1) + timedelta(days=day), reason="道路封闭")


def command(stream: str, command_id: str, **more: Any) -> StoredCommand:
    """An accepted command that recorded one visit."""
    made = StoredCommand(
        stream=stream,
        command_id=command_id,
        kind="record_item",
        body={"kind": "record_item", "item": "D28", "happened": "2026-04-02"},
        body_hash="a" * 64,
        actor=COORDINATOR.model_dump(mode="json"),
        asked_at=START,
        accepted=True,
        code=None,
        text="",
        version=1,
        events=("visit.recorded",),
        protocol_hash=None,
        site_hash=None,
    )
    return replace(made, **more)


def notice(number: int, participant: str = "P01") -> Notice:
    """The notice of round `number`."""
    alert = f"{participant}/D28/overdue"
    return Notice(f"{alert}/rung-1/{number}/coordinator-1/log", alert, 1, number, "coordinator-1", "log")


def record(tx: Writing, participant: str, command_id: str, events: list[Event], at: datetime = START) -> None:
    """One decision as the desk writes it: events, command, read models and a notice in one transaction."""
    stream = stream_of(participant)
    tx.lock(stream)
    head = tx.head(stream)
    after = tx.append(stream, head.version, events, stamp(command_id, at))
    types = tuple(event.TYPE for event in events)
    tx.settle_command(command(stream, command_id, version=after.version, events=types, asked_at=at))
    tx.show(views_of(tx.events(stream)))
    tx.owe(STUDY, participant, [notice(after.version, participant)], at)


def views_of(history: list[Recorded]) -> ParticipantViews:
    """A fold with a row of every kind: items are done or missed, missed ones are deviations."""
    _, study, participant = history[0].stream.split("/")
    told = {each.event.item: each for each in history if isinstance(each.event, VisitRecorded | VisitMissed)}
    alerts = [each.event for each in history if isinstance(each.event, AlertRaised)]
    last = history[-1].stamp.recorded_at
    return ParticipantViews(
        participant=ParticipantRow(
            study=study,
            participant=participant,
            site="hefei",
            protocol_id=study,
            protocol_version="1",
            protocol_hash="c" * 64,
            stage="infused",
            end=None,
            version=history[-1].seq,
            simulated=True,
            next_due=last + timedelta(days=28) if len(told) < ITEMS else None,
            next_due_what="D28 window closes",
            open_alerts=len(alerts),
            registered_on="2026-03-02",
            day_zero="2026-03-02",
        ),
        items=tuple(_item(study, participant, number, told.get(f"D{number}")) for number in range(ITEMS)),
        alerts=tuple(_alert(study, participant, event) for event in alerts),
        deviations=tuple(
            _deviation(study, participant, item, each.event)
            for item, each in told.items()
            if isinstance(each.event, VisitMissed)
        ),
    )


def raised(item: str = "D28", number: int = 1, at: datetime = START) -> AlertRaised:
    """An alert on an item of participant P01."""
    ladder = FrozenLadder(
        "visit", (), 3600, waits=False, each=False, acknowledgement_seconds=60, snooze_seconds=60
    )
    return AlertRaised(
        f"P01/{item}/overdue-{number}", "overdue", item, at, at, ladder, at + timedelta(days=7), at
    )


def _item(study: str, participant: str, number: int, told: Recorded | None) -> ItemRow:
    opens = START + timedelta(days=number)
    event = told.event if told else None
    return ItemRow(
        study=study,
        participant=participant,
        item=f"D{number}",
        position=number,
        category="visit",
        applicable=number % 7 != 0,
        basis="actual",
        anchor="D0",
        anchor_on="2026-03-02",
        opens=opens,
        target=opens,
        closes=opens + timedelta(days=1),
        hard_stop=None,
        frame_ends=None,
        outcome="done" if isinstance(event, VisitRecorded) else "missed" if event else "",
        happened=event.happened.isoformat() if isinstance(event, VisitRecorded) else None,
        happened_at=told.stamp.recorded_at if told else None,
        appointment=None,
        reason=None,
        record_seq=told.seq if told else None,
    )


def _deviation(study: str, participant: str, item: str, event: VisitMissed) -> DeviationRow:
    return DeviationRow(
        study=study,
        participant=participant,
        deviation=f"{item}/missed",
        item=item,
        kind="missed",
        detail=event.reason,
        status="open",
        suggested="minor",
        classed=None,
        classed_by=None,
        classed_at=None,
        class_reason=None,
        approval=None,
    )


def _alert(study: str, participant: str, event: AlertRaised) -> AlertRow:
    return AlertRow(
        study=study,
        participant=participant,
        alert=event.alert,
        site="hefei",
        item=event.item,
        kind=event.kind,
        status="raised",
        rung=0,
        round=0,
        rungs=3,
        due=event.due,
        raised_at=event.raised_at,
        next_at=event.first_rung_at,
        held_by=None,
        until=None,
        reason=None,
        resolved_at=None,
        resolved_why=None,
        next_role=None,
    )
