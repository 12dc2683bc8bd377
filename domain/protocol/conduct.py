"""The conduct of a study as its protocol states it: stagger, DLT window, stopping rules, holds, meetings.

The rule that keeps it honest: what one participant's events mean for the others is data here and decided on
the study's own stream; no count, span or role of it stands in code.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from domain.protocol.sources import CodeName, Labelled, Sentence, Sourced, Strict
from domain.roles import Role
from domain.span import SpanField


class Stagger(Sourced):
    """The least time between the first `among_first` participants who reach `milestone`.

    `gap` is whole days of the site's zone: after day d the next is allowed from day d + gap on.
    `after_dlt_window`: the DLT window of the one before must have ended too.
    """

    milestone: CodeName
    gap: SpanField
    among_first: int = Field(ge=2, le=1000)
    after_dlt_window: bool = False


class DltWindow(Sourced):
    """How long after `milestone` a participant is watched for dose-limiting toxicity; last day included."""

    milestone: CodeName
    lasts: SpanField


class Deaths(Strict):
    """At least `count` deaths within `within` of `after`, that are not said to be unrelated to treatment.

    A death counts unless a fatal adverse event is recorded and every fatal one is judged unrelated.
    """

    after: CodeName
    within: SpanField
    count: int = Field(default=1, ge=1)


class LastingToxicity(Strict):
    """A toxicity of at least `grade` that has not fallen to `falls_to` or less `within` that time."""

    toxicities: tuple[CodeName, ...] = Field(min_length=1)
    grade: int = Field(ge=1, le=5)
    falls_to: int = Field(ge=0, le=4)
    within: SpanField


class LimitingToxicities(Strict):
    """Dose-limiting toxicity in at least `participants` of the first `among_first` treated."""

    participants: int = Field(ge=1)
    among_first: int = Field(ge=1)


class StoppingRule(Labelled):
    """One ground on which the study is held: exactly one of `deaths`, `lasting`, `limiting`."""

    deaths: Deaths | None = None
    lasting: LastingToxicity | None = None
    limiting: LimitingToxicities | None = None

    @model_validator(mode="after")
    def _one_ground(self) -> StoppingRule:
        given = [each for each in (self.deaths, self.lasting, self.limiting) if each is not None]
        if len(given) != 1:
            raise ValueError(f"rule {self.code!r} states {len(given)} grounds: write one of {_GROUNDS}")
        return self


_GROUNDS = "deaths, lasting, limiting"


class HoldRule(Sourced):
    """What a hold stops (milestones), and who lifts it in which words. Everything else goes on."""

    stops: tuple[CodeName, ...] = Field(min_length=1)
    lifted_by: Role
    meaning: Sentence
    ladder: CodeName


class DecideNow(Sourced):
    """Whose treatment has `begun` and not reached `before` when a hold falls needs a decision by a role."""

    begun: CodeName
    before: CodeName
    by: Role
    ladder: CodeName


class Meeting(Labelled):
    """A safety review due `within` that time of the `number`-th participant who reaches `after`."""

    after: CodeName
    number: int = Field(ge=1)
    within: SpanField


class Conduct(Strict):
    """What is decided across participants. `ladder`: who is told of overdue meetings."""

    ladder: CodeName
    stagger: Stagger | None = None
    dlt_window: DltWindow | None = None
    stopping_rules: tuple[StoppingRule, ...] = ()
    hold: HoldRule | None = None
    decide_now: DecideNow | None = None
    meetings: tuple[Meeting, ...] = ()
