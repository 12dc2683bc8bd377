"""How a participation ends before its schedule does: death, withdrawal, loss, discontinuation, giving up.

The rule that keeps it honest: what the desk would not take as an end at that point is recorded as the
withdrawal it then is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.protocol.document import End
from domain.roles import Role
from domain.safety.terms import DEATH_GRADE, AeOutcome, Expectedness, Relation, Serious
from domain.state import Outcome, State
from domain.stated import earliest
from domain.working_time import next_working_instant
from replay.cohort.document import Departure
from replay.cohort.task import Look, Person, Said, Task, local_day, moment, stated

_EVENING = time(20)
_FINAL = frozenset({End.DIED, End.WITHDRAWN, End.LOST})
_REASONS = {
    End.DIED: "died",
    End.WITHDRAWN: "consent withdrawn",
    End.LOST: "no contact any more",
    End.DISCONTINUED: "treatment discontinued",
}


@dataclass(frozen=True, slots=True)
class _Leaving:
    number: int
    departure: Departure
    at: datetime


def leaves_at(person: Person, state: State) -> datetime | None:
    """The moment (UTC) from which nothing more is done with the participant; None: none is known yet."""
    leaving = _next(person, state)
    return leaving.at if leaving is not None else None


def departure_tasks(look: Look) -> Iterator[Task]:
    """The end that comes next, once what it counts from has happened."""
    leaving = _next(look.person, look.state)
    if leaving is None:
        return
    person, departure = look.person, leaving.departure

    def say(at: datetime) -> Iterator[Said]:  # noqa: ARG001 - it ended when it ended
        end = _possible(look.state, End(departure.end))
        if end is End.DIED and not person.draws.happens(
            departure.related, f"departure/{leaving.number}/related"
        ):
            yield from _unrelated_death(look, leaving.at)
        yield ended(end, stated(person.site, leaving.at), _REASONS[end])

    known = next_working_instant(person.site, leaving.at)
    yield Task(f"departure/{leaving.number}", known, say, once=True)


def given_up(look: Look, what: str) -> Task:
    """The end of a participation that cannot go on, because the desk keeps refusing `what`."""

    def say(at: datetime) -> Iterator[Said]:
        end = _possible(look.state, End.DISCONTINUED)
        yield ended(end, stated(look.person.site, at), f"given up: {what}")

    return Task("given-up", look.now, say, once=True)


def ended(end: End, happened: str, reason: str) -> Said:
    """The command that ends a participation."""
    body = {"kind": "end_participation", "end": end.value, "happened": happened, "reason": reason}
    return Said(Role.COORDINATOR, body)


def _next(person: Person, state: State) -> _Leaving | None:
    if state.ending is not None and state.ending.end in {*_FINAL, End.SCREEN_FAILURE, End.COMPLETED}:
        return None
    found = [each for each in _leavings(person, state) if f"departure/{each.number}" not in person.done]
    return min(found, key=lambda each: (each.at, each.number), default=None)


def _leavings(person: Person, state: State) -> Iterator[_Leaving]:
    for number, each in enumerate(person.cohort.departures, start=1):
        after = state.item(each.from_ or state.protocol.document.registration.milestone)
        if after.outcome is not Outcome.DONE or after.happened is None:
            continue
        if state.ending is not None and each.end is End.DISCONTINUED:
            continue
        if person.draws.happens(each.chance, f"departure/{number}"):
            days = person.draws.number(each.after_days, f"departure/{number}/after")
            begun = local_day(person.site, earliest(after.happened, person.site.zone))
            day = begun + timedelta(days=max(0, round(min(days, _LONGEST_DAYS))))
            yield _Leaving(number, each, moment(person.site, day, _EVENING))


_LONGEST_DAYS = 40_000


def _possible(state: State, end: End) -> End:
    for rule in state.protocol.document.ends:
        after = rule.after is None or state.item(rule.after).outcome is Outcome.DONE
        before = rule.before is None or state.item(rule.before).outcome is not Outcome.DONE
        if rule.end is end and not (after and before):
            return End.WITHDRAWN
    return end


def _unrelated_death(look: Look, at: datetime) -> Iterator[Said]:
    """The death written up as an event that had nothing to do with the treatment."""
    rules = look.state.protocol.document.adverse_events
    scale = (
        next((each for each in rules.scales if each.toxicity is None), None) if rules is not None else None
    )
    if scale is None or scale.highest < DEATH_GRADE:
        return
    happened = stated(look.person.site, at)
    yield Said(
        Role.INVESTIGATOR,
        {
            "kind": "open_adverse_event",
            "term": "Death from another cause",
            "scale": scale.code,
            "version": scale.version,
            "grade": DEATH_GRADE,
            "onset": happened,
            "known": happened,
            "relation": Relation.UNRELATED.value,
            "expectedness": Expectedness.UNEXPECTED.value,
            "serious": [Serious.DEATH.value],
        },
    )
    ae = f"AE{len(look.state.safety.events) + 1}"
    close = {"kind": "close_adverse_event", "ae": ae, "outcome": AeOutcome.FATAL.value, "resolved": happened}
    yield Said(Role.INVESTIGATOR, close)
