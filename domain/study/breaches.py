"""What stands on the record though the conduct of the study forbids it.

The rule that keeps it honest: a record is never refused by a correction of the truth; what the truth then
breaks is noted on the study's stream, and withdrawn when its ground goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.events import BreachNoted, BreachWithdrawn, MilestoneNoted
from domain.protocol.conduct import Conduct
from domain.study.book import Study, day_noted
from domain.study.holding import holds_against
from domain.study.stagger import first_allowed_after

INSIDE_STAGGER = "inside_stagger"
DURING_HOLD = "during_hold"


def changed_breaches(study: Study, conduct: Conduct) -> Iterator[BreachNoted | BreachWithdrawn]:
    """What must be noted and withdrawn so that the breaches are those the facts make."""
    wanted = {each.breach: each for each in _breaches(study, conduct)}
    for name in study.breaches:
        if name not in wanted:
            yield BreachWithdrawn(name)
    for name, breach in wanted.items():
        if study.breaches.get(name) != breach:
            yield breach


def _breaches(study: Study, conduct: Conduct) -> Iterator[BreachNoted]:
    yield from _inside_stagger(study, conduct)
    # Most studies are never held: then no fact is looked at.
    for fact in study.facts.values() if study.holds else ():
        if isinstance(fact, MilestoneNoted):
            yield from _during_hold(study, fact)


def _inside_stagger(study: Study, conduct: Conduct) -> Iterator[BreachNoted]:
    if conduct.stagger is None:
        return
    first = study.reached(conduct.stagger.milestone)[: conduct.stagger.among_first]
    for one, next_ in pairwise(first):
        allowed = first_allowed_after(conduct, day_noted(one))
        if day_noted(next_) < allowed:
            detail = f"{next_.item} on {day_noted(next_)}, allowed from {allowed} after {one.participant}"
            yield _breach(next_, INSIDE_STAGGER, detail)


def _during_hold(study: Study, fact: MilestoneNoted) -> Iterator[BreachNoted]:
    zone = ZoneInfo(fact.zone)
    for hold in holds_against(study, fact.participant, fact.item, fact.happened, zone):
        detail = f"{fact.item} on {fact.happened.isoformat()} during {hold.code}"
        yield _breach(fact, DURING_HOLD, detail)
        return


def _breach(fact: MilestoneNoted, kind: str, detail: str) -> BreachNoted:
    return BreachNoted(f"{fact.fact}/{kind}", fact.participant, kind, detail)
