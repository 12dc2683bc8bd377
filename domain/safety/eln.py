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
ANC_FULL, ANC_PARTIAL = Decimal("1.0"), Decimal("0.5")
PLT_FULL, PLT_PARTIAL = Decimal(100), Decimal(50)
"""10^9/L, at and above which a line has recovered, fully or (CRh) partially."""


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
        (Decimal(0), ANC_PARTIAL, ANC_FULL) if seen.anc is None else (seen.anc,),
        (Decimal(0), PLT_PARTIAL, PLT_FULL) if seen.plt is None else (seen.plt,),
        (blasts, blasts * 4) if seen.baseline_blasts is None else (seen.baseline_blasts,),
    )
    names = ("circulating_blasts", "extramedullary", "anc", "plt", "baseline_blasts")
    return [seen.model_copy(update=dict(zip(names, each, strict=True))) for each in choices]


def _read(seen: ResponseSeen, criteria: ElnCriteria) -> tuple[ResponseCategory, ...]:
    """The categories of a complete set of observations: more than one where the criteria leave it open."""
    blasts, anc, plt = seen.marrow_blasts, seen.anc, seen.plt
    assert blasts is not None
    assert anc is not None
    assert plt is not None
    if seen.circulating_blasts or seen.extramedullary:
        return (ResponseCategory.NR,)
    full = anc >= ANC_FULL and plt >= PLT_FULL
    if blasts >= BLASTS_OF_REMISSION:
        return (ResponseCategory.PR,) if full and _fell_enough(seen, blasts) else (ResponseCategory.NR,)
    if full:
        return (ResponseCategory.CR,)
    if criteria is ElnCriteria.ELN_2022 and anc >= ANC_PARTIAL and plt >= PLT_PARTIAL:
        return (ResponseCategory.CRH,)
    if anc >= ANC_FULL or plt >= PLT_FULL:
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
    if len(readings) == 1:
        return (
            f"{named}: both cell lines are low; some read CRi, some MLFS, which asks for no recovery; "
            "the investigator decides"
        )
    open_ = [
        name
        for name in ("circulating_blasts", "extramedullary", "anc", "plt", "baseline_blasts")
        if getattr(seen, name) is None
    ]
    return f"{named}: not stated is {', '.join(open_)}"
