"""Holds: what they stop, for whom, and whether something fell into one.

The rule that keeps it honest: what happened before a hold fell is taken however late it is told; a day alone
that the hold began on could be either, so the time is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.events import HoldPlaced, Treatment
from domain.protocol.conduct import Conduct, HoldRule
from domain.stated import Stated, day_of, is_day
from domain.study.book import Hold, Study
from domain.study.stopping import Met


def holds_against(
    study: Study, participant: str, item: str, happened: Stated, zone: ZoneInfo
) -> Iterator[Hold]:
    """The holds that stop `item` and in which `happened` lies."""
    for hold in study.holds:
        stopped = item in hold.placed.stops and _lies_in(hold, happened, zone)
        if stopped and not _passes(study, hold, participant, item):
            yield hold


def within(begun: datetime, ended: datetime | None, happened: Stated, zone: ZoneInfo) -> bool:
    """Whether a stated time lies in a stretch of time; a bare day does from the day it began on."""
    if is_day(happened):
        day = day_of(happened, zone)
        return day >= day_of(begun, zone) and (ended is None or day < day_of(ended, zone))
    assert isinstance(happened, datetime), "either a day or an instant"
    return happened >= begun and (ended is None or happened < ended)


def undecided(study: Study, conduct: Conduct) -> Iterator[tuple[str, Hold]]:
    """(participant, hold): whose treatment has begun and waits for a decision under a hold in force."""
    rule = conduct.decide_now
    if rule is None:
        return
    for begun in study.reached(rule.begun):
        who = begun.participant
        if who in study.ends or study.milestone(who, rule.before) is not None:
            continue
        for hold in study.holds_in_force:
            if rule.before in hold.placed.stops and not _decided(study, hold, who):
                yield who, hold
                break


def placed_hold(
    study: Study, stated: HoldRule, reason: str, by: str, at: datetime, met: Met | None = None
) -> HoldPlaced:
    """The event of a hold that falls at `at` (UTC): by hand, or because a stopping rule is `met`."""
    return HoldPlaced(
        hold=f"hold-{len(study.holds) + 1}",
        reason=reason,
        stops=stated.stops,
        lifted_by=stated.lifted_by,
        meaning=stated.meaning,
        ladder=stated.ladder,
        placed_at=at,
        by=by,
        facts=met.facts if met is not None else (),
        rule=met.rule.code if met is not None else None,
        site=met.site if met is not None else None,
    )


def what_is_lifted(study: Study, hold: Hold) -> Mapping[str, Any]:
    """What the signer of a lift has seen: the hold as it fell, and what it counted as noted now."""
    placed = hold.placed
    return {
        "study": study.code,
        "hold": placed.hold,
        "reason": placed.reason,
        "placed_at": placed.placed_at.isoformat(),
        "stops": list(placed.stops),
        "facts": [_shown(study, name) for name in placed.facts],
    }


def _shown(study: Study, name: str) -> dict[str, Any]:
    fact = study.facts.get(name)
    if fact is None:
        return {"fact": name, "withdrawn": True}
    return {"fact": name, "participant": fact.participant, "kind": fact.TYPE}


def _lies_in(hold: Hold, happened: Stated, zone: ZoneInfo) -> bool:
    ended = hold.lifted.lifted_at if hold.lifted is not None else None
    return within(hold.placed.placed_at, ended, happened, zone)


def _passes(study: Study, hold: Hold, participant: str, item: str) -> bool:
    newest = [each for each in study.decided if each.participant == participant and hold.code in each.holds]
    return bool(newest) and newest[-1].treatment is Treatment.PROCEED and newest[-1].milestone == item


def _decided(study: Study, hold: Hold, participant: str) -> bool:
    return any(each.participant == participant and hold.code in each.holds for each in study.decided)
