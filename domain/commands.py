"""What may be asked of the record of one participant.

The rule that keeps it honest: commands are imperative, carry who asks and what is stated, and are parsed
strictly; nothing here decides anything.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from domain.protocol.document import End
from domain.roles import Actor
from domain.stated import Instant, StatedField

ItemCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
AlertId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_.-]+){2,4}$", max_length=160)
]
StudyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
ParticipantCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,31}$")]


def _plain_text(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") and character != "\n":
            raise ValueError(f"the text holds a control character (U+{ord(character):04X}); write plain text")
    return unicodedata.normalize("NFC", text)


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_plain_text)
]
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_plain_text)
]


class Asked(BaseModel):
    """What every command has: its `kind` and the `actor` who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: Actor


class StatedResult(BaseModel):
    """A result as stated: `value` is text ("72", "yes", "2025-11-30", "never"), `unit` where it has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    observation: ItemCode
    value: ShortText
    unit: ShortText | None = None
    on: StatedField | None = None


class RegisterParticipant(Asked):
    """Open the timeline: the participant consented. `results` known at consent are checked at once.

    `site` may be left out where the study has one.
    """

    kind: Literal["register_participant"] = "register_participant"
    happened: StatedField
    site: ItemCode | None = None
    results: tuple[StatedResult, ...] = Field(default=(), max_length=50)
    simulated: bool = False


class RecordResult(Asked):
    """State a screening or safety result with its date."""

    kind: Literal["record_result"] = "record_result"
    result: StatedResult


class SignGate(Asked):
    """Sign that a gate's conditions are met, in the gate's own words."""

    kind: Literal["sign_gate"] = "sign_gate"
    gate: ItemCode
    meaning: Text


class RecordItem(Asked):
    """A milestone or visit happened. `reason` and `approved_by` are asked for beyond a hard stop."""

    kind: Literal["record_item"] = "record_item"
    item: ItemCode
    happened: StatedField
    reason: Text | None = None
    approved_by: ShortText | None = None


class RecordUnscheduledVisit(Asked):
    """A visit the protocol does not plan happened."""

    kind: Literal["record_unscheduled_visit"] = "record_unscheduled_visit"
    happened: StatedField
    reason: Text


class PlanItem(Asked):
    """Set or move the appointment of an item; none takes it back. A move needs a reason."""

    kind: Literal["plan_item"] = "plan_item"
    item: ItemCode
    appointment: StatedField | None = None
    reason: Text | None = None


class ExcuseVisit(Asked):
    """A person says beforehand that the visit will not take place."""

    kind: Literal["excuse_visit"] = "excuse_visit"
    item: ItemCode
    reason: Text


class MissVisit(Asked):
    """A person says that the visit did not take place. The machine never says so."""

    kind: Literal["miss_visit"] = "miss_visit"
    item: ItemCode
    reason: Text


class TakeDecision(Asked):
    """Decide a branch of the protocol."""

    kind: Literal["take_decision"] = "take_decision"
    decision: ItemCode
    option: ItemCode
    happened: StatedField


class RecordProgression(Asked):
    """The disease progressed."""

    kind: Literal["record_progression"] = "record_progression"
    happened: StatedField
    detail: Text | None = None


class EndParticipation(Asked):
    """The participation ended: death, withdrawal, loss, failure of screening or of manufacture."""

    kind: Literal["end_participation"] = "end_participation"
    end: Literal[
        End.SCREEN_FAILURE, End.WITHDRAWN, End.MANUFACTURING_FAILURE, End.DIED, End.LOST, End.DISCONTINUED
    ]
    happened: StatedField
    reason: Text


class CorrectRecord(Asked):
    """Correct what was recorded of an item or end: a new time, or `retract` it. Nothing is overwritten.

    `item` is an item code, "end" or "progression"; `seq` names the record when it is not the newest.
    """

    kind: Literal["correct_record"] = "correct_record"
    item: ItemCode
    happened: StatedField | None = None
    retract: bool = False
    seq: int | None = Field(default=None, ge=1)
    reason: Text


class AcknowledgeAlert(Asked):
    """Somebody answers an alert: the climb stops until the acknowledgement runs out."""

    kind: Literal["acknowledge_alert"] = "acknowledge_alert"
    alert: AlertId


class SnoozeAlert(Asked):
    """Silence an alert until an instant, with a reason."""

    kind: Literal["snooze_alert"] = "snooze_alert"
    alert: AlertId
    until: Instant
    reason: Text


class ReachClock(Asked):
    """Time has passed: decide whatever is due by now."""

    kind: Literal["reach_clock"] = "reach_clock"


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
