"""Which field of a form a refusal is about, and what is said there.

The rule that keeps it honest: the reason is the record's own sentence; where no field is meant, it is about
the form as a whole, and nothing that was typed is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pydantic import ValidationError

from domain.refusal import Code

_WHEN = (
    "happened",
    "appointment",
    "planned",
    "starts",
    "sent",
    "until",
    "onset",
    "resolved",
    "consented",
    "on",
)
_NAMED: Mapping[str, tuple[str, ...]] = {
    Code.FUTURE_TIME: (*_WHEN, "known"),
    Code.BEFORE_ANCHOR: _WHEN,
    Code.OUT_OF_ORDER: _WHEN,
    Code.TIME_NEEDED: tuple(f"{each}.clock" for each in _WHEN),
    Code.BAD_SNOOZE: ("until",),
    Code.PRODUCT_EXPIRED: _WHEN,
    Code.STAGGER: _WHEN,
    Code.HARD_STOP: ("approved_by",),
    Code.BOOKING_CLASH: ("accepted", "starts"),
    Code.REASON_NEEDED: ("reason",),
    Code.NOT_ELIGIBLE: ("results",),
    Code.UNKNOWN_SITE: ("site",),
    Code.UNKNOWN_PARTICIPANT: ("participant",),
    Code.ALREADY_REGISTERED: ("participant",),
    Code.UNKNOWN_ITEM: ("item", "visit"),
    Code.NOT_APPLICABLE: ("item",),
    Code.ALREADY_RECORDED: ("item", "resource", "ae", "meeting"),
    Code.NOTHING_TO_CORRECT: ("item",),
    Code.GATE_CLOSED: ("item", "gate"),
    Code.GATE_UNKNOWN: ("gate",),
    Code.UNKNOWN_VERSION: ("version",),
    Code.OLDER_VERSION: ("version",),
    Code.UNKNOWN_DEVIATION: ("deviation",),
    Code.UNKNOWN_APPROVAL: ("approval",),
    Code.UNKNOWN_OBSERVATION: ("result.observation", "results"),
    Code.BAD_VALUE: ("result.value", "results", "grade", "planned", "number", "temperature"),
    Code.UNKNOWN_UNIT: ("result.unit", "results"),
    Code.UNKNOWN_DECISION: ("option", "decision"),
    Code.UNKNOWN_ALERT: ("alert",),
    Code.ALERT_RESOLVED: ("alert",),
    Code.ALREADY_ACKNOWLEDGED: ("alert",),
    Code.END_NOT_POSSIBLE: ("end",),
    Code.NO_TURN: ("participant",),
    Code.UNKNOWN_HOLD: ("hold",),
    Code.UNKNOWN_MEETING: ("meeting",),
    Code.NOTHING_TO_DECIDE: ("participant",),
    Code.NUMBER_TAKEN: ("number",),
    Code.IDENTITY_MISMATCH: ("number",),
    Code.OTHER_PARTICIPANTS_PRODUCT: ("seen_participant",),
    Code.HAND_OVER_ORDER: ("leg",),
    Code.PERSONS_NEEDED: ("persons",),
    Code.OUT_OF_SPECIFICATION: ("temperature", "happened"),
    Code.UNKNOWN_RESOURCE: ("resource",),
    Code.UNKNOWN_SCALE: ("scale",),
    Code.UNKNOWN_RECORD: ("ae", "assessment", "clock", "report"),
}
"""The fields a refusal may be about; the first that the form has is meant."""


def field_meant(code: str, names: Collection[str]) -> str | None:
    """The field of a form that a refusal is about; None: the form as a whole."""
    for each in _NAMED.get(code, ()):
        if each in names or (each.endswith(".clock") and each.removesuffix(".clock") in names):
            return each
    return None


def unparsed(error: ValidationError, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Field -> (what kind of fault, its sentence) of what a model could not take; "" is the whole form."""
    found: dict[str, tuple[str, str]] = {}
    for each in error.errors(include_url=False, include_context=True):
        # The first place is the kind, by which the model was found.
        place = ".".join(str(part) for part in each["loc"][1:])
        found.setdefault(_nearest(place, names), (_kind(str(each["type"])), str(each["msg"])))
    return found


def _nearest(place: str, names: Collection[str]) -> str:
    while place and place not in names:
        place = place.rpartition(".")[0]
    return place


def _kind(type_: str) -> str:
    match type_:
        case "missing" | "string_too_short" | "too_short":
            return "missing"
        case "string_too_long" | "too_long":
            return "too long"
        case "string_pattern_mismatch" | "literal_error" | "enum":
            return "not so"
        case "int_type" | "int_parsing" | "decimal_parsing" | "decimal_type":
            return "no number"
        case _:
            return "said"
