"""Survival: the days from a milestone to death or progression, or to the last day known without.

The rule that keeps it honest: who was never treated is watched like everybody else; nobody is watched longer
than something recorded shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from domain.endpoints.figure import Judged, Place
from domain.endpoints.known import Known, Seen
from domain.protocol.endpoints import SurvivalEndpoint, SurvivalEvent
from domain.span import add_to_day


def judge(known: Known, endpoint: SurvivalEndpoint) -> Judged:
    """How long this participant was watched, and whether that ended with one of the endpoint's events."""
    start = known.first(endpoint.among)
    if start is None:
        return Judged(known.participant, Place.LEFT_OUT, f"no {endpoint.among}")
    frame_ends = add_to_day(start.day, endpoint.until)
    ended = min(_ends(known, endpoint, start.day), key=_day_of, default=None)
    if ended is not None and ended.day <= frame_ends:
        return _judged(known, start, ended, Place.COUNTED, ended.day, f"{ended.what} on {ended.day}")
    last = max(_without(known, endpoint, start), key=_day_of)
    shown = f"last known without on {last.day} ({last.what})"
    if ended is not None:
        shown = f"{ended.what} on {ended.day}, after the {endpoint.until} that are watched"
        return _judged(known, start, ended, Place.NOT_COUNTED, frame_ends, shown)
    return _judged(known, start, last, Place.NOT_COUNTED, min(last.day, frame_ends), shown)


def _judged(known: Known, start: Seen, other: Seen, place: Place, until: date, why: str) -> Judged:
    days = (until - start.day).days
    shown = f"{why}; watched {days} days from {start.what} on {start.day}"
    return Judged(known.participant, place, shown, tuple(sorted({start.seq, other.seq})), days=days)


def _ends(known: Known, endpoint: SurvivalEndpoint, start: date) -> Iterator[Seen]:
    for end in endpoint.ends:
        match end:
            case SurvivalEvent.DEATH:
                found = known.death()
                if found is not None:
                    yield found
            case SurvivalEvent.PROGRESSION:
                # What was known before the clock started cannot stop it.
                yield from (each for each in known.progressions() if each.day >= start)
            case _:
                assert_never(end)


def _without(known: Known, endpoint: SurvivalEndpoint, start: Seen) -> Iterator[Seen]:
    """What shows the participant without any of the events, the start of the clock at the least."""
    yield start
    named = endpoint.last_known
    found = known.contacts() if named is None else known.disease_assessments(named.at)
    yield from (each for each in found if each.day >= start.day)


def _day_of(seen: Seen) -> tuple[date, int]:
    return seen.day, seen.seq
