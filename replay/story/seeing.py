"""What is to be seen after a step: its events, its refusal, and how things stand at that moment.

The rule that keeps it honest: read through the desk's own hearing, from paper or from a store alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from activities.hearing import Hearing, stream_of
from activities.orders import OpenOrder
from activities.rulebook import study_of
from domain.plan import whole_plan
from domain.recorded import STUDY_SUBJECT, Recorded
from domain.standing import sight_of, standing
from domain.state import Alert, State
from store import Writing


@dataclass(frozen=True, slots=True)
class Seen:
    """A subject at a moment (UTC). `events` are those of the step, of every stream, in order."""

    study: str
    who: str
    at: datetime
    events: Sequence[Recorded]
    refused: str | None
    text: str
    alerts: dict[str, tuple[str, int]]
    stands: dict[str, str]
    next: str | None

    def of(self, subject: str) -> list[Recorded]:
        """The events on one subject's stream."""
        return [each for each in self.events if each.stream == stream_of(self.study, subject)]


def see(
    tx: Writing, hearing: Hearing, study: str, who: str, at: datetime,
    events: Sequence[Recorded] = (), refused: str | None = None, text: str = "",
) -> Seen:  # fmt: skip
    """How a subject stands at `at` (UTC), with what a step led to."""
    outcome = hearing.look(tx, OpenOrder(study, who))
    awaited = outcome.due.summary if outcome.due is not None else None
    if who == STUDY_SUBJECT:
        alerts = _shown(who, study_of(tx, study).alerts.values())
        return Seen(study, who, at, events, refused, text, alerts, {}, awaited)
    state = hearing.state_of(tx, study, who)
    if state is None:
        return Seen(study, who, at, events, refused, text, {}, {}, None)
    alerts = _shown(who, state.alerts.values())
    return Seen(study, who, at, events, refused, text, alerts, _standings(state, at), awaited)


def _standings(state: State, at: datetime) -> dict[str, str]:
    plan = whole_plan(state)
    items = state.protocol.items
    return {code: standing(sight_of(state, each, plan.get(code)), at).value for code, each in items.items()}


def _shown(who: str, alerts: Iterable[Alert]) -> dict[str, tuple[str, int]]:
    return {each.alert.removeprefix(f"{who}/"): (each.status.value, each.rung) for each in alerts}
