"""What an event speaks of, which must have been before it, and what it lets others speak of.

The rule that keeps it honest: it follows the fold. An event that the fold cannot take without another is
bound to that other, so that leaving one out leaves out what hangs on it.
"""

from __future__ import annotations

from domain import events as ev
from domain.evolve import ParticipantEvent

Key = tuple[str, str]
Keys = tuple[Key, ...]


def bound_to(event: ParticipantEvent) -> tuple[Keys, Keys]:
    """(what it needs, what it opens)."""
    match event:
        case ev.MilestoneReached() | ev.VisitRecorded() | ev.VisitExcused() | ev.VisitMissed():
            return (("reopened", event.item),), (("item", event.item),)
        case ev.ItemsReopened():
            return _each("item", *event.items), _each("reopened", *event.items)
        case ev.DecisionTaken():
            return _chained("decision", event.decision)
        case ev.ParticipationEnded():
            return _chained("end", "")
        case ev.DeviationOpened():
            return (), (("deviation", event.deviation),)
        case ev.DeviationClosed():
            return (("deviation", event.deviation),), ()
        case (
            ev.IdentityBound()
            | ev.IdentityMismatchSeen()
            | ev.IdentityMismatchCleared()
            | ev.ProductHandedOver()
            | ev.TemperatureExcursionSeen()
            | ev.ExcursionAssessed()
            | ev.ProductMade()
            | ev.ProductTested()
            | ev.ProductReleased()
            | ev.ProductFailed()
        ):
            return _of_product(event)
        case _:
            return _of_safety(event)


_ProductStep = (
    ev.IdentityBound
    | ev.IdentityMismatchSeen
    | ev.IdentityMismatchCleared
    | ev.ProductHandedOver
    | ev.TemperatureExcursionSeen
    | ev.ExcursionAssessed
    | ev.ProductMade
    | ev.ProductTested
    | ev.ProductReleased
    | ev.ProductFailed
)


def _of_product(event: _ProductStep) -> tuple[Keys, Keys]:
    match event:
        case ev.IdentityBound():
            bound = ("product", event.product)
            return (("products", ""), bound), (("products", ""), bound)
        case ev.IdentityMismatchSeen():
            return (), (("mismatch", event.mismatch),)
        case ev.IdentityMismatchCleared():
            return (("mismatch", event.mismatch),), ()
        case ev.ExcursionAssessed():
            return (("excursion", event.excursion),), ()
        case ev.TemperatureExcursionSeen():
            return (("product", event.product),), (("excursion", event.excursion),)
        case _:
            # A product goes its way step by step, as the desk took them.
            return _chained("product", event.product)


def _of_safety(event: ParticipantEvent) -> tuple[Keys, Keys]:
    match event:
        case ev.AdverseEventOpened():
            return _each("ae", *filter(None, [event.worsens])), (("ae", event.ae),)
        case (
            ev.AdverseEventGraded()
            | ev.AdverseEventTreated()
            | ev.AdverseEventClosed()
            | ev.AdverseEventVoided()
            | ev.InformationReceived()
        ):
            return (("ae", event.ae),), ()
        case ev.AdverseEventChanged():
            # Of several changes the one that was recorded last counts.
            changed = ("changed", event.ae)
            return (("ae", event.ae), changed), (changed,)
        case ev.ToxicityAssessed() | ev.ResponseAssessed():
            return (), (("assessment", event.assessment),)
        case ev.AssessmentVoided():
            return (("assessment", event.assessment),), ()
        case ev.SafetyClockStarted():
            followed = _each("clock", *filter(None, [event.follows]))
            return (("ae", event.ae), *followed), (("clock", event.clock),)
        case ev.SafetyClockEnded():
            return (("clock", event.clock),), ()
        case ev.ReportSent():
            replaced = _each("report", *filter(None, [event.replaces]))
            return (("clock", event.clock), *replaced), (("report", event.report),)
        case ev.ReportWithdrawn():
            return (("report", event.report),), ()
        case _:
            return (), ()


def _each(kind: str, *names: str) -> Keys:
    return tuple((kind, name) for name in names)


def _chained(kind: str, name: str) -> tuple[Keys, Keys]:
    """After what came before it in the same line."""
    return ((kind, name),), ((kind, name),)
