"""What is recorded of a participant's products, of wrong identities seen, and of what is booked.

The rule that keeps it honest: facts only; where a date is already a milestone's it is read from there, so
that a correction of the milestone reaches everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.stated import Stated


@dataclass(frozen=True, slots=True)
class HandedOver:
    leg: str
    happened: Stated
    persons: tuple[str, ...]
    temperature: str | None


@dataclass(frozen=True, slots=True)
class Made:
    form: str
    happened: Stated


@dataclass(frozen=True, slots=True)
class Tested:
    """The newest result of one release test."""

    value: str
    within: bool
    happened: Stated


@dataclass(frozen=True, slots=True)
class Release:
    """`deviation`: what is out of specification, of a conditional release."""

    by: str
    deviation: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    happened: Stated
    reason: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Product:
    """One collection and what became of it. `handed`: the legs it went, in order."""

    code: str
    bound: Stated
    handed: tuple[HandedOver, ...] = ()
    made: Made | None = None
    tests: Mapping[str, Tested] = field(default_factory=dict)
    release: Release | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A wrong identity that nobody has cleared yet."""

    mismatch: str
    leg: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Excursion:
    """A temperature outside its limits that nobody has assessed yet."""

    excursion: str
    product: str
    leg: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """`ends` is an exclusive end (UTC)."""

    resource: str
    item: str
    starts: Stated
    ends: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """Everything of one participant. `mismatches` and `excursions` are the open ones, oldest first;
    the numbers beside them count all that were ever seen.
    """

    number: str | None = None
    products: tuple[Product, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    mismatches_seen: int = 0
    excursions: tuple[Excursion, ...] = ()
    excursions_seen: int = 0
    bookings: Mapping[str, Booking] = field(default_factory=dict)

    @property
    def newest(self) -> Product | None:
        """The product of the newest collection."""
        return self.products[-1] if self.products else None
