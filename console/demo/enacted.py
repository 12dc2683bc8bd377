"""A simulated study, enacted before the desk's own hearing in virtual time.

The rule that keeps it honest: the same hearing, rules and deadlines as in production; only the clock is the
script's, and a refusal the script does not expect is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, Due, clock_command_id
from console.demo.script import Act
from domain.commands import command_body
from domain.recorded import STUDY_SUBJECT

Ask = Callable[[DeskOrder], DeskOutcome]
"""Has an order decided."""


class ScriptRefused(Exception):
    """The desk refused what the script says, or took what the script says is refused."""


@dataclass(frozen=True, slots=True)
class Enacted:
    """One order with its outcome; `act` None: a deadline that passed."""

    order: DeskOrder
    outcome: DeskOutcome
    act: Act | None = None


class Enactment:
    """Asks the desk for one study, each act and each deadline at its own moment."""

    def __init__(self, study: str, ask: Ask, look: Callable[[str], DeskOutcome]) -> None:
        self._study, self._ask, self._look = study, ask, look
        self._due: dict[str, Due] = {}

    def enact(self, acts: Sequence[Act], until: datetime) -> Iterator[Enacted]:
        """Every order up to `until` (UTC): people's acts, and the deadlines that pass between them.

        Raises:
            ScriptRefused: an act was not answered as the script says.
        """
        for number, act in enumerate(acts):
            yield from self._pass_time(act.at)
            yield self._do(act, f"simulated/{number:04}")
        yield from self._pass_time(until)

    def _do(self, act: Act, command_id: str) -> Enacted:
        order = self._order(act.subject, command_id, command_body(act.command), act.at)
        outcome = self._answered(order)
        expected = act.refused.value if act.refused else None
        if outcome.refused != expected:
            raise ScriptRefused(
                f"{act.subject} {act.at.isoformat()} {order.command}: "
                f"{outcome.refused or 'taken'} {outcome.text}; the script says {expected or 'taken'}"
            )
        return Enacted(order, outcome, act)

    def _pass_time(self, until: datetime) -> Iterator[Enacted]:
        while self._due:
            subject, due = min(self._due.items(), key=lambda each: (each[1].at, each[0]))
            at = datetime.fromisoformat(due.at)
            if at > until:
                return
            order = self._order(subject, clock_command_id(due.at), REACH_CLOCK, at)
            outcome = self._answered(order)
            if outcome.due == due:
                version = outcome.version
                order = self._order(subject, clock_command_id(due.at, version), REACH_CLOCK, at)
                outcome = self._answered(order)
            if outcome.due == due:
                raise ScriptRefused(f"{subject}: the deadline {due.at} ({due.summary}) stays as it is")
            yield Enacted(order, outcome)

    def _answered(self, order: DeskOrder) -> DeskOutcome:
        outcome = self._ask(order)
        self._remember(order.participant, outcome)
        if outcome.study_moved:
            self._remember(STUDY_SUBJECT, self._look(STUDY_SUBJECT))
        return outcome

    def _remember(self, subject: str, outcome: DeskOutcome) -> None:
        self._due.pop(subject, None)
        if outcome.due is not None:
            self._due[subject] = outcome.due

    def _order(self, subject: str, command_id: str, command: Any, at: datetime) -> DeskOrder:
        return DeskOrder(self._study, subject, command_id, command, at.isoformat())
