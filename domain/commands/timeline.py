"""What may be asked of one participant's timeline.

The rule that keeps it honest: commands are imperative, carry who asks and what is stated; nothing here
decides anything.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.commands.asked import Asked, ItemCode, ShortText, SignedAsk, StatedResult, Text
from domain.protocol.document import End
from domain.stated import StatedField


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


class SignGate(SignedAsk):
    """Sign that a gate's conditions are met, in the gate's own words."""

    kind: Literal["sign_gate"] = "sign_gate"
    gate: ItemCode


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
