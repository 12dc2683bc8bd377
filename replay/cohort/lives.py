"""What became of each participant of a played study: when they came, how long stretches took, how it ended.

The rule that keeps it honest: days are those on which things happened, as the folded state has them; what has
not happened has no duration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.protocol.expanded import Protocol
from domain.state import State
from domain.stated import Stated, day_of

CONSENT_TO_INFUSION = "consent_to_infusion"
VEIN_TO_VEIN = "vein_to_vein"


@dataclass(frozen=True, slots=True)
class Life:
    """One participant. Days are site days.

    `last`: the last day on which anything happened. `end`: how it ended; None: it had not ended when the play
    did. `spans` and `stages`: how many days each took, as far as both of its ends have happened.
    """

    participant: str
    consented: date
    last: date
    end: str | None
    infused: bool
    spans: Mapping[str, int]
    stages: Mapping[str, int]


def life_of(state: State) -> Life | None:
    """The life as far as it went; None when the consent was taken back from the record."""
    consented = _day(state, state.protocol.document.registration.milestone)
    if consented is None:
        return None
    last = max(_days(state))
    ended = state.ending
    return Life(
        participant=state.participant,
        consented=consented,
        last=last,
        end=ended.end.value if ended is not None else None,
        infused=_day(state, treatment_of(state.protocol)) is not None,
        spans=dict(_spans(state, consented)),
        stages=dict(
            _stages(state, consented, day_of(ended.happened, state.zone) if ended is not None else None)
        ),
    )


def treatment_of(protocol: Protocol) -> str | None:
    """The milestone at which the product is given; without a product, the one whose day is day 0."""
    part = protocol.document.product
    return part.given_at if part is not None else protocol.origin


def _spans(state: State, consented: date) -> Iterator[tuple[str, int]]:
    given = _day(state, treatment_of(state.protocol))
    if given is None:
        return
    yield CONSENT_TO_INFUSION, (given - consented).days
    part = state.protocol.document.product
    collected = _day(state, part.collected_at) if part is not None else None
    if collected is not None:
        yield VEIN_TO_VEIN, (given - collected).days


def _stages(state: State, consented: date, ended: date | None) -> Iterator[tuple[str, int]]:
    """Days in each stage that was left, for the next one or by the end."""
    entered = {state.protocol.stages[0]: consented}
    for code, item in state.protocol.items.items():
        day = _day(state, code) if item.enters is not None else None
        if day is not None and item.enters is not None:
            entered[item.enters] = min(day, entered.get(item.enters, day))
    in_order = sorted(entered, key=lambda stage: (entered[stage], state.protocol.stage_rank(stage)))
    left = [*(entered[stage] for stage in in_order[1:]), ended]
    for stage, until in zip(in_order, left, strict=False):
        if until is not None:
            yield stage, max(0, (until - entered[stage]).days)


def _day(state: State, code: str | None) -> date | None:
    happened = state.item(code).happened if code is not None else None
    return day_of(happened, state.zone) if happened is not None else None


def _days(state: State) -> Iterator[date]:
    stated: list[Stated] = [each.happened for each in state.items.values() if each.happened is not None]
    stated += [happened for happened, _ in state.unscheduled]
    if state.ending is not None:
        stated.append(state.ending.happened)
    return (day_of(each, state.zone) for each in stated)
