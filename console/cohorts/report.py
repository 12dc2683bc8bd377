"""Making the report: percentiles rounded, measures named and in order, durations in bins.

The rule that keeps it honest: figures are those of the sums; rounding is for reading and comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import orjson

from console.cohorts.labels import group_of, hold_label, label_of, place_of
from console.cohorts.shapes import (
    CohortSimulated,
    DurationBin,
    HoldChance,
    MeasureShown,
    PercentilesShown,
    WeekShown,
)
from domain.protocol.expanded import Protocol
from domain.site import Site
from replay.cohort.document import Cohort
from replay.cohort.measures import Measure
from replay.cohort.spread import Spread
from replay.cohort.summed import SERIES, Sums

_DIGITS = 4
_WIDTHS = (1, 2, 7, 14, 28, 56, 91, 182, 364, 728)
_MOST_BINS = 24


@dataclass(frozen=True, slots=True)
class Played:
    """What was played: under which documents, from which site day and seed."""

    cohort: Cohort
    protocol: Protocol
    site: Site
    starts: date
    seed: int


def report(played: Played, sums: Sums) -> CohortSimulated:
    """Everything there is to say of the studies."""
    protocol = played.protocol
    in_order = sorted(sums.measures.items(), key=lambda each: place_of(each[0], protocol))
    return CohortSimulated(
        study=protocol.id,
        protocol_version=protocol.version,
        protocol_hash=protocol.hash,
        site=played.site.id,
        site_hash=played.site.hash,
        cohort=played.cohort.cohort,
        cohort_hash=_hash(played.cohort),
        starts=played.starts,
        seed=played.seed,
        studies=sums.studies,
        participants=sums.participants,
        holds=tuple(_holds(sums, protocol)),
        measures=tuple(_measure(measure, spread, protocol) for measure, spread in in_order),
        durations=tuple(_bins(_durations(sums))),
        weeks=tuple(_weeks(sums)),
    )


def _hash(cohort: Cohort) -> str:
    body = cohort.model_dump(mode="json", by_alias=True, exclude_none=True)
    return sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _measure(measure: Measure, spread: Spread, protocol: Protocol) -> MeasureShown:
    mean = spread.mean
    return MeasureShown(
        measure=measure.code,
        label=label_of(measure, protocol),
        group=group_of(measure),
        unit=measure.unit.value,
        each=measure.each.value,
        of=spread.of,
        mean=round(mean, _DIGITS) if mean is not None else None,
        percentiles=_percentiles(spread),
    )


def _percentiles(spread: Spread) -> PercentilesShown:
    return PercentilesShown(*(_rounded(each) for each in spread.percentiles()))


def _rounded(value: float | None) -> float | None:
    return round(float(value), _DIGITS) if value is not None else None


def _holds(sums: Sums, protocol: Protocol) -> Iterator[HoldChance]:
    for rule, chance in sums.holds.items():
        figures = (round(each, _DIGITS) for each in (chance.share, chance.low, chance.high))
        yield HoldChance(rule, hold_label(rule, protocol), chance.counted, *figures)


def _weeks(sums: Sums) -> Iterator[WeekShown]:
    for number, spreads in enumerate(zip(*(sums.weeks[name] for name in SERIES), strict=True), start=1):
        yield WeekShown(number, *(_percentiles(each) for each in spreads))


def _durations(sums: Sums) -> Sequence[tuple[int, int]]:
    spread = next((spread for measure, spread in sums.measures.items() if measure.kind == "duration"), None)
    return [(int(days), studies) for days, studies in spread.counts()] if spread is not None else []


def _bins(durations: Sequence[tuple[int, int]]) -> Iterator[DurationBin]:
    """Bins of whole days, all as wide, none left out between the shortest study and the longest."""
    if not durations:
        return
    shortest, longest = durations[0][0], durations[-1][0]
    fitting = (width for width in _WIDTHS if longest // width - shortest // width < _MOST_BINS)
    width = next(fitting, longest - shortest + 1)
    for number in range(shortest // width, longest // width + 1):
        first, last = number * width, number * width + width - 1
        yield DurationBin(first, last, sum(count for days, count in durations if first <= days <= last))
