"""What happens to a participant's health: toxicities with their course, progression, and the reports owed.

The rule that keeps it honest: terms, scales and days are the cohort file's; what is then owed and held is the
core's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from domain.protocol.document import End
from domain.protocol.safety import Scale
from domain.roles import Role
from domain.safety.seen import CrsSeen, IcansSeen
from domain.safety.terms import AeOutcome, ClockState, Serious, Toxicity
from domain.state import State
from domain.stated import earliest
from domain.working_time import next_working_instant
from replay.cohort import document
from replay.cohort.task import AN_HOUR, Look, Person, Said, Task, local_day, saying, saying_when, stated

_LIFE_THREATENING_FROM, _HIGHEST = 4, 4
_AS_SEEN = "as seen at the bedside"


def illness_tasks(look: Look) -> Iterator[Task]:
    """What is to be written down of the participant's health, and the reports to be sent."""
    leaves = _last_seen(look)
    for episode in _episodes(look):
        if leaves is None or episode.onset < leaves:
            yield from _written(look, episode, leaves)
    yield from _progressions(look, leaves)
    yield from _reports(look)


def _last_seen(look: Look) -> datetime | None:
    """The moment (UTC) after which nobody knows how the participant fares; None: there is none yet."""
    ending = look.state.ending
    if ending is not None and ending.end is not End.COMPLETED:
        return earliest(ending.happened, look.state.zone)
    return look.leaves


@dataclass(frozen=True, slots=True)
class _Episode:
    """One condition of one participant; `over` (UTC): when it is over."""

    name: str
    toxicity: document.Toxicity
    scale: Scale
    grade: int
    onset: datetime
    known: datetime
    over: datetime


def _episodes(look: Look) -> Iterator[_Episode]:
    rules = look.state.protocol.document.adverse_events
    if rules is None:
        return
    for number, each in enumerate(look.person.cohort.toxicities, start=1):
        name = f"toxicity/{number}"
        begun = _reached(look.state, each.from_ or rules.teae.anchor)
        if (
            begun is None
            or f"{name}/over" in look.person.done
            or not look.person.draws.happens(each.chance, name)
        ):
            continue
        scale = rules.scale(each.scale)[0]
        draws = look.person.draws
        grade = min(max(round(draws.number(each.grade, f"{name}/grade")), 1), _HIGHEST)
        onset = begun + timedelta(days=max(0.05, draws.number(each.onset_days, f"{name}/onset")))
        hours = max(0.0, draws.number(each.known_after_hours, f"{name}/known"))
        lasts = max(0.05, draws.number(each.lasts_days, f"{name}/lasts"))
        known = _minute(onset + timedelta(hours=hours))
        yield _Episode(
            name, each, scale, grade, _minute(onset), known, _minute(onset + timedelta(days=lasts))
        )


def _written(look: Look, episode: _Episode, leaves: datetime | None) -> Iterator[Task]:
    person = look.person
    opened, over = f"{episode.name}/opened", f"{episode.name}/over"
    if opened not in person.done:
        yield Task(opened, episode.known, lambda at: _opening(person, episode, at), once=True)
    elif leaves is None or episode.over < leaves:
        at = max(episode.over, episode.known) + AN_HOUR
        yield Task(over, at, lambda at: _closing(look, episode), once=True)  # noqa: ARG005 - over when it was


def _opening(person: Person, episode: _Episode, at: datetime) -> Iterator[Said]:
    toxicity, site = episode.toxicity, person.site
    if episode.scale.toxicity is not None:
        yield _assessed(person, episode, episode.grade, episode.onset)
    limiting = episode.grade >= toxicity.limiting_from and person.draws.happens(
        toxicity.limiting, f"{episode.name}/limiting"
    )
    yield Said(
        Role.INVESTIGATOR,
        {
            "kind": "open_adverse_event",
            "term": toxicity.term,
            "scale": episode.scale.code,
            "version": episode.scale.version,
            "grade": episode.grade,
            "onset": stated(site, episode.onset),
            "known": stated(site, min(at, episode.known)),
            "relation": toxicity.relation.value,
            "expectedness": toxicity.expectedness.value,
            "serious": _serious(episode),
            "dlt": limiting,
        },
    )


def _serious(episode: _Episode) -> list[str]:
    least = episode.toxicity.serious_from
    if least is None or episode.grade < least:
        return []
    threatening = episode.grade >= _LIFE_THREATENING_FROM
    return [(Serious.LIFE_THREATENING if threatening else Serious.HOSPITALISATION).value]


def _closing(look: Look, episode: _Episode) -> Iterator[Said]:
    """The event is over; nothing where it was never opened."""
    onset = stated(look.person.site, episode.onset)
    for ae in look.state.safety.standing_events:
        if (ae.term, ae.onset.text) == (episode.toxicity.term, onset) and not ae.closed:
            if episode.scale.toxicity is not None:
                yield _assessed(look.person, episode, episode.scale.lowest, episode.over)
            resolved = stated(look.person.site, episode.over)
            body = {"kind": "close_adverse_event", "ae": ae.ae, "outcome": AeOutcome.RECOVERED.value}
            yield Said(Role.INVESTIGATOR, {**body, "resolved": resolved})


def _assessed(person: Person, episode: _Episode, grade: int, at: datetime) -> Said:
    happened = stated(person.site, at)
    body: dict[str, Any] = {
        "kind": "assess_toxicity",
        "scale": episode.scale.code,
        "version": episode.scale.version,
        "grade": grade,
        "happened": happened,
        "known": happened,
        "reason": _AS_SEEN,
    }
    assert episode.scale.toxicity is not None, "only such a scale is graded day by day"
    return Said(Role.INVESTIGATOR, {**body, **_seen(episode.scale.toxicity)})


def _seen(toxicity: Toxicity) -> dict[str, Any]:
    """Nothing of it is told in detail; the grade is the investigator's."""
    match toxicity:
        case Toxicity.CRS:
            return {"crs": CrsSeen().model_dump(mode="json", exclude_none=True)}
        case Toxicity.ICANS:
            return {"icans": IcansSeen().model_dump(mode="json", exclude_none=True)}
        case _:
            assert_never(toxicity)


def _progressions(look: Look, leaves: datetime | None) -> Iterator[Task]:
    if look.state.progression is not None:
        return
    for number, each in enumerate(look.person.cohort.progressions, start=1):
        name, begun = f"progression/{number}", _reached(look.state, each.from_)
        if begun is None or name in look.person.done or not look.person.draws.happens(each.chance, name):
            continue
        days = look.person.draws.number(each.after_days, f"{name}/after")
        at = begun + timedelta(days=max(0, round(days)))
        if leaves is None or at < leaves:
            body = {"kind": "record_progression", "happened": local_day(look.person.site, at).isoformat()}
            typed = next_working_instant(look.person.site, at)
            yield Task(name, typed, saying(Said(Role.INVESTIGATOR, body)), once=True)


def _reports(look: Look) -> Iterator[Task]:
    person = look.person
    for clock in look.state.safety.clocks.values():
        if clock.state is not ClockState.RUNNING:
            continue
        hours = person.draws.number(person.cohort.reports_after_hours, f"report/{clock.clock}")
        at = _minute(earliest(clock.known, person.site.zone) + timedelta(hours=max(0.0, hours)))
        body = {"kind": "send_report", "clock": clock.clock, "reference": f"{person.code}/{clock.clock}"}
        yield Task(f"report/{clock.clock}", at, saying_when(person.site, Role.COORDINATOR, body, "sent"))


def _reached(state: State, code: str) -> datetime | None:
    item = state.item(code)
    first = item.earlier[0].happened if item.earlier else item.happened
    return earliest(first, state.zone) if first is not None else None


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
