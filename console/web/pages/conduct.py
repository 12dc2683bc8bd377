"""The conduct of a study: places, recruitment, holds, turns, stopping rules, reviews, versions, bookings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.calendar.booked import Booked, bookings_between
from console.product_sights import PreviewSight, preview_sight
from console.reading import StudyLook
from console.sights import AlertSight, ParticipantSight
from console.study_sight import StudySight, study_sight
from domain.events import ProtocolPublished, RecruitmentSet
from domain.product.slipping import slipped_booking
from domain.protocol.conduct import Conduct
from domain.recorded import study_stream
from domain.refusal import Refused
from domain.state import AlertKind
from domain.stated import parse_stated

_DECISIONS = (
    AlertKind.DECISION_NEEDED,
    AlertKind.REPEAT_DECISION,
    AlertKind.APPROVAL_NEEDED,
    AlertKind.MEETING_OVERDUE,
)
_BOOKED_BACK, _BOOKED_AHEAD = timedelta(days=14), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Version:
    """A published protocol version. `people`: how many are under it; `from_`: consented from then on."""

    version: str
    hash: str
    published_at: datetime
    amends: str | None
    summary: str | None
    from_: date | None
    reconsent: bool
    people: int
    newest: bool


@dataclass(frozen=True, slots=True)
class BookingRow:
    participant: str
    booked: Booked


@dataclass(frozen=True, slots=True)
class Slipping:
    """What a booking is asked to move to, and what would follow; `wrong`: why nothing can be said."""

    participant: str
    resource: str
    to: str
    preview: PreviewSight | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class ConductPage:
    """`conduct`: what the protocol says of it. `owed`: open alerts that ask for a decision."""

    sight: StudySight
    zone: str
    conduct: Conduct | None
    places: tuple[ParticipantSight, ...]
    recruited: RecruitmentSet | None
    owed: tuple[AlertSight, ...]
    versions: tuple[Version, ...]
    bookings: tuple[BookingRow, ...]
    slipping: Slipping | None

    @property
    def in_force(self) -> int:
        """How many holds are in force."""
        return sum(each.lifted_at is None for each in self.sight.holds)


def conduct_page(look: StudyLook, participant: str = "", resource: str = "", to: str = "") -> ConductPage:
    """How the study is conducted now; with a booking named, what would slip if it moved to `to`."""
    sight, rules = study_sight(look), look.study_rules()
    study, zone = look.rulebook.study(look.reading, look.study), rules.site(None).zone
    rows = look.reading.participants_named(look.study, sight.slots)
    asks = participant or resource or to
    return ConductPage(
        sight=sight,
        zone=zone.key,
        conduct=rules.conduct,
        places=tuple(look.shown_participants(rows)),
        recruited=study.recruitments[-1] if study.recruitments else None,
        owed=tuple(each for each in look.alerts() if each.kind in _DECISIONS),
        versions=tuple(_versions(look)),
        bookings=tuple(_bookings(look, look.now.astimezone(zone).date())),
        slipping=_slipping(look, participant, resource, to) if asks else None,
    )


def _versions(look: StudyLook) -> Iterator[Version]:
    """Every published version, newest first."""
    under = Counter(each.protocol_hash for each in look.reading.participants(look.study))
    published = {
        each.event.protocol_hash: each.stamp.recorded_at
        for each in look.reading.events(study_stream(look.study))
        if isinstance(each.event, ProtocolPublished)
    }
    versions = look.rulebook.versions(look.reading, look.study)
    for each in reversed(versions):
        amends = each.document.amends
        yield Version(
            version=each.version,
            hash=each.hash,
            published_at=published[each.hash],
            amends=amends.version if amends is not None else None,
            summary=amends.summary.in_language(look.language) if amends is not None else None,
            from_=amends.approved_on if amends is not None else None,
            reconsent=amends.reconsent if amends is not None else False,
            people=under[each.hash],
            newest=each is versions[-1],
        )


def _bookings(look: StudyLook, today: date) -> list[BookingRow]:
    found = bookings_between(look, today - _BOOKED_BACK, today + _BOOKED_AHEAD)
    rows = (BookingRow(row.participant, booked) for row, booked in found)
    return sorted(rows, key=lambda each: (each.booked.first, each.participant))


def _slipping(look: StudyLook, participant: str, resource: str, to: str) -> Slipping:
    try:
        stated = parse_stated(to)
    except ValueError as error:
        return Slipping(participant, resource, to, wrong=str(error))
    try:
        preview = slipped_booking(look.state(participant), resource, stated, look.now)
    except Refused as refused:
        return Slipping(participant, resource, to, wrong=refused.text)
    return Slipping(participant, resource, to, preview_sight(participant, preview))
