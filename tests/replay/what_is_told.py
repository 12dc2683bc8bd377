"""Everything that a reading says of participants and study, to hold two readings against each other.

The rule that keeps it honest: nothing is left out but who typed it, when, and why it was corrected.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Any

from activities.rulebook import Rulebook
from console.folding import folded
from domain.endpoints import Known, figures
from domain.recorded import participant_stream, study_stream
from domain.safety.book import Safety
from domain.state import State
from domain.study import fold_study
from store import Reading
from tests.support.trial import STUDY


def facts(reading: Reading, rulebook: Rulebook, study: str = STUDY) -> dict[str, Any]:
    """Everything that a reading says of participants and study, but for who typed it when and why."""
    people = reading.participants(study)
    states = {each.participant: _state(reading, rulebook, study, each.participant) for each in people}
    deviations = [each for each in reading.deviations(study) if each.status == "open"]
    of_study = fold_study(each.event for each in reading.events(study_stream(study)))
    return {
        "people": [
            (each.participant, each.stage, each.end, each.registered_on, each.day_zero) for each in people
        ],
        "items": [replace(each, reason=None, record_seq=None) for each in reading.items(study)],
        "deviations": [(each.participant, each.item, each.kind, each.detail) for each in deviations],
        "safety": {code: _safety(state.safety) for code, state in states.items()},
        "product": {code: state.holding for code, state in states.items()},
        "endings": {code: _ending(state) for code, state in states.items()},
        "study": (of_study.slots, dict(of_study.facts), dict(of_study.numbers), dict(of_study.breaches)),
        "endpoints": _endpoints(reading, study, states),
    }


def _state(reading: Reading, rulebook: Rulebook, study: str, code: str) -> State:
    return folded(reading, rulebook, reading.events(participant_stream(study, code)))


def _safety(safety: Safety) -> list[Any]:
    events = [
        (each.ae, each.term, each.onset, each.current_grade, each.worst_grade, each.serious, each.outcome,
         each.resolved)
        for each in safety.standing_events
    ]  # fmt: skip
    clocks = [(each.clock, each.due, each.state, each.ended_at) for each in safety.clocks.values()]
    assessed = [(each.toxicity, each.grade, each.happened) for each in safety.toxicities]
    judged = [(each.category, each.happened) for each in safety.responses]
    return [events, clocks, assessed, judged]


def _ending(state: State) -> tuple[Any, ...]:
    ending, progressed = state.ending, state.progression
    return (
        (ending.end, ending.happened) if ending is not None else None,
        progressed.happened if progressed is not None else None,
    )


def _endpoints(reading: Reading, study: str, states: dict[str, State]) -> list[Any]:
    known = [
        Known(state, tuple(reading.events(participant_stream(study, code)))) for code, state in states.items()
    ]
    defined = chain.from_iterable(
        each.protocol.document.endpoints or () for each in list(states.values())[:1]
    )
    return [
        [(group.name, group.counted, group.among, group.unknown) for group in figure.groups]
        for figure in figures(tuple(defined), known)
    ]
