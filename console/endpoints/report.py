"""The endpoint report: the core's counting of a study at a moment, with statistics where they are wanted.

The rule that keeps it honest: what is counted is what the look reads, folded as the desk folds it, so the
report of what was known at a past moment is what would have been printed then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from console.endpoints.sights import (
    CurveSight,
    EndpointReport,
    EventRef,
    FigureSight,
    MarkSight,
    PlaceSight,
    RowSight,
    StepSight,
)
from console.endpoints.statistics import CONFIDENCE, NO_INTERVAL, Curve, exact_interval, survival_curve
from console.folding import folded
from console.reading import StudyLook
from console.speech import Speech
from console.telling import told
from console.words import Language
from domain.endpoints import Figure, Group, Judged, Known, Place, figures
from domain.events import ProtocolPublished
from domain.evolve import ParticipantEvent
from domain.protocol.endpoints import Endpoint, SurvivalEndpoint
from domain.protocol.expanded import Protocol
from domain.recorded import participant_stream, study_stream
from domain.refusal import Code, Refused
from domain.span import Span

DAYS_OF_A_MONTH = 365.25 / 12
DIGITS = 6
"""Decimals of every share: more than anybody reads, fewer than two machines could disagree on."""


class UnknownEndpoint(Exception):
    """The protocol has no such endpoint, or none at all."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a study as known at `as_of` (UTC), and the people behind them by code.

    `true_at` (UTC): what had happened by then is counted; None: whatever was known.
    """

    study: str
    as_of: datetime
    true_at: datetime | None
    protocol: Protocol
    people: dict[str, Known]
    figures: tuple[Figure, ...]


def counted(look: StudyLook) -> Counted:
    """Count every endpoint of the newest protocol that the look knows.

    Raises:
        Refused: nothing is published.
        UnknownEndpoint: the protocol names no endpoints.
        activities.rulebook.MissingDocument: the store lacks a document the record names.
    """
    protocol = _protocol(look)
    people = _people(look)
    found = figures(protocol.document.endpoints or (), list(people.values()))
    known, true = (look.now, None) if look.known_by is None else (look.known_by, look.now)
    return Counted(look.study, known, true, protocol, people, found)


def report(
    of: Counted, language: Language, only: Sequence[str] = (), *, counts_only: bool = False
) -> EndpointReport:
    """The report in the shape that is shown; `only` these endpoints, where any are named.

    Raises:
        UnknownEndpoint: `only` names one that the protocol does not have.
        StatisticsMissing: SciPy is not installed, and not `counts_only`.
    """
    chosen = _chosen(of, only)
    return EndpointReport(
        study=of.study,
        as_of=of.as_of,
        true_at=of.true_at,
        protocol_version=of.protocol.version,
        protocol_hash=of.protocol.hash,
        simulated=any(each.state.simulated for each in of.people.values()),
        confidence=None if counts_only else CONFIDENCE,
        figures=[
            _figure(of, each, language, counts_only=counts_only)
            for each in of.figures
            if each.endpoint.code in chosen
        ],
    )


def _protocol(look: StudyLook) -> Protocol:
    published = [
        each.event
        for each in look.reading.events(study_stream(look.study))
        if isinstance(each.event, ProtocolPublished)
    ]
    if not published:
        at = look.now.isoformat()
        raise Refused(Code.UNKNOWN_STUDY, f"no protocol of {look.study} was published by {at}")
    protocol = look.rulebook.protocol(look.reading, published[-1].protocol_hash)
    if not protocol.document.endpoints:
        raise UnknownEndpoint(
            f"protocol {protocol.id} {protocol.version} names no endpoints: it has no part `endpoints`"
        )
    return protocol


def _people(look: StudyLook) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for row in look.reading.participants(look.study):
        stream = participant_stream(look.study, row.participant)
        record = look.reading.events(stream)
        found[row.participant] = Known(folded(look.reading, look.rulebook, record), tuple(record))
    return found


def _chosen(of: Counted, only: Sequence[str]) -> frozenset[str]:
    """The codes of the endpoints that `only` names, in capitals or not; all, where it names none."""
    codes = {each.endpoint.code.casefold(): each.endpoint.code for each in of.figures}
    for code in only:
        if code.casefold() not in codes:
            protocol = f"{of.protocol.id} {of.protocol.version}"
            raise UnknownEndpoint(f"{code!r} is not an endpoint of {protocol}: {', '.join(codes.values())}")
    return frozenset(codes[code.casefold()] for code in only) or frozenset(codes.values())


def _figure(of: Counted, figure: Figure, language: Language, *, counts_only: bool) -> FigureSight:
    endpoint = figure.endpoint
    return FigureSight(
        code=endpoint.code,
        label=endpoint.labels.in_language(language),
        counts=endpoint.counts,
        among=endpoint.among,
        source_kind=endpoint.source.kind.value,
        source=endpoint.source.text,
        rows=[_row(each, counts_only=counts_only) for each in figure.groups],
        curve=None if counts_only else _curve(endpoint, figure.judged),
        participants=[_place(of, each, language) for each in figure.judged],
    )


def _row(group: Group, *, counts_only: bool) -> RowSight:
    counted_, among = len(group.counted), len(group.among)
    interval = NO_INTERVAL if counts_only else exact_interval(counted_, among)
    return RowSight(
        row=group.name,
        numerator=counted_,
        denominator=among,
        unknown=len(group.unknown),
        share=_shown(counted_ / among if among else None),
        low=_shown(interval.low),
        high=_shown(interval.high),
        participants=group.counted,
    )


def _curve(endpoint: Endpoint, judged: Sequence[Judged]) -> CurveSight | None:
    if not isinstance(endpoint, SurvivalEndpoint):
        return None
    times = [(each.days, each.place is Place.COUNTED) for each in judged if each.days is not None]
    curve = survival_curve(times)
    return CurveSight(
        events=sum(ended for _, ended in times),
        censored=sum(not ended for _, ended in times),
        median=curve.median,
        median_low=curve.median_low,
        median_high=curve.median_high,
        marks=[_mark(curve, each) for each in (endpoint.marks.at if endpoint.marks else ())],
        steps=[
            StepSight(
                day=each.day,
                at_risk=each.at_risk,
                events=each.events,
                censored=each.censored,
                survival=round(each.survival, DIGITS),
                low=_shown(each.interval.low),
                high=_shown(each.interval.high),
            )
            for each in curve.steps
        ],
    )


def _mark(curve: Curve, after: Span) -> MarkSight:
    day = int(after.months * DAYS_OF_A_MONTH) + after.days
    interval = curve.interval(day)
    return MarkSight(
        after=str(after),
        day=day,
        at_risk=curve.at_risk(day),
        survival=_shown(curve.survival(day)),
        low=_shown(interval.low),
        high=_shown(interval.high),
    )


def _shown(share: float | None) -> float | None:
    return None if share is None else round(share, DIGITS)


def _place(of: Counted, judged: Judged, language: Language) -> PlaceSight:
    known = of.people[judged.participant]
    return PlaceSight(
        participant=judged.participant,
        simulated=known.state.simulated,
        place=judged.place.value,
        why=judged.why,
        value=judged.value,
        days=judged.days,
        events=[_event(known, seq, language) for seq in judged.seqs],
    )


def _event(known: Known, seq: int, language: Language) -> EventRef:
    # Told as true at a moment, a record has gaps, and what follows a fact stands behind it under its number.
    recorded = next(each for each in known.record if each.seq == seq)
    event = cast(ParticipantEvent, recorded.event)
    return EventRef(recorded.stream, recorded.seq, event.TYPE, told(event, _speech(known, language)))


def _speech(known: Known, language: Language) -> Speech:
    items = known.state.protocol.items

    def name(code: str) -> str:
        return items[code].labels.in_language(language) if code in items else code

    return Speech(known.state.zone, language, name if language is Language.ZH else str)
