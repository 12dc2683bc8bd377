"""How a protocol has adverse events counted, graded and reported.

The rule that keeps it honest: every scale names its version, and every clock says what starts it and where
its time comes from; code knows these types and no trial.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.protocol.sources import CodeName, Labelled, Sourced, Strict
from domain.safety.terms import ElnCriteria, Toxicity
from domain.span import SpanField

ScaleVersion = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")]


class Emergence(Sourced):
    """When an adverse event counts as treatment-emergent: `within` after the first `anchor`, whose day is
    day 0; the last day is included. `shown_beside`: another wording of the rule, shown and never counted.
    """

    anchor: CodeName
    within: SpanField
    shown_beside: SpanField | None = None


class Scale(Labelled):
    """A scale of grades in one version. `toxicity`: it grades that toxicity day by day, from grade 0 on, and
    its observations are expected at the visits with the assessment `assessed`.
    """

    version: ScaleVersion
    lowest: int = Field(default=1, ge=0, le=1)
    highest: int = Field(default=5, ge=1, le=5)
    toxicity: Toxicity | None = None
    assessed: CodeName | None = None


class ResponseRule(Sourced):
    """By which criteria response is judged, not before the milestone `after`, at the visits with the
    assessment `assessed`.
    """

    criteria: ElnCriteria
    after: CodeName
    assessed: CodeName | None = None


class StartedBy(StrEnum):
    """What sets a safety clock going. A SUSAR: serious, counts as related, nobody judged it expected."""

    SERIOUS = "serious"
    SUSAR_FATAL = "susar_fatal_or_life_threatening"
    SUSAR_OTHER = "susar_other"


class SafetyClockRule(Labelled):
    """How soon something is reported: `due` after first knowledge, whose day is day 0.

    Hours are exact; days are calendar days and end at the local midnight after the last one; neither is moved
    by nights, weekends or holidays. `completed_within`: so much later than `due` the complete report follows.
    `renewed_within`: new information after the report is owed within so much of its receipt. `warn`: so long
    before the end it is said.
    """

    started_by: StartedBy
    due: SpanField
    warn: SpanField
    completed_within: SpanField | None = None
    renewed_within: SpanField | None = None
    ladder: CodeName


class AdverseEventRules(Strict):
    """The part of a protocol that the safety of participants is followed by."""

    teae: Emergence
    scales: tuple[Scale, ...] = Field(min_length=1)
    responses: ResponseRule | None = None
    clocks: tuple[SafetyClockRule, ...] = ()

    def scale(self, code: str) -> tuple[Scale, ...]:
        """The versions of a scale."""
        return tuple(each for each in self.scales if each.code == code)
