"""Writing the demo's study into an empty store, through the desk's own hearing.

The rule that keeps it honest: what the demo shows is decided by the production code at the script's times;
only the deliveries of the past are made up, and say so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from activities.hearing import Hearing, Provenance
from activities.orders import DeskOrder, DeskOutcome, OpenOrder
from activities.publishing import publish
from activities.rulebook import Rulebook
from console.demo.enacted import Enacted, Enactment
from console.demo.script import Act, Publication, Script, acts_of_all, publications
from domain.protocol.expanded import Protocol
from domain.roles import Actor, Role
from domain.site import Site
from protocols.reading import read_protocol
from settings import ROOT
from store import Store, Writing

PUBLISHER = Actor(id="demo", role=Role.ENGINEER, method="simulated")
BEFORE_THE_FIRST = timedelta(hours=1)
SIMULATED_DELIVERY = "simulated: nobody was told"
_LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written: how many participants, commands and events."""

    participants: int
    commands: int
    events: int


def seed(
    store: Store,
    script: Script,
    protocol: Protocol,
    site: Site,
    now: datetime,
    provenance: Provenance,
    until: datetime | None = None,
) -> Seeded | None:
    """Write the study as of `now` (UTC), or as it will be `until` then; None when it has participants.

    Raises:
        ScriptRefused: the desk did not answer an act as the script says; nothing is written.
    """
    acts = acts_of_all(script, protocol, site.zone, now, until)
    news = publications(script, site.zone, now)
    with store.writing() as tx:
        if tx.participants(protocol.id):
            return None
        publish(tx, protocol, [site], PUBLISHER, acts[0].at - BEFORE_THE_FIRST, provenance)
        told = list(enacted(tx, protocol.id, acts, news, until or now, provenance))
    events = sum(len(each.outcome.events) for each in told)
    return Seeded(len(script.participants), len(told), events)


def enacted(
    tx: Writing,
    study: str,
    acts: Sequence[Act],
    news: Sequence[Publication],
    until: datetime,
    provenance: Provenance,
) -> Iterator[Enacted]:
    """Every order up to `until` (UTC), heard in this one transaction as it is asked for."""
    hearing = Hearing(Rulebook(), provenance)
    awaited = deque(news)

    def ask(order: DeskOrder) -> DeskOutcome:
        while awaited and awaited[0].at.isoformat() <= order.at:
            new = awaited.popleft()
            publish(tx, read_protocol(ROOT / new.path), [], PUBLISHER, new.at, provenance)
        outcome = hearing.hear(tx, order)
        _deliver(tx, order, outcome)
        return outcome

    def look(subject: str) -> DeskOutcome:
        return hearing.look(tx, OpenOrder(study, subject))

    return Enactment(study, ask, look).enact(acts, until)


def _deliver(tx: Writing, order: DeskOrder, outcome: DeskOutcome) -> None:
    """Settle what was owed, or the worker would send a year of notices when the demo starts."""
    at = datetime.fromisoformat(order.at).astimezone(UTC)
    for notice in outcome.notices:
        tx.claim(order.study, notice, at, _LEASE_SECONDS)
        tx.delivered(order.study, notice, at, SIMULATED_DELIVERY)
