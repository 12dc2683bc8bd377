"""The endpoints a protocol names: what is counted, among whom, from when and until when.

The rule that keeps it honest: a definition is data with its source; code knows these five kinds of figure and
no trial.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.protocol.sources import CodeName, Labelled, Sourced
from domain.safety.terms import ResponseCategory, Toxicity
from domain.span import SpanField


class SurvivalEvent(StrEnum):
    """What ends the time that a survival endpoint measures."""

    DEATH = "death"
    PROGRESSION = "progression"


class AdverseEventEndpoint(Labelled):
    """Incidence of treatment-emergent adverse events, by the rule of the part `adverse_events`.

    Counted among those who reached the milestone `among`.
    """

    counts: Literal["adverse_events"]
    among: CodeName


class ToxicityEndpoint(Labelled):
    """Incidence of a toxicity of cell therapy by worst grade, among those who reached `among`."""

    counts: Literal["toxicity"]
    toxicity: Toxicity
    among: CodeName


class ResponseEndpoint(Labelled):
    """Share of those who reached `among` with one of `categories`, best first.

    Assessed from the day of `among` until `until` after it, that day included.
    """

    counts: Literal["best_response"]
    categories: tuple[ResponseCategory, ...] = Field(min_length=1)
    among: CodeName
    until: SpanField


class ShiftEndpoint(Labelled):
    """How an observation changed from its last value before `among` to the visit `at`."""

    counts: Literal["shift"]
    observation: CodeName
    among: CodeName
    at: CodeName


class LastKnown(Sourced):
    """At which assessments a participant is known to have had none of the events."""

    at: tuple[CodeName, ...] = Field(min_length=1)


class Marks(Sourced):
    """When, after the start, the numbers at risk are given."""

    at: tuple[SpanField, ...] = Field(min_length=1)


class SurvivalEndpoint(Labelled):
    """Time from `among` to the first of `ends`, watched until `until` after it, that day included.

    Who had none of them is counted as long as they were last known without: at any contact, or, where
    `last_known` is given, at a visit that makes one of its assessments.
    """

    counts: Literal["survival"]
    among: CodeName
    ends: tuple[SurvivalEvent, ...] = Field(min_length=1)
    until: SpanField
    last_known: LastKnown | None = None
    marks: Marks | None = None


Endpoint = Annotated[
    AdverseEventEndpoint | ToxicityEndpoint | ResponseEndpoint | ShiftEndpoint | SurvivalEndpoint,
    Field(discriminator="counts"),
]
