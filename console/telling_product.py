"""What one event of the product or of a booking says, as the detail of its line.

The rule that keeps it honest: stated times as they were stated, identities as they were read.
"""

from __future__ import annotations

from typing import assert_never

from console.speech import Speech
from domain import events as ev
from domain.product.evolve import HoldingEvent


def product_detail(  # noqa: C901, PLR0912 - one case each
    event: HoldingEvent | ev.ItemsReopened, say: Speech
) -> str:
    """What the event says beside its name."""
    match event:
        case ev.IdentityBound():
            bound = {"product": event.product, "number": event.number, "when": say.stated(event.happened)}
            return say.joined(say("{product} {number} {when}", **bound), _by(event.persons, say))
        case ev.IdentityCorrected():
            changed = say("{was} → {now}", was=event.was, now=event.number)
            return say.joined(changed, _by(event.persons, say), event.reason)
        case ev.IdentityMismatchSeen():
            read = " ".join(each for each in (event.number, event.participant, event.product) if each)
            seen = say("{mismatch} {leg}: {read}", mismatch=event.mismatch, leg=event.leg, read=read)
            return say.joined(seen, _by(event.persons, say))
        case ev.IdentityMismatchCleared():
            by = {"by": event.by, "role": say.role(event.role)}
            cleared = say("{mismatch} {by} ({role})", mismatch=event.mismatch, **by)
            return say.joined(cleared, _by(event.persons, say), event.reason)
        case ev.ProductHandedOver():
            warm = f"{event.temperature} °C" if event.temperature is not None else None
            handed = {"product": event.product, "leg": event.leg, "when": say.stated(event.happened)}
            return say.joined(say("{product} {leg} {when}", **handed), warm, _by(event.persons, say))
        case ev.TemperatureExcursionSeen():
            return _excursion(event, say)
        case ev.ExcursionAssessed():
            by = {"excursion": event.excursion, "by": event.by, "role": say.role(event.role)}
            usable, not_usable = "{excursion} usable, {by} ({role})", "{excursion} not usable, {by} ({role})"
            return say.joined(say(usable if event.usable else not_usable, **by), event.reason)
        case ev.ProductMade():
            made = {"product": event.product, "form": event.form, "when": say.stated(event.happened)}
            return say("{product} {form} {when}", **made)
        case ev.ProductTested():
            return _tested(event, say)
        case ev.ProductReleased():
            by = {"when": say.stated(event.happened), "by": event.by, "role": say.role(event.role)}
            return say.joined(
                say("{product} {when}, {by} ({role})", product=event.product, **by), event.deviation
            )
        case ev.ProductFailed():
            failed = say("{product} {when}", product=event.product, when=say.stated(event.happened))
            return say.joined(failed, event.reason)
        case ev.ItemsReopened():
            return say.joined(say.listed([say.name(each) for each in event.items]), event.reason)
        case ev.ResourceBooked():
            return say.joined(_booked(event, say), *event.clashes, event.accepted)
        case ev.BookingMoved():
            return say.joined(_booked(event, say), event.reason, *event.clashes, event.accepted)
        case ev.BookingCancelled():
            return say.joined(event.resource, event.reason)
        case _:
            assert_never(event)


def _excursion(event: ev.TemperatureExcursionSeen, say: Speech) -> str:
    return say(
        "{excursion} {product} {leg}: {temperature} °C ({lowest}..{highest} °C)",
        excursion=event.excursion,
        product=event.product,
        leg=event.leg,
        temperature=event.temperature,
        lowest=event.lowest or "",
        highest=event.highest or "",
    )


def _tested(event: ev.ProductTested, say: Speech) -> str:
    within = "{product} {specification} {value}: within specification"
    out = "{product} {specification} {value}: out of specification"
    tested = {"product": event.product, "specification": event.specification, "value": event.value}
    return say(within if event.within else out, **tested)


def _booked(event: ev.ResourceBooked | ev.BookingMoved, say: Speech) -> str:
    return say("{resource} {when}", resource=event.resource, when=say.stated(event.starts))


def _by(persons: tuple[str, ...], say: Speech) -> str | None:
    return say.listed(persons) or None
