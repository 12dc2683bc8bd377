"""What can have happened to one participant, and to the study.

The rule that keeps it honest: events are past tense, frozen, and named on the wire by `TYPE` and `VERSION`,
never by a module path; an unknown type or version is an error, never skipped.
"""

from domain.events.alerts import (
    AcknowledgementExpired,
    AlertAcknowledged,
    AlertRaised,
    AlertResolved,
    AlertSnoozed,
    FrozenLadder,
    FrozenRung,
    RungReached,
    SnoozeEnded,
)
from domain.events.event import (
    Event,
)
from domain.events.registry import EVENT_TYPES, UPCASTERS, UnknownEvent, Upcaster, decode_event, encode_event
from domain.events.study import (
    ProtocolPublished,
    SitePublished,
    SlotReturned,
    SlotTaken,
)
from domain.events.timeline import (
    AppointmentPlanned,
    DecisionTaken,
    DeviationClosed,
    DeviationOpened,
    GateSigned,
    MilestoneReached,
    ParticipantRegistered,
    ParticipationEnded,
    PlannedWindow,
    PlanRevised,
    ProgressionRecorded,
    RecordCorrected,
    ResultRecorded,
    StageEntered,
    UnscheduledVisitRecorded,
    VisitExcused,
    VisitMissed,
    VisitRecorded,
)

__all__ = [
    "EVENT_TYPES",
    "UPCASTERS",
    "AcknowledgementExpired",
    "AlertAcknowledged",
    "AlertRaised",
    "AlertResolved",
    "AlertSnoozed",
    "AppointmentPlanned",
    "DecisionTaken",
    "DeviationClosed",
    "DeviationOpened",
    "Event",
    "FrozenLadder",
    "FrozenRung",
    "GateSigned",
    "MilestoneReached",
    "ParticipantRegistered",
    "ParticipationEnded",
    "PlanRevised",
    "PlannedWindow",
    "ProgressionRecorded",
    "ProtocolPublished",
    "RecordCorrected",
    "ResultRecorded",
    "RungReached",
    "SitePublished",
    "SlotReturned",
    "SlotTaken",
    "SnoozeEnded",
    "StageEntered",
    "UnknownEvent",
    "UnscheduledVisitRecorded",
    "Upcaster",
    "VisitExcused",
    "VisitMissed",
    "VisitRecorded",
    "decode_event",
    "encode_event",
]
