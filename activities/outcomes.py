"""What the desk tells the workflow about a participant.

The rule that keeps it honest: small and complete; everything in it follows from the state, and nothing in it
identifies a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from activities.orders import DeskOutcome, Due
from domain.deadline import next_deadline
from domain.rows import nothing_left
from domain.state import State
from domain.warrant import Deadline


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the one command."""

    refused: str | None = None
    text: str = ""
    events: tuple[str, ...] = ()
    repeated: bool = False


def outcome_of(state: State, owed: Sequence[str], heard: Heard) -> DeskOutcome:
    """How the participant stands after the command."""
    deadline = next_deadline(state)
    return DeskOutcome(
        version=state.version,
        refused=heard.refused,
        text=heard.text,
        repeated=heard.repeated,
        events=list(heard.events),
        alerts=sorted(alert.alert for alert in state.alerts.values()),
        due=Due(deadline.at.isoformat(), deadline.what) if deadline else None,
        notices=list(owed),
        attributes=_attributes(state, deadline),
        headline=_headline(state, deadline),
        known=True,
        closed=nothing_left(state),
    )


def _attributes(state: State, deadline: Deadline | None) -> dict[str, Any]:
    return {
        "study": state.study,
        "site": state.site,
        "participant": state.participant,
        "stage": _stage(state),
        "protocol": f"{state.protocol.id}:{state.protocol.version}",
        "next_due": deadline.at.isoformat() if deadline else None,
        "open_alerts": len(state.alerts),
    }


def _stage(state: State) -> str:
    return state.ending.end.value if state.ending else state.stage or ""


def _headline(state: State, deadline: Deadline | None) -> str:
    lines = [
        f"**{state.participant}** · {_stage(state)} · protocol {state.protocol.id} {state.protocol.version}"
    ]
    if deadline is not None:
        local = deadline.at.astimezone(state.zone).strftime("%Y-%m-%d %H:%M")
        lines.append(f"next: {deadline.what} ({local} {state.rules.site.zone_name})")
    lines.extend(
        f"- {alert.alert}: {alert.status.value}, rung {alert.rung} of {len(alert.ladder.rungs)}"
        for alert in state.alerts.values()
    )
    return "\n\n".join(lines)
