"""One participant: stage, what comes next, gates, visits, product, safety, alerts and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from console.governing import approvals
from console.reading import StudyLook
from console.record import ParticipantRecord, record_of
from console.safety_sights import SafetySight, safety_of
from console.sights import ApprovalSight, DeviationSight, EventSight, ItemSight, ParticipantSight
from console.study_sight import HoldSight, study_sight
from console.swimmer import worth_showing
from console.web.drawing import Bar, bar
from console.web.pages.participant_gates import GateCard, gate_cards
from console.web.pages.participant_product import Custody, custody
from console.web.pages.today import AlertCard, cards

NEWEST = 15
NEXT = 6
_DUE = frozenset({"open", "past target", "overdue", "stale"})
_AHEAD = frozenset({"not due", "projected"})


@dataclass(frozen=True, slots=True)
class Visit:
    """One item with its window as a strip. `can_record`: nothing of it is on the record yet."""

    item: ItemSight
    bar: Bar | None
    can_record: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the protocol. `state`: `past`, `here` or `ahead`."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Visits:
    """`due`: can be done now; `next`: the first that come, `later` the rest; `over`: recorded, newest first.

    `other`: what does not apply, where everything is asked for; `hidden`: how many are not shown.
    """

    due: tuple[Visit, ...]
    next: tuple[Visit, ...]
    later: tuple[Visit, ...]
    over: tuple[Visit, ...]
    other: tuple[Visit, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class OfStudy:
    """What the study says of this participant. `interrupted`: the treatment waits for a decision."""

    holds: tuple[HoldSight, ...]
    turn: bool
    first_allowed: str
    watched_until: str
    interrupted: bool


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    """`coming`: the next thing a person has to do; `events`: newest first; `older`: how many are not."""

    person: ParticipantSight
    steps: tuple[Step, ...]
    coming: ItemSight | None
    visits: Visits
    gates: tuple[GateCard, ...]
    custody: Custody | None
    safety: SafetySight
    alerts: tuple[AlertCard, ...]
    deviations: tuple[DeviationSight, ...]
    approvals: tuple[ApprovalSight, ...]
    of_study: OfStudy
    events: tuple[EventSight, ...]
    older: int

    @property
    def next_gate(self) -> GateCard | None:
        """The first gate that was not passed, while there is somebody to pass it."""
        ahead = (each for each in self.gates if not each.sight.passed)
        return next(ahead, None) if self.person.end is None else None


def participant_page(look: StudyLook, code: str, *, everything: bool) -> ParticipantPage:
    """Everything about one participant; `everything`: all events and items that do not apply too.

    Raises:
        Refused: there is no such participant.
    """
    person, items = look.participant(code), look.items(code)
    record = record_of(look, code)
    told = list(reversed(record.told()))
    visits = _visits(look, items, ZoneInfo(person.zone), everything=everything)
    return ParticipantPage(
        person=person,
        steps=tuple(_steps(look, person, record)),
        coming=next((each.item for each in (*visits.due, *visits.next)), None),
        visits=visits,
        gates=tuple(gate_cards(record)),
        custody=custody(record),
        safety=safety_of(record),
        alerts=cards(look, look.alerts(code)),
        deviations=tuple(look.deviations(code)),
        approvals=tuple(approvals(look, code)),
        of_study=_of_study(look, code),
        events=tuple(told if everything else told[:NEWEST]),
        older=0 if everything else max(0, len(told) - NEWEST),
    )


def _steps(look: StudyLook, person: ParticipantSight, record: ParticipantRecord) -> list[Step]:
    stages = record.state.protocol.document.stages
    codes = [each.code for each in stages]
    here = codes.index(person.stage) if person.stage in codes else -1
    states = ["past" if place < here else "here" if place == here else "ahead" for place in range(len(codes))]
    labels = [each.labels.in_language(look.language) for each in stages]
    return [Step(label, state) for label, state in zip(labels, states, strict=True)]


def _visits(look: StudyLook, items: Sequence[ItemSight], zone: ZoneInfo, *, everything: bool) -> Visits:
    def shown(found: Iterable[ItemSight]) -> tuple[Visit, ...]:
        return tuple(Visit(each, bar(each, zone, look.now), each.outcome == "pending") for each in found)

    worth = [each for each in items if worth_showing(each)]
    due = sorted((each for each in worth if each.standing in _DUE), key=_closes)
    ahead = sorted((each for each in worth if each.standing in _AHEAD), key=_opens)
    over = [each for each in worth if each.standing not in _DUE | _AHEAD]
    other = [each for each in items if each not in worth]
    return Visits(
        due=shown(due),
        next=shown(ahead[:NEXT]),
        later=shown(ahead[NEXT:]),
        over=shown(sorted(over, key=_happened, reverse=True)),
        other=shown(other) if everything else (),
        hidden=0 if everything else len(other),
    )


def _opens(item: ItemSight) -> datetime:
    return item.opens or _NEVER


def _closes(item: ItemSight) -> datetime:
    return item.closes or _NEVER


_NEVER = datetime.max.replace(tzinfo=UTC)


def _happened(item: ItemSight) -> str:
    closes = item.closes.isoformat() if item.closes is not None else ""
    return item.happened or closes


def _of_study(look: StudyLook, code: str) -> OfStudy:
    study = study_sight(look)
    turn = next((each for each in study.turns if each.participant == code), None)
    watched = next((each for each in study.in_dlt_window if each.participant == code), None)
    return OfStudy(
        holds=tuple(each for each in study.holds if each.lifted_at is None),
        turn=turn is not None,
        first_allowed=turn.first if turn is not None else "",
        watched_until=watched.last.isoformat() if watched is not None else "",
        interrupted=code in study.undecided,
    )
