"""What may be asked about a participant's health, and about the reports owed.

The rule that keeps it honest: commands carry what is stated and when it became known; ids are given by the
record, and what can be derived is never asked for.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.commands.asked import Asked, ItemCode, ShortText, Text
from domain.safety.partial import PartialField
from domain.safety.seen import Count, CrsSeen, IcansSeen, ResponseSeen
from domain.safety.terms import (
    Action,
    AeOutcome,
    ElnCriteria,
    Expectedness,
    Relation,
    ResponseCategory,
    Serious,
)
from domain.stated import StatedField

AeId = Annotated[str, StringConstraints(pattern=r"^AE[1-9][0-9]{0,4}$")]
AssessmentId = Annotated[str, StringConstraints(pattern=r"^(TOX|RSP)[1-9][0-9]{0,4}$")]
ReportId = Annotated[str, StringConstraints(pattern=r"^RPT[1-9][0-9]{0,4}$")]
ClockId = Annotated[
    str, StringConstraints(pattern=r"^AE[1-9][0-9]{0,4}\.[A-Za-z0-9_-]{1,40}(\.[0-9]{1,4})?$")
]
Criteria = Annotated[tuple[Serious, ...], Field(max_length=6)]


class Graded(Asked):
    """A grade as stated; without its scale it is refused, and the version may be left out where one is."""

    grade: Count
    scale: ShortText | None = None
    version: ShortText | None = None


class OpenAdverseEvent(Graded):
    """An adverse event is known. `known`: when the site first knew; left out, it is now.

    `worsens`: the earlier event, often a pre-existing one, that this is a worsening of.
    """

    kind: Literal["open_adverse_event"] = "open_adverse_event"
    term: ShortText
    onset: PartialField
    known: StatedField | None = None
    relation: Relation = Relation.NOT_ASSESSED
    expectedness: Expectedness = Expectedness.NOT_ASSESSED
    serious: Criteria = ()
    stated_serious: bool | None = None
    preexisting: bool = False
    worsens: AeId | None = None
    dlt: bool = False


class GradeAdverseEvent(Graded):
    """The grade changed; `happened`: since when it holds."""

    kind: Literal["grade_adverse_event"] = "grade_adverse_event"
    ae: AeId
    happened: PartialField
    known: StatedField | None = None


class ChangeAdverseEvent(Asked):
    """Something else about it changed or was judged anew; what is left out stays."""

    kind: Literal["change_adverse_event"] = "change_adverse_event"
    ae: AeId
    reason: Text
    known: StatedField | None = None
    term: ShortText | None = None
    onset: PartialField | None = None
    relation: Relation | None = None
    expectedness: Expectedness | None = None
    serious: Criteria | None = None
    stated_serious: bool | None = None
    action: Action | None = None
    dlt: bool | None = None


class TreatAdverseEvent(Asked):
    """Something was given or done because of it."""

    kind: Literal["treat_adverse_event"] = "treat_adverse_event"
    ae: AeId
    treatment: Text
    happened: PartialField


class CloseAdverseEvent(Asked):
    """Its outcome is known."""

    kind: Literal["close_adverse_event"] = "close_adverse_event"
    ae: AeId
    outcome: AeOutcome
    resolved: PartialField | None = None


class ReopenAdverseEvent(Asked):
    """It was closed too early."""

    kind: Literal["reopen_adverse_event"] = "reopen_adverse_event"
    ae: AeId
    reason: Text


class VoidAdverseEvent(Asked):
    """It was entered in error."""

    kind: Literal["void_adverse_event"] = "void_adverse_event"
    ae: AeId
    reason: Text


class AssessToxicity(Graded):
    """CRS or ICANS on a day: what was seen and the grade the investigator gives.

    Exactly one of `crs` and `icans` is stated. `reason`: why the grade differs from the one advised.
    """

    kind: Literal["assess_toxicity"] = "assess_toxicity"
    happened: StatedField
    known: StatedField | None = None
    crs: CrsSeen | None = None
    icans: IcansSeen | None = None
    visit: ItemCode | None = None
    ae: AeId | None = None
    reason: Text | None = None


class AssessResponse(Asked):
    """The response as the investigator judges it. `reason`: why it differs from the one advised.

    `criteria`: left out, those the protocol names.
    """

    kind: Literal["assess_response"] = "assess_response"
    category: ResponseCategory
    happened: StatedField
    criteria: ElnCriteria | None = None
    seen: ResponseSeen = ResponseSeen()
    visit: ItemCode | None = None
    reason: Text | None = None


class VoidAssessment(Asked):
    """An assessment of toxicity or response was entered in error."""

    kind: Literal["void_assessment"] = "void_assessment"
    assessment: AssessmentId
    reason: Text


class ReceiveInformation(Asked):
    """New information about an event that reports are owed for. `known`: when the site received it."""

    kind: Literal["receive_information"] = "receive_information"
    ae: AeId
    what: Text
    known: StatedField | None = None


class SendReport(Asked):
    """A report was sent; `reference` is its number where it went. `replaces`: a report it corrects."""

    kind: Literal["send_report"] = "send_report"
    clock: ClockId
    sent: StatedField
    reference: ShortText
    replaces: ReportId | None = None


class WithdrawReport(Asked):
    """A report no longer stands; where one is still owed, its clock runs again as before."""

    kind: Literal["withdraw_report"] = "withdraw_report"
    report: ReportId
    reason: Text
