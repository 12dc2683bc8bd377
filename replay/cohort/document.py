"""The cohort file: how participants and staff of a simulated study fare, as distributions.

The rule that keeps it honest: what is left out goes as the protocol plans it; a figure may say where it comes
from, and none stands in code.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.protocol.document import End
from domain.protocol.sources import CodeName, Sentence, Strict
from domain.safety.terms import Expectedness, Relation
from domain.span import Span, SpanField
from replay.cohort.distributions import (
    Categories,
    Chance,
    ChanceField,
    Constant,
    Distribution,
    Grade,
    Wait,
)

NEVER, ALWAYS = Chance(of=0), Chance(of=1)
AT_ONCE = Constant(value=0)

_LONGEST_PLAY = Span(months=12 * 30)


def _forward(span: Span) -> Span:
    if span.rough_days() <= 0:
        raise ValueError(f"{span} leads nowhere: write a duration of some length, such as P2D")
    return span


def _elapsing(span: Span) -> Span:
    if span.months:
        raise ValueError(f"{span} counts months, which differ in length: count days, weeks or hours")
    return _forward(span)


def _bounded(span: Span) -> Span:
    if span.rough_days() > _LONGEST_PLAY.rough_days():
        raise ValueError(f"{span} is longer than anybody follows up: write at most {_LONGEST_PLAY}")
    return _forward(span)


Terminal = Literal[End.DIED, End.WITHDRAWN, End.LOST, End.DISCONTINUED]


class Screening(Strict):
    """`failure`: a criterion is not met. `lasts_days`: from consent to enrolment; left out, as planned."""

    failure: ChanceField = NEVER
    lasts_days: Wait | None = None


class Manufacture(Strict):
    """`turnaround_days`: from the collection to the release; left out, as the protocol plans it.

    `again`: after a failure cells are collected once more, `again_after_days` later; that product fails with
    `second_failure`, and after it nobody tries again.
    """

    failure: ChanceField = NEVER
    turnaround_days: Wait | None = None
    again: ChanceField = ALWAYS
    again_after_days: Wait = Constant(value=7)
    second_failure: ChanceField = NEVER


class Visits(Strict):
    """`late_days` and `late_hours` after the target (negative: early), by how the window is counted.

    `milestones_late_days`: the same for milestones. `missed`: a visit that nothing else waits for does not
    take place. `entered_after_hours`: how long after a visit it is typed in, in working time;
    `bedside_entered_after_hours`: one whose window is in hours, at any time.
    """

    late_days: Distribution = AT_ONCE
    late_hours: Distribution = AT_ONCE
    milestones_late_days: Distribution = AT_ONCE
    missed: ChanceField = NEVER
    entered_after_hours: Wait = AT_ONCE
    bedside_entered_after_hours: Wait = AT_ONCE


class Answering(Strict):
    """One rung: whether somebody who is told there acknowledges the alert, and after how long."""

    answered: ChanceField
    after_hours: Wait


class Toxicity(Strict):
    """A condition that begins `onset_days` after the milestone `from`, with a grade, for `lasts_days`.

    `from`: left out, the milestone that emergent events count from. `serious_from`: the least grade that is
    serious; `limiting`: whether one of at least `limiting_from` is dose-limiting.
    """

    term: Annotated[str, Field(min_length=1, max_length=80)]
    scale: Annotated[str, Field(min_length=1, max_length=80)]
    from_: CodeName | None = Field(default=None, alias="from")
    chance: ChanceField
    onset_days: Wait
    grade: Grade
    lasts_days: Wait
    known_after_hours: Wait = AT_ONCE
    serious_from: Annotated[int, Field(ge=1, le=5)] | None = None
    limiting_from: Annotated[int, Field(ge=1, le=5)] = 3
    limiting: ChanceField = NEVER
    relation: Relation = Relation.PROBABLE
    expectedness: Expectedness = Expectedness.EXPECTED


class Progression(Strict):
    """The disease progresses `after_days` after a milestone."""

    from_: CodeName = Field(alias="from")
    chance: ChanceField
    after_days: Wait


class Departure(Strict):
    """A participation ends `after_days` after the milestone `from`; left out, after consent.

    `related`: of a death, whether nobody says that it had nothing to do with the treatment.
    """

    end: Terminal
    from_: CodeName | None = Field(default=None, alias="from")
    chance: ChanceField
    after_days: Wait
    related: ChanceField = NEVER


class Conduct(Strict):
    """How the study as a whole is led: holds lifted, interrupted treatments decided, meetings held."""

    hold_lasts_days: Wait = Constant(value=14)
    lifted: ChanceField = ALWAYS
    decided_after_hours: Wait = Constant(value=4)
    proceeds: ChanceField = ALWAYS
    meeting_after_days: Wait = Constant(value=28)


class AskingAgain(Strict):
    """What is refused is asked again `every` so long, `at_most` so often; then it is given up."""

    every: Annotated[SpanField, AfterValidator(_elapsing)] = Span(days=1)
    at_most: int = Field(default=40, ge=0, le=400)


class Cohort(Strict):
    """A whole file. `candidates`: how many people ask to take part, on average so many `per_week`.

    `lasts`: from the start to the end of what is played. `answers`: by rung, the last for all above it; left
    out, nobody answers. `responses`: by category, at the visits that judge it. `decisions`: by code, the
    options; left out, the first one.
    """

    cohort: CodeName
    about: Sentence | None = None
    candidates: int = Field(ge=1, le=10_000)
    per_week: float = Field(gt=0, le=1000)
    arrivals: Literal["random", "regular"] = "random"
    lasts: Annotated[SpanField, AfterValidator(_bounded)]
    screening: Screening = Screening()
    manufacture: Manufacture = Manufacture()
    visits: Visits = Visits()
    answers: tuple[Answering, ...] = Field(default=(), max_length=10)
    toxicities: tuple[Toxicity, ...] = Field(default=(), max_length=100)
    reports_after_hours: Wait = Constant(value=6)
    responses: Categories | None = None
    progressions: tuple[Progression, ...] = Field(default=(), max_length=20)
    departures: tuple[Departure, ...] = Field(default=(), max_length=20)
    decisions: dict[CodeName, Categories] = Field(default_factory=dict)
    conduct: Conduct = Conduct()
    asking_again: AskingAgain = AskingAgain()


_LONGER_THAN_A_FOLLOW_UP = Span(months=240)


def punctual() -> Cohort:
    """One participant to whom nothing happens and whom everybody treats just as the protocol plans it."""
    return Cohort(
        cohort="punctual", candidates=1, per_week=1, arrivals="regular", lasts=_LONGER_THAN_A_FOLLOW_UP
    )
