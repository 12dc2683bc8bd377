"""The report on many simulated studies: what `--json` prints, and what tables and pictures are made from.

The rule that keeps it honest: fields may be added, none is renamed or dropped; nothing in it says when, where
or in how many processes it was made, so the same seed gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from typing_extensions import Doc


@dataclass(frozen=True, slots=True)
class PercentilesShown:
    """A percentile is the least number that so many per cent are not above; null: there are no numbers."""

    p5: Annotated[float | None, Doc("5th percentile")]
    p25: Annotated[float | None, Doc("25th percentile")]
    p50: Annotated[float | None, Doc("50th percentile, the median")]
    p75: Annotated[float | None, Doc("75th percentile")]
    p95: Annotated[float | None, Doc("95th percentile")]


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """One measure over all studies."""

    measure: Annotated[str, Doc("stable code")]
    label: Annotated[str, Doc("what it is, for people")]
    group: Annotated[str, Doc("what it belongs with, for people")]
    unit: Annotated[str, Doc("what is counted")]
    each: Annotated[str, Doc("one number for each `study`, `participant` or `hold`")]
    of: Annotated[int, Doc("how many numbers there are")]
    mean: Annotated[float | None, Doc("their mean, or null: there are none")]
    percentiles: Annotated[PercentilesShown, Doc("their percentiles")]


@dataclass(frozen=True, slots=True)
class HoldChance:
    """How likely a hold is."""

    hold: Annotated[str, Doc("stopping rule, `by_hand`, or `any`: whichever")]
    label: Annotated[str, Doc("what it is, for people")]
    studies: Annotated[int, Doc("studies in which it came")]
    share: Annotated[float, Doc("of all studies")]
    low: Annotated[float, Doc("lower bound of its chance, 95 %, by Wilson")]
    high: Annotated[float, Doc("upper bound")]


@dataclass(frozen=True, slots=True)
class WeekShown:
    """One week of the study; the first one begins with the first consent."""

    week: Annotated[int, Doc("its number, from 1")]
    overdue: Annotated[PercentilesShown, Doc("items that were overdue at some time of it")]
    open: Annotated[PercentilesShown, Doc("alerts that were unresolved at some time of it")]
    raised: Annotated[PercentilesShown, Doc("alerts raised in it")]


@dataclass(frozen=True, slots=True)
class DurationBin:
    """Studies that took about as long."""

    first: Annotated[int, Doc("least number of days")]
    last: Annotated[int, Doc("greatest number of days")]
    studies: Annotated[int, Doc("how many")]


@dataclass(frozen=True, slots=True)
class CohortSimulated:
    """What `cohort simulate` found."""

    study: Annotated[str, Doc("study code, which is the protocol's id")]
    protocol_version: Annotated[str, Doc("version of the protocol")]
    protocol_hash: Annotated[str, Doc("its content hash")]
    site: Annotated[str, Doc("site code")]
    site_hash: Annotated[str, Doc("content hash of the site")]
    cohort: Annotated[str, Doc("name of the cohort")]
    cohort_hash: Annotated[str, Doc("content hash of the cohort file")]
    starts: Annotated[date, Doc("site day on which recruitment begins")]
    seed: Annotated[int, Doc("from which each study's own seed follows")]
    studies: Annotated[int, Doc("studies played")]
    participants: Annotated[int, Doc("participants of all of them")]
    holds: Annotated[Sequence[HoldChance], Doc("chance of each hold")]
    measures: Annotated[Sequence[MeasureShown], Doc("every measure")]
    durations: Annotated[Sequence[DurationBin], Doc("how long studies took")]
    weeks: Annotated[Sequence[WeekShown], Doc("load of each week")]


@dataclass(frozen=True, slots=True)
class EventPlayed:
    """One event of a simulated study."""

    at: Annotated[datetime, Doc("when it was recorded")]
    subject: Annotated[str, Doc("participant code, or `study`")]
    type: Annotated[str, Doc("type of the event")]
    says: Annotated[str, Doc("what it says, for people")]


@dataclass(frozen=True, slots=True)
class CohortPlayed:
    """One simulated study, as `cohort play` tells it."""

    study: Annotated[str, Doc("study code")]
    cohort: Annotated[str, Doc("name of the cohort")]
    seed: Annotated[int, Doc("the study's own seed")]
    starts: Annotated[date, Doc("site day on which recruitment begins")]
    days: Annotated[int, Doc("from the first consent to the last record, both counted")]
    participants: Annotated[int, Doc("who consented")]
    infused: Annotated[int, Doc("who of them were infused")]
    events: Annotated[Sequence[EventPlayed], Doc("every event, in the order in which it came")]
