"""Every command by its kind, and how a JSON body becomes one.

The rule that keeps it honest: parsed strictly; an unknown kind or field is an error that names it.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter

from domain.commands.alerts import AcknowledgeAlert, ReachClock, SnoozeAlert
from domain.commands.asked import Asked
from domain.commands.governance import (
    ApplyAmendment,
    ConfirmDeviation,
    GrantApproval,
    RefuseApproval,
    RequestApproval,
)
from domain.commands.product import (
    AssessExcursion,
    BindIdentity,
    BookResource,
    CancelBooking,
    ClearMismatch,
    CompleteManufacture,
    CorrectIdentity,
    FailProduct,
    HandOver,
    MoveBooking,
    ReleaseConditionally,
    ReleaseProduct,
    TestProduct,
)
from domain.commands.safety import (
    AssessResponse,
    AssessToxicity,
    ChangeAdverseEvent,
    CloseAdverseEvent,
    GradeAdverseEvent,
    OpenAdverseEvent,
    ReceiveInformation,
    ReopenAdverseEvent,
    SendReport,
    TreatAdverseEvent,
    VoidAdverseEvent,
    VoidAssessment,
    WithdrawReport,
)
from domain.commands.study import (
    DecideTreatment,
    LiftHold,
    PlaceHold,
    RecordMeeting,
    ReturnTurn,
    SetRecruitment,
)
from domain.commands.timeline import (
    CorrectRecord,
    EndParticipation,
    ExcuseVisit,
    MissVisit,
    PlanItem,
    RecordItem,
    RecordProgression,
    RecordResult,
    RecordUnscheduledVisit,
    RegisterParticipant,
    SignGate,
    TakeDecision,
)

Command = Annotated[
    RegisterParticipant
    | RecordResult
    | SignGate
    | RecordItem
    | RecordUnscheduledVisit
    | PlanItem
    | ExcuseVisit
    | MissVisit
    | TakeDecision
    | RecordProgression
    | EndParticipation
    | CorrectRecord
    | ApplyAmendment
    | ConfirmDeviation
    | RequestApproval
    | GrantApproval
    | RefuseApproval
    | SetRecruitment
    | PlaceHold
    | LiftHold
    | DecideTreatment
    | RecordMeeting
    | ReturnTurn
    | AssessExcursion
    | BindIdentity
    | BookResource
    | CancelBooking
    | ClearMismatch
    | CompleteManufacture
    | CorrectIdentity
    | FailProduct
    | HandOver
    | MoveBooking
    | ReleaseConditionally
    | ReleaseProduct
    | TestProduct
    | OpenAdverseEvent
    | GradeAdverseEvent
    | ChangeAdverseEvent
    | TreatAdverseEvent
    | CloseAdverseEvent
    | ReopenAdverseEvent
    | VoidAdverseEvent
    | AssessToxicity
    | AssessResponse
    | VoidAssessment
    | ReceiveInformation
    | SendReport
    | WithdrawReport
    | AcknowledgeAlert
    | SnoozeAlert
    | ReachClock,
    Field(discriminator="kind"),
]

COMMAND_TYPES: tuple[type[Asked], ...] = get_args(get_args(Command)[0])
COMMAND_KINDS: tuple[str, ...] = tuple(each.model_fields["kind"].default for each in COMMAND_TYPES)
_ADAPTER: TypeAdapter[Any] = TypeAdapter(Command)


def parse_command(body: Any) -> Command:
    """Read a command from its JSON shape.

    Raises:
        pydantic.ValidationError: unknown kind or field, missing field, or a value that cannot be.
    """
    return _ADAPTER.validate_python(body)  # type: ignore[no-any-return]


def command_body(command: Asked) -> dict[str, Any]:
    """The JSON shape of a command, as it is sent and stored."""
    return command.model_dump(mode="json", exclude_none=True)
