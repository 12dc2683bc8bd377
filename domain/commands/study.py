"""What may be asked of the study as a whole.

The rule that keeps it honest: these are heard on the study's own stream; what needs a signature is signed.
"""

from __future__ import annotations

from typing import Literal

from domain.commands.asked import Asked, ItemCode, ParticipantCode, SignedAsk, Text
from domain.events.study import Recruitment, Treatment
from domain.stated import StatedField


class SetRecruitment(Asked):
    """Open, pause or close the study for new participants."""

    kind: Literal["set_recruitment"] = "set_recruitment"
    recruitment: Recruitment
    reason: Text


class PlaceHold(Asked):
    """Hold the study by hand: what the protocol says a hold stops, stops now."""

    kind: Literal["place_hold"] = "place_hold"
    reason: Text


class LiftHold(SignedAsk):
    """Lift one hold, signed by the role and in the words that the hold names."""

    kind: Literal["lift_hold"] = "lift_hold"
    hold: ItemCode
    reason: Text


class DecideTreatment(Asked):
    """Decide about a participant whose treatment had begun when a hold fell.

    `proceed` lets this participant's treatment go on through the holds in force; `withhold` ends the
    waiting, and the holds stay in its way.
    """

    kind: Literal["decide_treatment"] = "decide_treatment"
    participant: ParticipantCode
    treatment: Treatment
    reason: Text


class RecordMeeting(Asked):
    """A safety review took place."""

    kind: Literal["record_meeting"] = "record_meeting"
    meeting: ItemCode
    happened: StatedField
    outcome: Text


class ReturnTurn(Asked):
    """Give an authorisation for the staggered milestone back, so that somebody else may take a turn."""

    kind: Literal["return_turn"] = "return_turn"
    participant: ParticipantCode
    reason: Text
