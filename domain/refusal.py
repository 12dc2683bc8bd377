"""The one way the domain says no: a refusal with a stable code and one clear sentence.

The rule that keeps it honest: every code stands in `Code`; a refusal moves nothing, and its sentence says
what was wrong, where, and what would be right.
"""

from __future__ import annotations

from enum import StrEnum


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
    MALFORMED = "malformed"
    COMMAND_REUSED = "command-reused"
    TOO_LARGE = "too-large"


class Refused(Exception):
    """A command the record cannot take. Carries `code` (stable) and `text` (for people)."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
