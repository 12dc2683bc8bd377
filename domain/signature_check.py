"""Whether what a signature on the record covers is what the record said at that moment.

The rule that keeps it honest: the content is worked out again from the state before the signature, never
taken from the signature itself; one made before contents were kept proves its words only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.events import GateSigned
from domain.evolve import ParticipantEvent, evolve
from domain.signatures import shown_at
from domain.signed import content_of
from domain.state import State
from domain.stated import day_of


def mismatches(state: State, events: Iterable[ParticipantEvent]) -> Iterator[tuple[int, str]]:
    """(number, what is wrong) of every signature among `events` that does not cover what was on the record.

    `state` is the one before the first of them.
    """
    for event in events:
        wrong = _wrong(state, event)
        if wrong is not None:
            yield state.version + 1, wrong
        state = evolve(state, event)


def _wrong(state: State, event: ParticipantEvent) -> str | None:
    match event:
        case GateSigned() if event.content is not None:
            gate = state.protocol.gates.get(event.gate)
            if gate is None:
                return f"{event.by} signed gate {event.gate}, which the protocol in force did not have"
            today = day_of(event.signed_at, state.zone)
            return _differs(f"gate {event.gate}", event.by, event.content, shown_at(state, gate, today))
        case _:
            return None


def _differs(name: str, by: str, content: str, what: Mapping[str, Any]) -> str | None:
    right = content_of(what)
    if content == right:
        return None
    return (
        f"the signature of {by} under {name} is over another content ({content[:12]}) than the record "
        f"had then ({right[:12]})"
    )
