"""A store with one published study, and a desk to hear commands at chosen moments."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from activities.hearing import Hearing, Provenance
from activities.orders import DeskOrder, DeskOutcome
from activities.publishing import publish
from activities.rulebook import Rulebook
from domain.protocol.expanded import Protocol
from domain.roles import Actor, Role
from domain.site import Site
from protocols.reading import read_protocol
from sites.reading import read_site
from store import Store, open_store

ROOT = Path(__file__).resolve().parents[2]
STUDY = "NCT06642025"
PROVENANCE = Provenance(software="test", zone_table="test")
ENGINEER = Actor(id="engineer-1", role=Role.ENGINEER)
COORDINATOR = {"id": "coordinator-1", "role": "coordinator", "method": "cli"}
INVESTIGATOR = {"id": "investigator-1", "role": "investigator", "method": "cli"}
SYSTEM = {"id": "day-zero", "role": "system", "method": "timer"}
PUBLISHED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Trial:
    """One study in one store."""

    store: Store
    protocol: Protocol
    site: Site
    hearing: Hearing

    @property
    def study(self) -> str:
        return self.protocol.id

    def hear(self, participant: str, body: Any, at: datetime, command_id: str | None = None) -> DeskOutcome:
        """One command heard in one transaction, as the desk does."""
        order = DeskOrder(self.study, participant, command_id or str(uuid.uuid4()), body, at.isoformat())
        with self.store.writing() as tx:
            return self.hearing.hear(tx, order)

    def register(self, participant: str, at: datetime, **more: Any) -> DeskOutcome:
        """Consent on the day of `at`."""
        day = at.astimezone(self.site.zone).date().isoformat()
        return self.hear(participant, register_body(day, **more), at)


def open_trial(url: str, protocol: str = STUDY, site: str = "demo") -> Trial:
    """A migrated store at `url` with the protocol and site of this checkout published."""
    store = open_store(url)
    store.migrate()
    read = read_protocol(ROOT / "protocols" / f"{protocol}.yaml")
    place = read_site(ROOT / "sites" / f"{site}.yaml")
    with store.writing() as tx:
        publish(tx, read, [place], ENGINEER, PUBLISHED_AT, PROVENANCE)
    return Trial(store, read, place, Hearing(Rulebook(), PROVENANCE))


def reopened(url: str, protocol: str = STUDY, site: str = "demo") -> Trial:
    """The trial of a store that `open_trial` made, with a desk started anew."""
    read = read_protocol(ROOT / "protocols" / f"{protocol}.yaml")
    place = read_site(ROOT / "sites" / f"{site}.yaml")
    return Trial(open_store(url), read, place, Hearing(Rulebook(), PROVENANCE))


def register_body(day: str, age: str = "54", **more: Any) -> dict[str, Any]:
    """A registration with the one result asked for at consent."""
    results = [{"observation": "age", "value": age}]
    return {"kind": "register_participant", "actor": COORDINATOR, "happened": day, "results": results, **more}
