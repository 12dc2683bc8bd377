"""Playing one simulated study alone and telling its timeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.printing import print_json, print_line, print_table
from console.cli.simulating_place import Placed
from console.cohorts.files import write_all
from console.cohorts.labels import hold_label
from console.cohorts.shapes import CohortPlayed, EventPlayed
from console.speech import Speech
from console.telling import told
from console.telling_study import study_told
from console.words import ENDS, Language, said
from domain.events import Event, encode_event
from domain.evolve import ParticipantEvent
from domain.recorded import STUDY_SUBJECT, Recorded
from domain.study import StudyEvent
from replay.cohort.observed import NobodyConsented, Observed, observe
from replay.cohort.played import PlayedStudy
from replay.cohort.results import NoAnswers
from replay.course import Standstill

_QUIET = frozenset({"plan.revised", "result.recorded", "alert.rung_reached"})


def play_one(local: Local, placed: Placed, seed: int, events: Path | None) -> None:
    """Play the study of a seed; `events` is where all of its events are written.

    Raises:
        Stopped: it cannot be played, or the file cannot be written.
    """
    try:
        played = placed(seed)
        observed = observe(played)
    except (Standstill, NoAnswers, NobodyConsented) as error:
        raise Stopped(Exit.BROKEN, str(error)) from error
    if events is not None:
        _write(events, played)
    if local.as_json:
        print_json(_shown(placed, played, observed))
        return
    say = Speech(placed.site.zone, Language.EN)
    rows = [
        (say.at(each.stamp.recorded_at), _subject(each), _says(each.event, say))
        for each in played.events
        if each.event.TYPE not in _QUIET
    ]
    print_table((f"recorded ({placed.site.zone_name})", "who", ""), rows)
    for line in _summary(placed, observed):
        print_line(line)


def _shown(placed: Placed, played: PlayedStudy, observed: Observed) -> CohortPlayed:
    say = Speech(placed.site.zone, Language.EN)
    return CohortPlayed(
        study=placed.protocol.id,
        cohort=placed.cohort.cohort,
        seed=observed.seed,
        starts=placed.first_day,
        days=observed.days,
        participants=len(observed.lives),
        infused=observed.infused,
        events=[
            EventPlayed(each.stamp.recorded_at, _subject(each), each.event.TYPE, _says(each.event, say))
            for each in played.events
        ],
    )


def _summary(placed: Placed, observed: Observed) -> Iterator[str]:
    yield ""
    for life in observed.lives:
        end = said(ENDS, life.end, Language.EN) if life.end is not None else "not ended"
        stretches = ", ".join(f"{stage} {days} d" for stage, days in life.stages.items())
        yield f"{life.participant}: {end}, {life.consented} to {life.last}; {stretches}"
    for hold in observed.holds:
        lasted = f"{hold.lasted} days" if hold.lasted is not None else "to the end of the play"
        yield f"held on day {hold.day}, {lasted}: {hold_label(hold.rule, placed.protocol)}"
    yield (
        f"seed {observed.seed}: {observed.days} days, {len(observed.lives)} participants, {observed.infused} "
        f"infused, {observed.commands} commands, {observed.events} events"
    )


def _subject(recorded: Recorded) -> str:
    kind, _, subject = recorded.stream.partition("/")
    return STUDY_SUBJECT if kind == "study" else subject.partition("/")[2]


def _says(event: Event, say: Speech) -> str:
    # An alert's events are of participants and the study alike, and told alike.
    if isinstance(event, ParticipantEvent):
        return told(event, say)
    assert isinstance(event, StudyEvent), "what is on no participant's stream is on the study's"
    return study_told(event, say)


def _write(path: Path, played: PlayedStudy) -> None:
    lines = (orjson.dumps(_line(each), option=orjson.OPT_UTC_Z).decode() for each in played.events)
    try:
        write_all(path.parent, {path.name: "".join(f"{line}\n" for line in lines)})
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{error.filename}: {error.strerror or error}") from error


def _line(recorded: Recorded) -> dict[str, object]:
    type_, version, body = encode_event(recorded.event)
    return {
        "stream": recorded.stream,
        "seq": recorded.seq,
        "recorded_at": recorded.stamp.recorded_at,
        "command_id": recorded.stamp.command_id,
        "actor": recorded.stamp.actor.id,
        "role": recorded.stamp.actor.role.value,
        "type": type_,
        "version": version,
        "body": body,
    }
