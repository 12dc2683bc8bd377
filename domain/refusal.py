"""The one way the domain says no: a refusal with a stable code and one clear sentence.

The rule that keeps it honest: every code stands in `Code`; a refusal moves nothing, and its sentence says
what was wrong, where, and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from domain.events.event import Event


class Code(StrEnum):
    """Why a command was refused. Stored and on the wire: never rename one."""

    UNKNOWN_STUDY = "unknown-study"
    UNKNOWN_SITE = "unknown-site"
    ZONE_CHANGED = "zone-changed"
    UNKNOWN_PARTICIPANT = "unknown-participant"
    ALREADY_REGISTERED = "already-registered"
    NO_SLOT = "no-slot"
    NOT_ELIGIBLE = "not-eligible"
    FUTURE_TIME = "future-time"
    BEFORE_ANCHOR = "before-anchor"
    TIME_NEEDED = "time-needed"
    UNKNOWN_ITEM = "unknown-item"
    NOT_APPLICABLE = "not-applicable"
    OUT_OF_ORDER = "out-of-order"
    ALREADY_RECORDED = "already-recorded"
    NOTHING_TO_CORRECT = "nothing-to-correct"
    SAME_FACT = "same-fact"
    GATE_CLOSED = "gate-closed"
    GATE_UNKNOWN = "gate-unknown"
    WRONG_ROLE = "wrong-role"
    UNKNOWN_VERSION = "unknown-version"
    OLDER_VERSION = "older-version"
    UNKNOWN_DEVIATION = "unknown-deviation"
    UNKNOWN_APPROVAL = "unknown-approval"
    OTHER_CONTENT = "other-content"
    SAME_SIGNER = "same-signer"
    HARD_STOP = "hard-stop"
    UNKNOWN_OBSERVATION = "unknown-observation"
    BAD_VALUE = "bad-value"
    UNKNOWN_UNIT = "unknown-unit"
    UNKNOWN_DECISION = "unknown-decision"
    UNKNOWN_ALERT = "unknown-alert"
    ALERT_RESOLVED = "alert-resolved"
    ALREADY_ACKNOWLEDGED = "already-acknowledged"
    BAD_SNOOZE = "bad-snooze"
    ENDED = "ended"
    END_NOT_POSSIBLE = "end-not-possible"
    STUDY_ON_HOLD = "study-on-hold"
    STAGGER = "stagger"
    NO_TURN = "no-turn"
    RECRUITMENT_CLOSED = "recruitment-closed"
    UNKNOWN_HOLD = "unknown-hold"
    UNKNOWN_MEETING = "unknown-meeting"
    NOTHING_TO_DECIDE = "nothing-to-decide"
    NOT_STATED = "not-stated"
    WRONG_SUBJECT = "wrong-subject"
    NO_PRODUCT = "no-product"
    NUMBER_TAKEN = "number-taken"
    IDENTITY_MISMATCH = "identity-mismatch"
    OTHER_PARTICIPANTS_PRODUCT = "other-participants-product"
    HAND_OVER_ORDER = "hand-over-order"
    PERSONS_NEEDED = "persons-needed"
    NOT_RELEASED = "not-released"
    ALREADY_RELEASED = "already-released"
    OUT_OF_SPECIFICATION = "out-of-specification"
    PRODUCT_EXPIRED = "product-expired"
    UNKNOWN_RESOURCE = "unknown-resource"
    BOOKING_CLASH = "booking-clash"
    UNKNOWN_SCALE = "unknown-scale"
    UNKNOWN_RECORD = "unknown-record"
    REASON_NEEDED = "reason-needed"
    MALFORMED = "malformed"
    COMMAND_REUSED = "command-reused"
    TOO_LARGE = "too-large"
    RECORD_MOVED = "record-moved"


MEANINGS: Mapping[Code, str] = {
    Code.UNKNOWN_STUDY: "no protocol is published for that study",
    Code.UNKNOWN_SITE: "the site is not published for the study, or must be stated because there are several",
    Code.ZONE_CHANGED: "a new version of a site has another zone; a site keeps its own",
    Code.UNKNOWN_PARTICIPANT: "nobody of that code is registered",
    Code.ALREADY_REGISTERED: "the participant is registered with other facts",
    Code.NO_SLOT: "all places of the study are taken",
    Code.NOT_ELIGIBLE: "a criterion that is checked at consent fails, such as age",
    Code.FUTURE_TIME: "it is stated to have happened later than now",
    Code.BEFORE_ANCHOR: "it is stated to have happened before what it counts from, or before consent",
    Code.TIME_NEEDED: "a day alone is not enough: something is counted in hours from it",
    Code.UNKNOWN_ITEM: "the participant's protocol version has no such milestone or visit",
    Code.NOT_APPLICABLE: "the item's condition is not met, or nobody excuses or misses such an item",
    Code.OUT_OF_ORDER: "something that must come first is not recorded, or is later; or others stand on it",
    Code.ALREADY_RECORDED: "it is on the record; if that is wrong, correct it",
    Code.NOTHING_TO_CORRECT: "nothing that could be corrected is recorded",
    Code.SAME_FACT: "it is recorded or planned just so already",
    Code.GATE_CLOSED: "the gate is unsigned, signed too long ago, or what it asks for fails or is unknown",
    Code.GATE_UNKNOWN: "the protocol has no such gate",
    Code.WRONG_ROLE: "somebody of another role does this",
    Code.UNKNOWN_VERSION: "no such version of the protocol is published",
    Code.OLDER_VERSION: "the version is older than the one in force: nobody goes back",
    Code.UNKNOWN_DEVIATION: "the participant has no such open deviation",
    Code.UNKNOWN_APPROVAL: "nobody asked for that approval",
    Code.OTHER_CONTENT: "what was signed is not what stands on the record now",
    Code.SAME_SIGNER: "two signatures are needed, and this person gave the first",
    Code.HARD_STOP: "beyond the hard stop somebody must have approved, with a reason",
    Code.UNKNOWN_OBSERVATION: "the protocol asks for no such result",
    Code.BAD_VALUE: "a value that cannot be, or words that are not the gate's own",
    Code.UNKNOWN_UNIT: "the unit is missing, or the protocol does not know it",
    Code.UNKNOWN_DECISION: "the protocol has no such decision or option",
    Code.UNKNOWN_ALERT: "the participant has no such alert",
    Code.ALERT_RESOLVED: "the alert is resolved; there is nothing left to answer",
    Code.ALREADY_ACKNOWLEDGED: "it is answered, and its answer has not run out",
    Code.BAD_SNOOZE: "the silence would end in the past, or last longer than the ladder allows",
    Code.ENDED: "the participation has ended: only late records and corrections are taken",
    Code.END_NOT_POSSIBLE: "the participation cannot end so at this point",
    Code.STUDY_ON_HOLD: "a hold stops it, or stopped it at the time that is stated",
    Code.STAGGER: "too close to another participant: the protocol spaces the first ones",
    Code.NO_TURN: "the participant holds no authorisation that could be given back",
    Code.RECRUITMENT_CLOSED: "the study takes no new participants at the time that is stated",
    Code.UNKNOWN_HOLD: "the study has no such hold in force",
    Code.UNKNOWN_MEETING: "the protocol names no such safety review",
    Code.NOTHING_TO_DECIDE: "no hold has interrupted the treatment of that participant",
    Code.NOT_STATED: "the protocol version says nothing about it",
    Code.WRONG_SUBJECT: "it is asked of the study and not of a participant, or the other way round",
    Code.NO_PRODUCT: "the protocol keeps no custody, no identity is bound, or the newest product failed",
    Code.NUMBER_TAKEN: "another participant of the study carries that chain-of-identity number",
    Code.IDENTITY_MISMATCH: "another identity was read than the one bound, or such a reading is not cleared",
    Code.OTHER_PARTICIPANTS_PRODUCT: "the label names another participant",
    Code.HAND_OVER_ORDER: "the product is not where that leg of its route begins",
    Code.PERSONS_NEEDED: "more persons must have looked at it",
    Code.NOT_RELEASED: "the product is not released, or its release is recorded by another command",
    Code.ALREADY_RELEASED: "the product is released",
    Code.OUT_OF_SPECIFICATION: "a release test or a temperature is outside its limits",
    Code.PRODUCT_EXPIRED: "the shelf life of the product had ended",
    Code.UNKNOWN_RESOURCE: "the protocol books no such resource",
    Code.BOOKING_CLASH: "the time does not fit the lead time or a window, and nobody accepted that",
    Code.UNKNOWN_SCALE: "a grade without its scale, or by a scale the protocol or the event is not graded by",
    Code.UNKNOWN_RECORD: "the participant has no such adverse event, assessment, clock or report",
    Code.REASON_NEEDED: "what is stated differs from what is advised, and nobody said why",
    Code.MALFORMED: "a field is missing, unknown or unreadable; the sentence names it",
    Code.COMMAND_REUSED: "the command id was used before for something else",
    Code.TOO_LARGE: "more was sent than any command needs",
    Code.RECORD_MOVED: "the record moved since several commands were looked at together",
}
"""What each code means, for the reference."""


class Refused(Exception):
    """A command the record cannot take. Carries `code` (stable) and `text` (for people).

    `recorded`: what stands on the record all the same, such as that a wrong identity was seen.
    """

    def __init__(self, code: Code, text: str, recorded: Sequence[Event] = ()) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.recorded = tuple(recorded)
