"""What can have happened to a participant's product, to its identity, and to what was booked for it.

The rule that keeps it honest: a wrong identity or temperature is a fact of its own, which no later event
takes back; what follows from it is said by a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.events.event import Event
from domain.roles import Role
from domain.signed import Signed
from domain.stated import Instant, StatedField


@dataclass(frozen=True, slots=True)
class IdentityBound(Event):
    """A collection carries the participant's chain-of-identity number; `product` is its own (P1, P2, ...)."""

    TYPE: ClassVar[str] = "identity.bound"
    product: str
    number: str
    persons: tuple[str, ...]
    happened: StatedField


@dataclass(frozen=True, slots=True)
class IdentityCorrected(Event):
    """The number was written down wrongly when it was bound; `number` is the right one."""

    TYPE: ClassVar[str] = "identity.corrected"
    was: str
    number: str
    persons: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class IdentityMismatchSeen(Event):
    """At `leg` (or at the binding: "binding") another identity was read than the one bound. Nothing moved."""

    TYPE: ClassVar[str] = "identity.mismatch_seen"
    mismatch: str
    leg: str
    number: str
    participant: str
    persons: tuple[str, ...]
    happened: StatedField
    seen_at: Instant
    product: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityMismatchCleared(Event):
    """`persons`: who looked into it, beside the one who says so."""

    TYPE: ClassVar[str] = "identity.mismatch_cleared"
    mismatch: str
    by: str
    role: Role
    persons: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ProductHandedOver(Event):
    """The product went along `leg`. `temperature` in °C as stated."""

    TYPE: ClassVar[str] = "product.handed_over"
    product: str
    leg: str
    persons: tuple[str, ...]
    happened: StatedField
    temperature: str | None = None


@dataclass(frozen=True, slots=True)
class TemperatureExcursionSeen(Event):
    """The stated temperature lay outside the limits of the leg (all in °C)."""

    TYPE: ClassVar[str] = "product.excursion_seen"
    excursion: str
    product: str
    leg: str
    temperature: str
    seen_at: Instant
    lowest: str | None = None
    highest: str | None = None


@dataclass(frozen=True, slots=True)
class ExcursionAssessed(Event):
    TYPE: ClassVar[str] = "product.excursion_assessed"
    excursion: str
    usable: bool
    by: str
    role: Role
    reason: str


@dataclass(frozen=True, slots=True)
class ProductMade(Event):
    """Manufacture is complete; `happened` is when it was harvested or, of a frozen one, frozen."""

    TYPE: ClassVar[str] = "product.made"
    product: str
    form: str
    happened: StatedField


@dataclass(frozen=True, slots=True)
class ProductTested(Event):
    """A release test: `value` in the specification's unit, and whether it is within the specification."""

    TYPE: ClassVar[str] = "product.tested"
    product: str
    specification: str
    value: str
    within: bool
    happened: StatedField


@dataclass(frozen=True, slots=True)
class ProductReleased(Event):
    """`deviation` and `signed`: released out of specification, by signature."""

    TYPE: ClassVar[str] = "product.released"
    product: str
    by: str
    role: Role
    happened: StatedField
    deviation: str | None = None
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class ProductFailed(Event):
    """The product will not be given. `known_at`: when the record learnt of it."""

    TYPE: ClassVar[str] = "product.failed"
    product: str
    happened: StatedField
    reason: str
    known_at: Instant


@dataclass(frozen=True, slots=True)
class ItemsReopened(Event):
    """What was done is to be done again; its earlier dates stay on the record.

    `decision` is used up by it: it may be taken again another time.
    """

    TYPE: ClassVar[str] = "items.reopened"
    items: tuple[str, ...]
    reason: str
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceBooked(Event):
    """`clashes`: what does not fit, taken all the same because of `accepted`."""

    TYPE: ClassVar[str] = "resource.booked"
    resource: str
    item: str
    starts: StatedField
    ends: Instant
    clashes: tuple[str, ...] = ()
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class BookingMoved(Event):
    TYPE: ClassVar[str] = "resource.booking_moved"
    resource: str
    starts: StatedField
    ends: Instant
    reason: str
    clashes: tuple[str, ...] = ()
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class BookingCancelled(Event):
    TYPE: ClassVar[str] = "resource.booking_cancelled"
    resource: str
    reason: str
