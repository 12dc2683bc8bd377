"""How a protocol classes deviations, and who approves a visit outside its window beforehand.

The rule that keeps it honest: a rule only suggests; a person confirms, and may say otherwise with a reason.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.protocol.sources import CodeName, Sourced
from domain.roles import Role
from domain.span import SpanField


class DeviationKind(StrEnum):
    """What can deviate."""

    EARLY = "early"
    LATE = "late"
    MISSED = "missed"
    HARD_STOP = "hard_stop"
    NO_PRIOR_APPROVAL = "no_prior_approval"
    SIGNED_LATE = "signed_late"
    NOT_SIGNED = "not_signed"
    REPORT_LATE = "report_late"


class DeviationClass(StrEnum):
    """How much a deviation weighs: an important one may touch safety, rights or the data of an endpoint."""

    MINOR = "minor"
    IMPORTANT = "important"


AsWritten = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_{}-]{0,39}$")]
"""The code of an item as the document writes it: a repeated visit with its {n}."""


class DeviationRule(Sourced):
    """Suggests a class; of several rules the first that fits counts.

    `kinds`, `items`: which deviations, none named: all. `more_than`: only when it was further outside the
    window than that.
    """

    classed: DeviationClass
    kinds: tuple[DeviationKind, ...] = ()
    items: tuple[AsWritten, ...] = ()
    more_than: SpanField | None = None


DeviationRules = Annotated[tuple[DeviationRule, ...], Field(min_length=1)]


class ApprovalRule(Sourced):
    """Prior approval of a visit outside its window: by which role, and how long before the planned day.

    `remind`: how long before that an unanswered request becomes an alert on `ladder`.
    """

    by: Role
    decide_before: SpanField
    remind: SpanField
    ladder: CodeName
