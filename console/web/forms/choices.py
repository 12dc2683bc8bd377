"""What each field of each form offers to choose.

The rule that keeps it honest: one table; a field that is in it always offers what it can, and takes whatever
else is stated too, for the answer to judge.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.web.forms import of_product, of_study, of_timeline
from console.web.forms.bench import Bench
from console.web.forms.choice import Choice, Choices, Offer
from console.web.forms.fields import Field, Widget
from console.web.forms.values import VALUES
from domain.safety.book import AdverseEvent


def _any(_: AdverseEvent) -> bool:
    return True


def _open(event: AdverseEvent) -> bool:
    return not event.closed


def _closed(event: AdverseEvent) -> bool:
    return event.closed


_OFFERS: Mapping[str, Offer] = {
    "record_item item": of_timeline.recordable_items,
    "plan_item item": of_timeline.pending_items,
    "excuse_visit item": of_timeline.pending_visits,
    "miss_visit item": of_timeline.pending_visits,
    "request_approval item": of_timeline.pending_visits,
    "correct_record item": of_timeline.recorded_items,
    "gate": of_timeline.gates,
    "result.observation": of_timeline.observations,
    "register_participant results": of_timeline.observations,
    "result.unit": of_timeline.units,
    "decision": of_timeline.decisions,
    "option": of_timeline.options,
    "alert": of_timeline.alerts,
    "confirm_deviation deviation": of_timeline.deviations,
    "approval": of_timeline.approvals,
    "apply_amendment version": of_timeline.versions,
    "visit": of_timeline.visits,
    "leg": of_product.legs,
    "test_product results": of_product.specifications,
    "mismatch": of_product.mismatches,
    "excursion": of_product.excursions,
    "book_resource resource": of_product.unbooked,
    "move_booking resource": of_product.booked,
    "cancel_booking resource": of_product.booked,
    "ae": of_product.adverse_events(_any),
    "worsens": of_product.adverse_events(_any),
    "grade_adverse_event ae": of_product.adverse_events(_open),
    "close_adverse_event ae": of_product.adverse_events(_open),
    "reopen_adverse_event ae": of_product.adverse_events(_closed),
    "assessment": of_product.assessments,
    "clock": of_product.clocks,
    "report": of_product.reports,
    "replaces": of_product.reports,
    "scale": of_product.scales,
    "open_adverse_event version": of_product.scale_versions,
    "grade_adverse_event version": of_product.scale_versions,
    "assess_toxicity version": of_product.scale_versions,
    "site": of_study.sites,
    "hold": of_study.holds,
    "meeting": of_study.meetings,
    "decide_treatment participant": of_study.interrupted,
    "return_turn participant": of_study.turns,
}
"""The field (`kind path`, or its path for every kind) -> what the record offers for it."""


def choices_of(bench: Bench, kind: str, field: Field) -> Choices | None:
    """What may be chosen for a field; None: it is typed."""
    if field.widget is Widget.YES_NO:
        return _worded(bench, "yes-no", ("yes", "no"))
    if field.values:
        return _worded(bench, field.name, field.values)
    offer = _OFFERS.get(f"{kind} {field.path}") or _OFFERS.get(field.path)
    return tuple(offer(bench)) if offer is not None else None


def _worded(bench: Bench, name: str, values: tuple[str, ...]) -> Choices:
    words = VALUES.get(name, {})
    return tuple(Choice(each, bench.said(words.get(each, (each, each)))) for each in values)
