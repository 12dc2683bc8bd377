"""What stories reach of everything that could happen, and what no story reaches.

The rule that keeps it honest: what is there to reach comes from the vocabulary and the protocol documents,
what is reached from the events that were decided; nobody ticks anything off by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from domain.commands import COMMAND_KINDS
from domain.events import (
    EVENT_TYPES,
    AlertRaised,
    DecisionTaken,
    DeviationOpened,
    Event,
    GateSigned,
    HoldPlaced,
    MeetingRecorded,
    MilestoneReached,
    ParticipantRegistered,
    ParticipationEnded,
    ProductHandedOver,
    ProductTested,
    ResourceBooked,
    RungReached,
    SafetyClockStarted,
    StageEntered,
    VisitRecorded,
)
from domain.protocol.document import End
from domain.protocol.expanded import Protocol
from domain.protocol.governance import DeviationKind
from domain.refusal import Code
from domain.state import AlertKind
from replay.story.playing import Played
from replay.story.story import Story


class Subject(StrEnum):
    """What can be reached. Those of a protocol are named with it: `NCT06642025 D60`."""

    EVENT = "event types"
    REFUSAL = "refusal codes"
    COMMAND = "commands"
    STAGE = "stages entered"
    END = "ends"
    ALERT = "kinds of alert"
    DEVIATION = "kinds of deviation"
    ITEM = "items"
    WINDOW = "windows, not kept by somebody"
    GATE = "gates"
    DECISION = "decisions"
    RULE = "stopping rules"
    CLOCK = "safety clocks"
    RUNG = "rungs of ladders"
    MEETING = "safety reviews"
    SPECIFICATION = "specifications"
    LEG = "legs"
    RESOURCE = "resources"


PROMISED = frozenset(Subject) - {Subject.WINDOW}
"""What a collection of stories must reach whole, but for what a list of exceptions names.

One window is like another: those that everybody kept are told, and no more.
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Names reached, and those not reached, by subject."""

    stories: int
    reached: dict[Subject, frozenset[str]] = field(default_factory=dict)
    unreached: dict[Subject, frozenset[str]] = field(default_factory=dict)


def covered(played: Iterable[Played]) -> Coverage:
    """What these stories reach, of the vocabulary and of the protocols they are about."""
    stories = list(played)
    reached: dict[Subject, set[str]] = {each: set() for each in Subject}
    there: dict[Subject, set[str]] = {each: {*_vocabulary(each)} for each in Subject}
    for story in stories:
        for subject, name in _reached(story):
            reached[subject].add(name)
        for protocol in _protocols(story.story):
            for subject, name in _of_protocol(protocol):
                there[subject].add(f"{protocol.id} {name}")
    return Coverage(
        len(stories),
        {each: frozenset(reached[each]) for each in Subject},
        {each: frozenset(there[each] - reached[each]) for each in Subject},
    )


def _protocols(story: Story) -> Iterator[Protocol]:
    """Every version the story is about, those published on its way included."""
    versions = [story.protocol, *(line.news for line in story.lines)]
    return (each for each in versions if isinstance(each, Protocol))


def _reached(played: Played) -> Iterator[tuple[Subject, str]]:
    yield Subject.COMMAND, "reach_clock"  # time passes in every story
    for _, _, _, code in played.refusals:
        yield Subject.REFUSAL, code
    for line in played.story.lines:
        yield from ((Subject.COMMAND, str(body["kind"])) for body in line.bodies if "kind" in body)
    first = played.story.protocol.stages[0] if played.story.protocol is not None else ""
    yield from ((Subject.RUNG, f"{played.story.study} {each}") for each in _rungs(played))
    for recorded in played.events:
        if isinstance(recorded.event, ParticipantRegistered):
            yield Subject.STAGE, f"{played.story.study} {first}"
        yield Subject.EVENT, recorded.event.TYPE
        for subject, name in _named(recorded.event):
            yield subject, name if subject in _EVERYWHERE else f"{played.story.study} {name}"


def _rungs(played: Played) -> Iterator[str]:
    """The rungs that were told, by the ladder that was frozen into their alert."""
    ladders: dict[str, str] = {}
    for recorded in played.events:
        match recorded.event:
            case AlertRaised(alert=alert, ladder=ladder):
                ladders[alert] = ladder.code
            case RungReached(alert=alert, rung=rung):
                yield f"{ladders[alert]} {rung}"
            case _:
                pass


_OF_WINDOWS = (DeviationKind.EARLY, DeviationKind.LATE, DeviationKind.HARD_STOP, DeviationKind.MISSED)

_EVERYWHERE = (Subject.END, Subject.ALERT, Subject.DEVIATION)
"""What is named without its protocol: every protocol has the same."""


def _named(event: Event) -> Iterator[tuple[Subject, str]]:  # noqa: C901, PLR0912 - one case for each event
    match event:
        case StageEntered():
            yield Subject.STAGE, event.stage
        case MilestoneReached() | VisitRecorded():
            yield Subject.ITEM, event.item
        case GateSigned():
            yield Subject.GATE, event.gate
        case DecisionTaken():
            yield Subject.DECISION, f"{event.decision}: {event.option}"
        case ParticipationEnded():
            yield Subject.END, event.end
        case AlertRaised():
            yield Subject.ALERT, event.kind
            if event.kind == AlertKind.OVERDUE:
                yield Subject.WINDOW, event.item
        case DeviationOpened():
            yield Subject.DEVIATION, event.kind
            if event.kind in _OF_WINDOWS:
                yield Subject.WINDOW, event.item
        case SafetyClockStarted():
            yield Subject.CLOCK, event.rule
        case HoldPlaced():
            yield Subject.RULE, event.rule or "by hand"
        case MeetingRecorded():
            yield Subject.MEETING, event.meeting
        case ProductTested():
            yield Subject.SPECIFICATION, event.specification
        case ProductHandedOver():
            yield Subject.LEG, event.leg
        case ResourceBooked():
            yield Subject.RESOURCE, event.resource
        case _:
            pass


def _vocabulary(subject: Subject) -> Iterable[str]:
    match subject:
        case Subject.EVENT:
            return EVENT_TYPES
        case Subject.REFUSAL:
            return [each.value for each in Code]
        case Subject.COMMAND:
            return COMMAND_KINDS
        case Subject.END:
            return [each.value for each in End]
        case Subject.ALERT:
            return [each.value for each in AlertKind]
        case Subject.DEVIATION:
            return [each.value for each in DeviationKind]
        case _:
            return ()


def _of_protocol(protocol: Protocol) -> Iterator[tuple[Subject, str]]:
    document, product = protocol.document, protocol.document.product
    yield from ((Subject.STAGE, each) for each in protocol.stages)
    yield from ((Subject.ITEM, each) for each in protocol.items)
    yield from ((Subject.WINDOW, each.code) for each in protocol.items.values() if each.window is not None)
    for ladder in document.ladders:
        yield from ((Subject.RUNG, f"{ladder.code} {rung}") for rung in range(1, len(ladder.rungs) + 1))
    yield from ((Subject.GATE, each) for each in protocol.gates)
    for decision in protocol.decisions.values():
        yield from ((Subject.DECISION, f"{decision.code}: {each}") for each in decision.options)
    if document.conduct is not None:
        yield from ((Subject.RULE, each.code) for each in document.conduct.stopping_rules)
        yield from ((Subject.MEETING, each.code) for each in document.conduct.meetings)
    if document.adverse_events is not None:
        yield from ((Subject.CLOCK, each.code) for each in document.adverse_events.clocks)
    if product is not None:
        yield from ((Subject.LEG, each.code) for each in product.route)
        yield from ((Subject.SPECIFICATION, each.code) for each in product.specification)
    yield from ((Subject.RESOURCE, each.code) for each in document.resources or ())
