"""Response of AML by the criteria of ELN 2017 and 2022, as advice from marrow and blood.

The rule that keeps it honest: where the criteria can be read in more than one way, or something was not
measured, every category it can be is given; the call is the investigator's.

Sources: Döhner et al., Blood 2022; 140:1345-1377 (ELN 2022) and Blood 2017; 129:424-447 (ELN 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from domain.safety.seen import ResponseSeen
from domain.safety.terms import ElnCriteria, ResponseCategory

BLASTS_OF_REMISSION = Decimal(5)
"""% of marrow cells, below which the marrow is in remission."""

MOST_BLASTS_OF_PR = Decimal(25)
LEAST_FALL_OF_PR = Decimal("0.5")
NEUTROPHILS_FULL, NEUTROPHILS_PARTIAL = Decimal("1.0"), Decimal("0.5")
PLATELETS_FULL, PLATELETS_PARTIAL = Decimal(100), Decimal(50)
"""10^9/L, at and above which a line has recovered, fully or (CRh) partially."""

COMPLETED = ("circulating_blasts", "extramedullary", "neutrophils", "platelets", "baseline_blasts")
"""What may be left unmeasured and still leave an advice."""


@dataclass(frozen=True, slots=True)
class ResponseAdvice:
    """The categories it can be, and why; of one only, it is advised."""

    categories: tuple[ResponseCategory, ...]
    why: str

    @property
    def ambiguous(self) -> bool:
        return len(self.categories) > 1


def response_advice(seen: ResponseSeen, criteria: ElnCriteria) -> ResponseAdvice:
    """What the criteria make of it; NE without an adequate marrow."""
    if seen.marrow_blasts is None or seen.adequate is False:
        return ResponseAdvice((ResponseCategory.NE,), "no adequate marrow assessment")
    readings = [_read(each, criteria) for each in _completions(seen)]
    found = {category for reading in readings for category in reading}
    categories = tuple(each for each in ResponseCategory if each in found)
    return ResponseAdvice(categories, _why(seen, categories, readings))


def _completions(seen: ResponseSeen) -> list[ResponseSeen]:
    """What it may have been, with one value from each stretch for whatever was not measured."""
    blasts = seen.marrow_blasts or Decimal(0)
    yes_no = (False, True)
    choices = product(
        yes_no if seen.circulating_blasts is None else (seen.circulating_blasts,),
        yes_no if seen.extramedullary is None else (seen.extramedullary,),
        (Decimal(0), NEUTROPHILS_PARTIAL, NEUTROPHILS_FULL)
        if seen.neutrophils is None
        else (seen.neutrophils,),
        (Decimal(0), PLATELETS_PARTIAL, PLATELETS_FULL) if seen.platelets is None else (seen.platelets,),
        (blasts, blasts * 4) if seen.baseline_blasts is None else (seen.baseline_blasts,),
    )
    return [seen.model_copy(update=dict(zip(COMPLETED, each, strict=True))) for each in choices]


def _read(seen: ResponseSeen, criteria: ElnCriteria) -> tuple[ResponseCategory, ...]:
    """The categories of a complete set of observations: more than one where the criteria leave it open."""
    blasts, neutrophils, platelets = seen.marrow_blasts, seen.neutrophils, seen.platelets
    assert blasts is not None
    assert neutrophils is not None
    assert platelets is not None
    if seen.circulating_blasts or seen.extramedullary:
        return (ResponseCategory.NR,)
    full = neutrophils >= NEUTROPHILS_FULL and platelets >= PLATELETS_FULL
    if blasts >= BLASTS_OF_REMISSION:
        return (ResponseCategory.PR,) if full and _fell_enough(seen, blasts) else (ResponseCategory.NR,)
    if full:
        return (ResponseCategory.CR,)
    if (
        criteria is ElnCriteria.ELN_2022
        and neutrophils >= NEUTROPHILS_PARTIAL
        and platelets >= PLATELETS_PARTIAL
    ):
        return (ResponseCategory.CRH,)
    if neutrophils >= NEUTROPHILS_FULL or platelets >= PLATELETS_FULL:
        return (ResponseCategory.CRI,)
    return (ResponseCategory.CRI, ResponseCategory.MLFS)


def _fell_enough(seen: ResponseSeen, blasts: Decimal) -> bool:
    before = seen.baseline_blasts
    assert before is not None
    return blasts <= MOST_BLASTS_OF_PR and before > 0 and (before - blasts) / before >= LEAST_FALL_OF_PR


def _why(
    seen: ResponseSeen,
    categories: tuple[ResponseCategory, ...],
    readings: list[tuple[ResponseCategory, ...]],
) -> str:
    if len(categories) == 1:
        return f"{categories[0].value} by marrow and blood as stated"
    named = " or ".join(each.value for each in categories)
    if all(each == readings[0] for each in readings):
        return (
            f"{named}: both cell lines are low; some read CRi, some MLFS, which asks for no recovery; "
            "the investigator decides"
        )
    open_ = [name for name in COMPLETED if getattr(seen, name) is None]
    return f"{named}: not stated is {', '.join(open_)}"
