"""Deviations from the protocol, how they are classed and by whom, and the approvals asked for beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.governing import approvals
from console.reading import StudyLook
from console.sights import ApprovalSight, DeviationSight

STATES = ("open", "closed", "all")
UNCLASSED = "none"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What narrows the list, as it stands in the address; empty: all. `classed` may be `UNCLASSED`."""

    state: str = "open"
    classed: str = ""
    participant: str = ""
    item: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, whatever is chosen; `items` by code with their labels."""

    people: tuple[str, ...]
    items: dict[str, str]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviationsPage:
    """`zones`: by participant. `open`: how many deviations of the study are, whatever is shown."""

    asked: Narrowed
    rows: tuple[DeviationSight, ...]
    approvals: tuple[ApprovalSight, ...]
    choices: Choices
    zones: dict[str, str]
    open: int
    unclassed: int


def deviations_page(look: StudyLook, asked: Narrowed) -> DeviationsPage:
    """The deviations that were asked for; open and not yet classed ones first."""
    every = look.deviations()
    people = look.reading.participants(look.study)
    shown = [each for each in every if _wanted(each, asked)]
    return DeviationsPage(
        asked=asked,
        rows=tuple(sorted(shown, key=_urgency)),
        approvals=tuple(_approvals(look, asked)),
        choices=_choices((row.participant for row in people), every),
        zones={row.participant: look.site(row.site).zone_name for row in people},
        open=sum(is_open(each) for each in every),
        unclassed=sum(is_open(each) and each.classed is None for each in every),
    )


def is_open(deviation: DeviationSight) -> bool:
    """Whether its ground still stands on the record."""
    return deviation.status == "open"


def _wanted(each: DeviationSight, asked: Narrowed) -> bool:
    return (
        (asked.state == "all" or is_open(each) is (asked.state == "open"))
        and asked.classed in ("", each.classed or UNCLASSED)
        and asked.participant in ("", each.participant)
        and asked.item in ("", each.item)
        and asked.kind in ("", each.kind)
    )


def _urgency(each: DeviationSight) -> tuple[bool, bool, str, str]:
    return (not is_open(each), each.classed is not None, each.participant, each.deviation)


def _approvals(look: StudyLook, asked: Narrowed) -> Iterable[ApprovalSight]:
    for each in approvals(look, asked.participant or None):
        if asked.item in ("", each.item):
            yield each


def _choices(people: Iterable[str], every: Sequence[DeviationSight]) -> Choices:
    return Choices(
        people=tuple(people),
        items={each.item: each.label for each in every},
        kinds=tuple(sorted({each.kind for each in every})),
        classes=(*sorted({each.classed for each in every if each.classed}), UNCLASSED),
    )
