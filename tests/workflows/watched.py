"""A workflow that decides a recorded life again, so that the sandbox can watch the domain do it.

The rule that keeps it honest: deployed workflows run no rule at all, so replaying them watches none; here the
very commands of a history are decided under the same watch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio import workflow

from activities.orders import DeskOrder
from domain import Rules, Subject, decide, fold, initial, next_deadline
from domain.commands import parse_command
from domain.protocol.document import ProtocolDocument
from domain.protocol.expanded import expand
from domain.site import Site


@dataclass(frozen=True)
class Watched:
    """The documents a life was decided under, and its commands in order."""

    protocol: dict[str, Any]
    site: dict[str, Any]
    orders: list[DeskOrder]


@workflow.defn(name="WatchedDomain")
class WatchedDomain:
    """Decides each command again at its recorded time."""

    @workflow.run
    async def run(self, watched: Watched) -> list[str]:
        """The types of all events in order, and after each decision the next deadline."""
        protocol = expand(ProtocolDocument.model_validate(watched.protocol))
        state, told = initial(Rules(protocol, Site.model_validate(watched.site))), list[str]()
        for order in watched.orders:
            subject = Subject(order.study, order.participant)
            events = decide(state, parse_command(order.command), datetime.fromisoformat(order.at), subject)
            state = fold(state, events)
            told += [*(event.TYPE for event in events), str(next_deadline(state))]
        return told
