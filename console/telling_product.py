"""What one event of the product or of a booking says, as the detail of its line.

The rule that keeps it honest: stated times as they were stated, identities as they were read.
"""

from __future__ import annotations

from typing import assert_never

from domain import events as ev
from domain.product.evolve import HoldingEvent


def product_detail(event: HoldingEvent | ev.ItemsReopened) -> str:  # noqa: C901, PLR0912 - one case each
    """What the event says beside its name."""
    match event:
        case ev.IdentityBound():
            return _joined(f"{event.product} {event.number} {event.happened.isoformat()}", _by(event.persons))
        case ev.IdentityCorrected():
            return _joined(f"{event.was} → {event.number}", _by(event.persons), event.reason)
        case ev.IdentityMismatchSeen():
            read = f"{event.number} {event.participant}" + (f" {event.product}" if event.product else "")
            return _joined(f"{event.mismatch} {event.leg}: {read}", _by(event.persons))
        case ev.IdentityMismatchCleared():
            by = f"{event.by} ({event.role.value})"
            return _joined(f"{event.mismatch} {by}", _by(event.persons), event.reason)
        case ev.ProductHandedOver():
            warm = f"{event.temperature} °C" if event.temperature is not None else None
            happened = f"{event.product} {event.leg} {event.happened.isoformat()}"
            return _joined(happened, warm, _by(event.persons))
        case ev.TemperatureExcursionSeen():
            limits = f"{event.lowest or ''}..{event.highest or ''} °C"
            return f"{event.excursion} {event.product} {event.leg}: {event.temperature} °C ({limits})"
        case ev.ExcursionAssessed():
            verdict = "usable" if event.usable else "not usable"
            return _joined(f"{event.excursion} {verdict}, {event.by} ({event.role.value})", event.reason)
        case ev.ProductMade():
            return f"{event.product} {event.form} {event.happened.isoformat()}"
        case ev.ProductTested():
            verdict = "within specification" if event.within else "out of specification"
            return f"{event.product} {event.specification} {event.value}: {verdict}"
        case ev.ProductReleased():
            by = f"{event.product} {event.happened.isoformat()}, {event.by} ({event.role.value})"
            return _joined(by, event.deviation)
        case ev.ProductFailed():
            return _joined(f"{event.product} {event.happened.isoformat()}", event.reason)
        case ev.ItemsReopened():
            return _joined(", ".join(event.items), event.reason)
        case ev.ResourceBooked():
            booked = f"{event.resource} {event.starts.isoformat()}"
            return _joined(booked, *event.clashes, event.accepted)
        case ev.BookingMoved():
            moved = f"{event.resource} {event.starts.isoformat()}"
            return _joined(moved, event.reason, *event.clashes, event.accepted)
        case ev.BookingCancelled():
            return _joined(event.resource, event.reason)
        case _:
            assert_never(event)


def _by(persons: tuple[str, ...]) -> str | None:
    return ", ".join(persons) or None


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
