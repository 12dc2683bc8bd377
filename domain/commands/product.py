"""What may be asked of a participant's product: identity, custody, release, and what is booked for it.

The rule that keeps it honest: an identity is stated as it was read, whatever it says; the answer compares.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.commands.asked import Asked, ItemCode, ShortText, SignedAsk, StatedResult, Text
from domain.protocol.product import Form
from domain.roles import ActorId
from domain.stated import StatedField

IdentityNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{3,39}$")]
Persons = Annotated[tuple[ActorId, ...], Field(max_length=5)]


class BindIdentity(Asked):
    """Bind the chain-of-identity number to the collection that was just made."""

    kind: Literal["bind_identity"] = "bind_identity"
    number: IdentityNumber
    happened: StatedField
    persons: Persons = ()


class CorrectIdentity(Asked):
    """The number was written down wrongly at the binding: two persons state the right one."""

    kind: Literal["correct_identity"] = "correct_identity"
    number: IdentityNumber
    persons: Persons
    reason: Text


class HandOver(Asked):
    """The product goes along a leg; number, participant and product are stated as read on the label.

    `temperature` is in °C.
    """

    kind: Literal["hand_over"] = "hand_over"
    leg: ItemCode
    number: ShortText
    seen_participant: ShortText
    seen_product: ShortText | None = None
    persons: Persons = ()
    temperature: ShortText | None = None
    happened: StatedField


class ClearMismatch(Asked):
    """A wrong identity was looked into: the investigator says so, or two other persons did it."""

    kind: Literal["clear_mismatch"] = "clear_mismatch"
    mismatch: ItemCode
    persons: Persons = ()
    reason: Text


class AssessExcursion(Asked):
    """Whether a product that was too warm or too cold may still be used; one that may not has failed."""

    kind: Literal["assess_excursion"] = "assess_excursion"
    excursion: ItemCode
    usable: bool
    reason: Text


class CompleteManufacture(Asked):
    """The product is made; of a frozen one `happened` is when it was frozen."""

    kind: Literal["complete_manufacture"] = "complete_manufacture"
    happened: StatedField
    form: Literal[Form.FRESH, Form.FROZEN]


class TestProduct(Asked):
    """State results of release tests; `observation` of each is the code of a specification."""

    __test__ = False  # not a test case, whatever its name says

    kind: Literal["test_product"] = "test_product"
    results: Annotated[tuple[StatedResult, ...], Field(min_length=1, max_length=50)]


class ReleaseProduct(Asked):
    """Release a product that is within specification; records the milestone too."""

    kind: Literal["release_product"] = "release_product"
    happened: StatedField


class ReleaseConditionally(SignedAsk):
    """Release a product that is out of specification, by signature, naming the deviation."""

    kind: Literal["release_conditionally"] = "release_conditionally"
    happened: StatedField
    deviation: Text


class FailProduct(Asked):
    """The product failed and will not be given."""

    kind: Literal["fail_product"] = "fail_product"
    happened: StatedField
    reason: Text


class BookResource(Asked):
    """Book a resource for its item; what does not fit is taken only with the reason in `accepted`."""

    kind: Literal["book_resource"] = "book_resource"
    resource: ItemCode
    starts: StatedField
    accepted: Text | None = None


class MoveBooking(Asked):
    """Move a booking, with the reason; its item's appointment moves along."""

    kind: Literal["move_booking"] = "move_booking"
    resource: ItemCode
    starts: StatedField
    reason: Text
    accepted: Text | None = None


class CancelBooking(Asked):
    """Give a booking back; the appointment of its item stays."""

    kind: Literal["cancel_booking"] = "cancel_booking"
    resource: ItemCode
    reason: Text
