"""A study's own record as if everybody had typed at once, up to a moment.

The rule that keeps it honest: what the study knows of a participant is derived anew from what is true of
them; what was done about the study (holds, turns, recruitment, alerts) is told by when it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from domain import events as ev
from domain.events import Event
from domain.recorded import Recorded
from domain.safety.partial import parse_partial
from domain.state import State
from domain.stated import earliest
from domain.study import StudyRules, fold_study
from domain.study.book import Fact
from domain.study.breaches import changed_breaches
from domain.study.facts import facts_of
from domain.study.telling import holds_slot

Published = tuple[datetime, Recorded]
"""A published version of the protocol or of a site, and since when it counts (UTC)."""

_OF_PARTICIPANTS = (
    ev.SlotTaken
    | ev.SlotReturned
    | ev.NumberTaken
    | ev.MilestoneNoted
    | ev.EndNoted
    | ev.LimitingToxicityNoted
    | ev.LastingToxicityNoted
    | ev.FactWithdrawn
    | ev.BreachNoted
    | ev.BreachWithdrawn
)
_PUBLISHED = ev.ProtocolPublished | ev.SitePublished


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as they truly were, and since when there is anything of them (UTC)."""

    state: State
    opened: datetime


def publications(known: Sequence[Recorded], began: datetime | None, moment: datetime) -> list[Published]:
    """What was published by `moment` (UTC).

    The first protocol and the first version of each site were there when the first participant was, at
    `began`, however late they were published: nothing could be read without them.
    """
    found: list[Published] = []
    seen: set[str] = set()
    for each in known:
        if not isinstance(each.event, _PUBLISHED):
            continue
        name = each.event.site if isinstance(each.event, ev.SitePublished) else ""
        recorded = each.stamp.recorded_at
        at = recorded if began is None or name in seen else min(recorded, began)
        seen.add(name)
        if at <= moment:
            found.append((at, each))
    return found


def true_study(
    known: Sequence[Recorded],
    published: Sequence[Published],
    people: Sequence[Person],
    rules: StudyRules,
    moment: datetime,
) -> list[Recorded]:
    """The study's record at `moment` (UTC), each event with its number on the record."""
    as_recorded = _AsRecorded(known)
    acts = list(_acts(known, rules.site(None).zone, moment))
    derived = [(at, as_recorded.found(event)) for each in people for at, event in _of(each, rules)]
    told = [each for _, each in sorted([*published, *acts, *derived], key=lambda each: each[0])]
    if rules.conduct is None:
        return told
    breaches = changed_breaches(fold_study(each.event for each in told), rules.conduct)
    return [*told, *map(as_recorded.found, breaches)]


def _acts(known: Sequence[Recorded], zone: ZoneInfo, moment: datetime) -> Iterator[Published]:
    for each in known:
        event, at = each.event, each.stamp.recorded_at
        if isinstance(event, ev.MeetingRecorded):
            at = earliest(event.happened, zone)
        if at <= moment and not isinstance(event, _OF_PARTICIPANTS | _PUBLISHED):
            yield at, each


def _of(person: Person, rules: StudyRules) -> Iterator[tuple[datetime, Event]]:
    """What the study knows of a participant, and since when."""
    state = person.state
    cap = state.protocol.document.cap
    yield person.opened, ev.SlotTaken(state.participant, cap.participants if cap else None)
    if state.ending is not None and not holds_slot(state):
        left = max(person.opened, earliest(state.ending.happened, state.zone))
        yield left, ev.SlotReturned(state.participant, state.ending.end.value)
    if state.holding.number is not None:
        bound = earliest(state.holding.products[0].bound, state.zone)
        yield bound, ev.NumberTaken(state.participant, state.holding.number)
    if rules.conduct is not None:
        yield from ((_since(each), each) for each in facts_of(rules.conduct, state))


def _since(fact: Fact) -> datetime:
    zone = ZoneInfo(fact.zone)
    match fact:
        case ev.MilestoneNoted() | ev.EndNoted():
            return earliest(fact.happened, zone)
        case ev.LimitingToxicityNoted():
            onset = parse_partial(fact.onset)
            return earliest(onset.stated or onset.first_day(zone), zone)
        case ev.LastingToxicityNoted():
            return earliest(fact.since, zone)
        case _:
            assert_never(fact)


class _AsRecorded:
    """Where the record has what the study knows of participants."""

    def __init__(self, known: Sequence[Recorded]) -> None:
        self._noted = {_name(each.event): each for each in known if isinstance(each.event, _OF_PARTICIPANTS)}
        self._first = known[0]

    def found(self, event: Event) -> Recorded:
        """The event with its place on the record, where it was noted."""
        known = self._noted.get(_name(event), self._first)
        return replace(known, event=event)


def _name(event: Event) -> tuple[str, str]:
    named = (getattr(event, field, None) for field in ("fact", "breach", "participant"))
    return event.TYPE, next(filter(None, named), "")
