"""A product on its way, step by step: bound, handed over, made, tested, released; as command bodies.

The rule that keeps it honest: every step is made from the protocol's own product part, inside its limits.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.protocol.product import Form, Leg, ProductPart, Specification
from domain.roles import Role

TWO = ("coordinator-1", "nurse-1")
BOUND, MADE, TESTED, RELEASED = "bound", "made", "tested", "released"


def number_of(participant: str) -> str:
    """The chain-of-identity number of a simulated participant."""
    return f"COI-{participant}"


def custody_body(
    step: str, participant: str, part: ProductPart, happened: str, product: str | None = None
) -> tuple[Role, dict[str, Any]]:
    """Who takes a step (`bound`, `made`, `tested`, `released` or the code of a leg), and the command's body.

    `product`: which product the label at a leg says; needed once there is a second one.

    Raises:
        ValueError: the protocol's route has no such leg.
    """
    if step == BOUND:
        body = {"kind": "bind_identity", "number": number_of(participant), "persons": list(TWO)}
        return Role.COORDINATOR, {**body, "happened": happened}
    if step == MADE:
        return Role.SPONSOR, {"kind": "complete_manufacture", "form": _form(part), "happened": happened}
    if step == TESTED:
        return Role.SPONSOR, {
            "kind": "test_product",
            "results": [
                {"observation": each.code, "value": _within(each), "on": happened}
                for each in part.specification
            ],
        }
    if step == RELEASED:
        return part.released_by, {"kind": "release_product", "happened": happened}
    return Role.COORDINATOR, _handed_over(_leg(part, step), participant, happened, product)


def _form(part: ProductPart) -> str:
    """Frozen, unless the protocol knows only how long a fresh product keeps."""
    kept = {each.form for each in part.shelf_lives}
    only_fresh = Form.FRESH in kept and Form.FROZEN not in kept
    return (Form.FRESH if only_fresh else Form.FROZEN).value


def _handed_over(leg: Leg, participant: str, happened: str, product: str | None) -> dict[str, Any]:
    warmth = _temperature(leg)
    return {
        "kind": "hand_over",
        "leg": leg.code,
        "number": number_of(participant),
        "seen_participant": participant,
        "persons": list(TWO[: leg.persons]),
        "happened": happened,
        **({"seen_product": product} if product is not None else {}),
        **({"temperature": str(warmth)} if warmth is not None else {}),
    }


def _leg(part: ProductPart, code: str) -> Leg:
    for leg in part.route:
        if leg.code == code:
            return leg
    raise ValueError(f"the route has no leg {code!r}: {', '.join(leg.code for leg in part.route)}")


def _temperature(leg: Leg) -> Decimal | None:
    if leg.lowest is not None and leg.highest is not None:
        return (leg.lowest + leg.highest) / 2
    if leg.highest is not None:
        return leg.highest - 20
    return leg.lowest


def _within(specification: Specification) -> str:
    if specification.accepts:
        return specification.accepts[0]
    low, high = specification.at_least, specification.at_most
    if low is not None and high is not None:
        return str((low + high) / 2)
    return str(low if low is not None else high)
