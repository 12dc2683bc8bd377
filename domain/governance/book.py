"""What is known of one participant's amendments, rulings and approvals.

The rule that keeps it honest: recorded facts only; whether an approval covers a visit is asked of
`approvals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.signed import Signed
from domain.stated import Stated


class Answer(StrEnum):
    """How a request for approval stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Applied:
    """A protocol version the participant was moved to, and when they consented to it."""

    version: str
    hash: str
    consented: Stated | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a person classed a deviation."""

    classed: str
    signed: Signed
    reason: str | None


@dataclass(frozen=True, slots=True)
class Approval:
    """A visit planned outside its window, and the answer. `by`: who asked; `signed`: of who granted it."""

    approval: str
    item: str
    planned: Stated
    reason: str
    by: str
    needed_by: datetime
    remind_at: datetime
    answer: Answer = Answer.WAITING
    signed: Signed | None = None
    refused_by: str | None = None
    refused_why: str | None = None


@dataclass(frozen=True, slots=True)
class Governance:
    """`rulings` by deviation, the newest of each; `approvals` by name, oldest first."""

    applied: tuple[Applied, ...] = ()
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    approvals: Mapping[str, Approval] = field(default_factory=dict)
