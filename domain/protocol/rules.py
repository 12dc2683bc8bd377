"""The small language in which a protocol states conditions on results and on the timeline.

The rule that keeps it honest: a rule is data with no escape into code, and what it cannot know is `unknown`,
never false.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from domain.protocol.sources import CodeName, Source, Strict
from domain.span import SpanField

Scalar = bool | Decimal | str


COMPARISONS = ("above", "at_least", "below", "at_most", "equals", "longer_ago_than", "at_least_ago")
"""The fields of a `ResultRule` that compare (`equals` is written `is`)."""


class ResultRule(Strict):
    """A comparison with the newest recorded result of one observation.

    `above`, `at_least`, `below`, `at_most` compare numbers in the observation's own unit; `is` compares a
    yes/no or a choice; `longer_ago_than` is met by a date that is further back than the span, `at_least_ago`
    also by one exactly so far back, and both by "never";
    `within` is the shelf life: the result may be at most so old on the day it is needed. `source` is given
    where the limit or the shelf life has another source than the criterion or need around it.
    """

    result: CodeName
    above: Decimal | None = None
    at_least: Decimal | None = None
    below: Decimal | None = None
    at_most: Decimal | None = None
    equals: bool | str | None = Field(default=None, alias="is")
    longer_ago_than: SpanField | None = None
    at_least_ago: SpanField | None = None
    within: SpanField | None = None
    source: Source | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ResultRule:
        if all(getattr(self, test) is None for test in COMPARISONS):
            raise ValueError(
                f"the rule on {self.result!r} compares nothing: "
                f"give one of {', '.join(COMPARISONS).replace('equals', 'is')}"
            )
        return self


class AllOf(Strict):
    all: tuple[Rule, ...] = Field(min_length=1)


class AnyOf(Strict):
    any: tuple[Rule, ...] = Field(min_length=1)


class NotOf(Strict):
    not_: Rule = Field(alias="not")


def _rule_kind(value: Any) -> str | None:
    return _kind_by_key(value, {"result": "result", "all": "all", "any": "any", "not": "not", "not_": "not"})


Rule = Annotated[
    Annotated[ResultRule, Tag("result")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotOf, Tag("not")],
    Discriminator(
        _rule_kind,
        custom_error_type="rule_kind",
        custom_error_message="a rule is one of: result with a comparison, all, any, not",
    ),
]


class Reached(Strict):
    """True once the milestone has happened."""

    reached: CodeName


class Decided(Strict):
    """True once the decision was taken for this option."""

    decided: CodeName
    option: CodeName = Field(alias="is")


class AllConditions(Strict):
    all: tuple[Condition, ...] = Field(min_length=1)


class AnyCondition(Strict):
    any: tuple[Condition, ...] = Field(min_length=1)


class NotCondition(Strict):
    not_: Condition = Field(alias="not")


def _condition_kind(value: Any) -> str | None:
    kinds = {"reached": "reached", "decided": "decided"}
    return _kind_by_key(value, kinds | {"all": "all", "any": "any", "not": "not", "not_": "not"})


Condition = Annotated[
    Annotated[Reached, Tag("reached")]
    | Annotated[Decided, Tag("decided")]
    | Annotated[AllConditions, Tag("all")]
    | Annotated[AnyCondition, Tag("any")]
    | Annotated[NotCondition, Tag("not")],
    Discriminator(
        _condition_kind,
        custom_error_type="condition_kind",
        custom_error_message="a condition is one of: reached, decided with is, all, any, not",
    ),
]


def _kind_by_key(value: Any, keys: dict[str, str]) -> str | None:
    def has(name: str) -> bool:
        return name in value if isinstance(value, dict) else hasattr(value, name)

    return next((kind for key, kind in keys.items() if has(key)), None)


AnswerKind = Literal["number", "yes-no", "choice", "date"]

for _model in (AllOf, AnyOf, NotOf, AllConditions, AnyCondition, NotCondition):
    _model.model_rebuild()
