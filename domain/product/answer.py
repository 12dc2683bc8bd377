"""What happens when a command about the product or a booking is heard.

The rule that keeps it honest: one case for each command, and nothing decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from domain import commands as cmd
from domain.events import AppointmentPlanned, ItemsReopened, MilestoneReached
from domain.product import booking, custody, failing, identity, releasing
from domain.product.evolve import HoldingEvent
from domain.state import State

ProductCommand = (
    cmd.BindIdentity
    | cmd.CorrectIdentity
    | cmd.ClearMismatch
    | cmd.HandOver
    | cmd.AssessExcursion
    | cmd.CompleteManufacture
    | cmd.TestProduct
    | cmd.ReleaseProduct
    | cmd.ReleaseConditionally
    | cmd.FailProduct
    | cmd.BookResource
    | cmd.MoveBooking
    | cmd.CancelBooking
)
ProductAnswer = Sequence[HoldingEvent | ItemsReopened | MilestoneReached | AppointmentPlanned]


def answer_product(  # noqa: C901, PLR0912 - one case for each command, and nothing else
    state: State, command: ProductCommand, at: datetime
) -> ProductAnswer:
    """The events of a command about the product at `at` (UTC).

    Raises:
        Refused: the record cannot take it.
    """
    match command:
        case cmd.BindIdentity():
            return identity.bind_identity(state, command, at)
        case cmd.CorrectIdentity():
            return identity.correct_identity(state, command)
        case cmd.ClearMismatch():
            return identity.clear_mismatch(state, command)
        case cmd.HandOver():
            return custody.hand_over(state, command, at)
        case cmd.AssessExcursion():
            return custody.assess_excursion(state, command, at)
        case cmd.CompleteManufacture():
            return releasing.complete_manufacture(state, command, at)
        case cmd.TestProduct():
            return releasing.test_product(state, command, at)
        case cmd.ReleaseProduct():
            return releasing.release_product(state, command, at)
        case cmd.ReleaseConditionally():
            return releasing.release_conditionally(state, command, at)
        case cmd.FailProduct():
            return failing.fail_product(state, command, at)
        case cmd.BookResource():
            return booking.book_resource(state, command, at)
        case cmd.MoveBooking():
            return booking.move_booking(state, command, at)
        case cmd.CancelBooking():
            return booking.cancel_booking(state, command)
        case _:
            assert_never(command)
