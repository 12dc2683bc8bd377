"""What may be asked of the record of one participant, and of the study.

The rule that keeps it honest: commands are imperative, carry who asks and what is stated, and are parsed
strictly; nothing here decides anything.
"""

from domain.commands.alerts import (
    AcknowledgeAlert,
    ReachClock,
    SnoozeAlert,
)
from domain.commands.asked import (
    AlertId,
    Asked,
    ContentHash,
    ItemCode,
    ParticipantCode,
    ShortText,
    SignedAsk,
    StatedResult,
    StudyCode,
    Text,
)
from domain.commands.registry import COMMAND_KINDS, COMMAND_TYPES, Command, command_body, parse_command
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

__all__ = [
    "COMMAND_KINDS",
    "COMMAND_TYPES",
    "AcknowledgeAlert",
    "AlertId",
    "Asked",
    "Command",
    "ContentHash",
    "CorrectRecord",
    "EndParticipation",
    "ExcuseVisit",
    "ItemCode",
    "MissVisit",
    "ParticipantCode",
    "PlanItem",
    "ReachClock",
    "RecordItem",
    "RecordProgression",
    "RecordResult",
    "RecordUnscheduledVisit",
    "RegisterParticipant",
    "ShortText",
    "SignGate",
    "SignedAsk",
    "SnoozeAlert",
    "StatedResult",
    "StudyCode",
    "TakeDecision",
    "Text",
    "command_body",
    "parse_command",
]
