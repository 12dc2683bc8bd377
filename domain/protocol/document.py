"""The protocol document: a trial's timeline, gates and ladders as data; an amendment needs no release.

The rule that keeps it honest: code knows these types and no trial; each value carries its source.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from domain.protocol.amends import Amends
from domain.protocol.conduct import Conduct
from domain.protocol.endpoints import Endpoint
from domain.protocol.governance import ApprovalRule, DeviationRules
from domain.protocol.product import PlanBack, ProductPart, Resource
from domain.protocol.rules import AnswerKind, Condition, Rule
from domain.protocol.safety import AdverseEventRules
from domain.protocol.sources import CodeName, Labelled, Labels, Sentence, Source, Sourced, Strict
from domain.roles import Role
from domain.span import ZERO, Span, SpanField


class End(StrEnum):
    """How a participation can end. Some ends leave survival visits running (`Visit.after_end`)."""

    SCREEN_FAILURE = "screen_failure"
    WITHDRAWN = "withdrawn"
    MANUFACTURING_FAILURE = "manufacturing_failure"
    DIED = "died"
    LOST = "lost_to_follow_up"
    DISCONTINUED = "discontinued"
    COMPLETED = "completed"


class Window(Sourced):
    """When an item is due: `target` from the anchor, accepted from `early` before to `late` after it.

    Without hours in any of the three the window is whole days of the site's zone, last day included; with
    hours it is counted from the anchor's stated instant. `hard_stop` (from the anchor) is the last moment
    at which the item is recorded without a stated approval; `frame_ends` (from the anchor) is the end of an
    endpoint's registered frame, which the window may outlast.
    """

    anchor: CodeName
    target: SpanField
    early: SpanField = ZERO
    late: SpanField = ZERO
    hard_stop: SpanField | None = None
    frame_ends: SpanField | None = None

    @property
    def whole_days(self) -> bool:
        return self.target.whole_days and self.early.whole_days and self.late.whole_days


class Scheduled(Labelled):
    """What milestones and visits have in common. `remind` is the notice given before the window closes."""

    window: Window | None = None
    enters: CodeName | None = None
    ladder: CodeName = "visit"
    remind: SpanField | None = None
    prior_approval: bool = False
    after_end: tuple[End, ...] = ()
    condition: Condition | None = None


class Milestone(Scheduled):
    """A date that anchors others. `requires` must have happened before; `optional` ones are never due."""

    requires: tuple[CodeName, ...] = ()
    optional: bool = False
    repeatable: bool = False


class Repeat(Sourced):
    """A visit given `times` times, `every` so long; `{n}` in code and labels counts from `first`.

    `chained`: each one hangs on the actual date of the one before instead of on the common anchor.
    """

    times: int = Field(ge=1, le=400)
    every: SpanField
    first: int = 1
    chained: bool = False


class Visit(Labelled):
    """An expected contact with the participant."""

    # `code` may hold {n} when the visit repeats, so it is checked after expansion instead of here.
    code: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_{}-]{0,39}$")
    window: Window
    enters: CodeName | None = None
    ladder: CodeName = "visit"
    remind: SpanField | None = None
    prior_approval: bool = False
    after_end: tuple[End, ...] = ()
    condition: Condition | None = None
    repeat: Repeat | None = None
    assessments: tuple[CodeName, ...] = ()
    endpoints: tuple[CodeName, ...] = ()


class Observation(Labelled):
    """Something that is measured or asked, with its units: `units` maps each accepted unit to its factor
    onto `unit`, so that Hb may be given in g/dL and never in mg."""

    kind: AnswerKind
    unit: str | None = None
    units: dict[str, Decimal] = Field(default_factory=dict)
    lowest: Decimal | None = None
    highest: Decimal | None = None
    choices: tuple[CodeName, ...] = ()


class Criterion(Labelled):
    """An eligibility criterion. Inclusion: `met_if`. Exclusion: `excluded_if`."""

    text: Sentence
    met_if: Rule | None = None
    excluded_if: Rule | None = None


class Need(Labelled):
    """One thing that must be true at a gate."""

    rule: Rule


class Gate(Labelled):
    """What must be true, and who must have signed it, before a milestone.

    `criteria`: all eligibility criteria must be met. `signature_within`: how old the signature may be on
    the day of the milestone. `warn_before`: how long before a used result runs out an alert is raised.
    """

    before: CodeName
    criteria: bool = False
    needs: tuple[Need, ...] = ()
    signed_by: Role
    meaning: Sentence
    signature_within: SpanField | None = None
    warn_before: SpanField = Span(days=3)
    ladder: CodeName = "visit"


class Decision(Labelled):
    """A branch a person decides; visits hang on its options through `condition`."""

    options: dict[CodeName, Labels] = Field(min_length=2)
    by: Role


class Rung(Strict):
    """Who is told, and how long after the rung before (the first: after the alert was raised)."""

    after: SpanField
    tell: Role


class Ladder(Labelled):
    """Who is told of an unanswered alert, one rung after another; the last rung repeats until answered.

    `waits`: notices wait for the site's working hours (safety never waits). `each`: every person told must
    acknowledge. `acknowledgement_lasts`: afterwards the alert is open again. `snooze_at_most`: the longest
    snooze.
    """

    rungs: tuple[Rung, ...] = Field(min_length=1)
    repeat_every: SpanField
    waits: bool = True
    each: bool = False
    acknowledgement_lasts: SpanField
    snooze_at_most: SpanField


class Stage(Labelled):
    """A stretch of the timeline, entered through an item's `enters`. Order in the document is the order."""


class Cap(Sourced):
    """The most participants who may hold a slot; a slot is held from registration and given back only by an
    end before `kept_from`."""

    participants: int = Field(ge=1, le=100_000)
    kept_from: CodeName


class Registration(Sourced):
    """The milestone that opens a participant's timeline (consent)."""

    milestone: CodeName
    criteria_checked: tuple[CodeName, ...] = ()


class EndRule(Sourced):
    """When an end is possible: only after the milestone `after` and before the milestone `before`.

    Ends without a rule are possible at any time.
    """

    end: End
    after: CodeName | None = None
    before: CodeName | None = None


class ProtocolDocument(Strict):
    """A whole protocol version as it is written, before repeats are expanded."""

    id: CodeName
    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")
    title: Labels
    source: Source
    registration: Registration
    cap: Cap | None = None
    stages: tuple[Stage, ...] = Field(min_length=1)
    milestones: tuple[Milestone, ...] = Field(min_length=1)
    visits: tuple[Visit, ...] = ()
    observations: tuple[Observation, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    gates: tuple[Gate, ...] = ()
    decisions: tuple[Decision, ...] = ()
    ladders: tuple[Ladder, ...] = Field(min_length=1)
    assessments: tuple[Labelled, ...] = ()
    ends: tuple[EndRule, ...] = ()
    amends: Amends | None = None
    deviations: DeviationRules | None = None
    approvals: ApprovalRule | None = None
    product: ProductPart | None = None
    resources: tuple[Resource, ...] | None = None
    plan_back: PlanBack | None = None
    conduct: Conduct | None = None
    adverse_events: AdverseEventRules | None = None
    endpoints: tuple[Endpoint, ...] | None = None
