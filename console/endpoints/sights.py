"""The shapes in which endpoints are shown: what `endpoints --json` prints, field by field.

The rule that keeps it honest: as in `console.sights`: fields may be added, none is renamed or dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from typing_extensions import Doc


@dataclass(frozen=True, slots=True)
class EventRef:
    """An event of the record, as `verify` and `timeline` number it."""

    stream: Annotated[str, Doc("stream it stands in")]
    seq: Annotated[int, Doc("its number in that stream, from 1")]
    type: Annotated[str, Doc("event type")]
    says: Annotated[str, Doc("the event in one line")]


@dataclass(frozen=True, slots=True)
class PlaceSight:
    """One participant's place in one figure."""

    participant: Annotated[str, Doc("participant code")]
    simulated: Annotated[bool, Doc("true for data that is no real participant's")]
    place: Annotated[str, Doc("`counted`, `not counted`, `unknown` or `left out` (not in the denominator)")]
    why: Annotated[str, Doc("what was found, or why the participant is left out")]
    value: Annotated[str | None, Doc("what was found in short: a category, a grade, a shift; or null")]
    days: Annotated[int | None, Doc("of survival: the days watched; else null")]
    events: Annotated[Sequence[EventRef], Doc("the events behind it")]


@dataclass(frozen=True, slots=True)
class RowSight:
    """One row of a figure: a numerator, a denominator and the exact interval of their ratio."""

    row: Annotated[str, Doc("what is counted")]
    numerator: Annotated[int, Doc("participants that count")]
    denominator: Annotated[int, Doc("participants it is counted among")]
    unknown: Annotated[int, Doc("of the denominator, those of whom it is not known whether they count")]
    share: Annotated[float | None, Doc("numerator by denominator; null when nobody is counted among")]
    low: Annotated[float | None, Doc("lower bound (Clopper-Pearson); null without participants or SciPy")]
    high: Annotated[float | None, Doc("upper bound")]
    participants: Annotated[Sequence[str], Doc("who is in the numerator")]


@dataclass(frozen=True, slots=True)
class StepSight:
    """One day of a survival curve."""

    day: Annotated[int, Doc("days after the start")]
    at_risk: Annotated[int, Doc("participants watched until that day or longer")]
    events: Annotated[int, Doc("events on that day")]
    censored: Annotated[int, Doc("participants last watched on that day")]
    survival: Annotated[float, Doc("Kaplan-Meier estimate after that day")]
    low: Annotated[float | None, Doc("lower bound (log-log); null where the formula gives none")]
    high: Annotated[float | None, Doc("upper bound")]


@dataclass(frozen=True, slots=True)
class MarkSight:
    """The curve at one of the times that the protocol names."""

    after: Annotated[str, Doc("time after the start, such as P6M")]
    day: Annotated[int, Doc("the day it stands for; a month is 365.25/12 days, rounded down")]
    at_risk: Annotated[int, Doc("participants watched until that day or longer")]
    survival: Annotated[float | None, Doc("Kaplan-Meier estimate; null when nobody is at risk any more")]
    low: Annotated[float | None, Doc("lower bound (log-log); null where the formula gives none")]
    high: Annotated[float | None, Doc("upper bound")]


@dataclass(frozen=True, slots=True)
class CurveSight:
    """A survival curve by Kaplan and Meier."""

    events: Annotated[int, Doc("participants with an event")]
    censored: Annotated[int, Doc("participants without")]
    median: Annotated[int | None, Doc("first day at which at most half survive; null: not reached")]
    median_low: Annotated[int | None, Doc("lower bound of the median (log-log); null: not reached")]
    median_high: Annotated[int | None, Doc("upper bound of the median; null: not reached")]
    marks: Annotated[Sequence[MarkSight], Doc("the curve at the times the protocol names")]
    steps: Annotated[Sequence[StepSight], Doc("every day on which something changes")]


@dataclass(frozen=True, slots=True)
class FigureSight:
    """One endpoint of the protocol over every participant."""

    code: Annotated[str, Doc("endpoint code")]
    label: Annotated[str, Doc("its label in the chosen language")]
    counts: Annotated[
        str, Doc("kind of figure: `adverse_events`, `toxicity`, `best_response`, `shift` or `survival`")
    ]
    among: Annotated[str, Doc("code of the milestone that brings a participant into the denominator")]
    source_kind: Annotated[str, Doc("`registry`, `standard` or `assumption`")]
    source: Annotated[str, Doc("where the definition comes from")]
    rows: Annotated[Sequence[RowSight], Doc("the figure row by row; of survival, none")]
    curve: Annotated[CurveSight | None, Doc("of survival; null elsewhere, and when only counted")]
    participants: Annotated[Sequence[PlaceSight], Doc("every participant's place, with the events behind it")]


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """Every endpoint, as the record knew it at a moment."""

    study: Annotated[str, Doc("study code")]
    as_of: Annotated[datetime, Doc("what had been recorded by this instant is counted, nothing later")]
    true_at: Annotated[
        datetime | None, Doc("only what had happened by this instant is counted; null: all that was known")
    ]
    protocol_version: Annotated[str, Doc("version whose definitions are used: the newest published by then")]
    protocol_hash: Annotated[str, Doc("its content hash")]
    simulated: Annotated[bool, Doc("true when any participant is simulated")]
    confidence: Annotated[float | None, Doc("of every interval, two-sided; null when only counted")]
    figures: Annotated[Sequence[FigureSight], Doc("the endpoints, in the protocol's order")]
