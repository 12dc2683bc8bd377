"""The desk: the activity that decides and records, one transaction per command.

The rule that keeps it honest: the only writer of participants' streams besides the watchdog, which uses the
same hearing and the same command ids; run again after a crash it finds its own outcome.
"""

from __future__ import annotations

import structlog
from temporalio import activity

from activities.hearing import Hearing
from activities.orders import DECIDE, OPEN, DeskOrder, DeskOutcome, OpenOrder
from activities.together import hear_together, is_together
from store import Store

log = structlog.stdlib.get_logger(__name__)


class Desk:
    """Activities over one store."""

    def __init__(self, store: Store, hearing: Hearing) -> None:
        self._store = store
        self._hearing = hearing

    @activity.defn(name=DECIDE)
    def decide(self, order: DeskOrder) -> DeskOutcome:
        """Hear one command. Store errors pass through, so that Temporal asks again with the same id."""
        if is_together(order.command):
            outcome = hear_together(self._store, self._hearing, order)
        else:
            with self._store.writing() as tx:
                outcome = self._hearing.hear(tx, order)
        _tell(order, outcome)
        return outcome

    @activity.defn(name=OPEN)
    def open(self, order: OpenOrder) -> DeskOutcome:
        """How the participant stands: the way in for new, continued and rehydrated workflows alike."""
        with self._store.writing() as tx:
            return self._hearing.look(tx, order)


def _tell(order: DeskOrder, outcome: DeskOutcome) -> None:
    bound = log.bind(study=order.study, participant=order.participant, command_id=order.command_id)
    if outcome.refused is not None:
        bound.info("command refused", code=outcome.refused)
    elif outcome.repeated:
        bound.info("command repeated", version=outcome.version)
    else:
        bound.info("command recorded", version=outcome.version, events=outcome.events)
