"""A trial in a store as the desk keeps it, with a clock that the test turns.

Its participants consent on a stated day and nothing else happens: enrolment is due soon three weeks later and
overdue four weeks later, at the site's midnight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from activities.hearing import Hearing, Provenance
from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, clock_command_id
from activities.publishing import publish
from activities.rulebook import Rulebook
from domain.protocol.expanded import Protocol, expand
from domain.recorded import participant_stream
from domain.roles import Actor, Role
from domain.site import Site
from domain.views import AlertRow
from protocols.reading import read_protocol
from settings import ROOT
from store import NoticeRow, Store

STUDY = "NCT06642025"
COORDINATOR = {"id": "coordinator-1", "role": "coordinator", "method": "test"}

CONSENT = "2026-03-02"
DUE_SOON_AT = datetime(2026, 3, 23, 16, 0, tzinfo=UTC)
OVERDUE_AT = datetime(2026, 3, 30, 16, 0, tzinfo=UTC)
"""Local midnights in Shanghai, three and four weeks after consent on 2026-03-02."""
WORKING = datetime(2026, 3, 31, 2, 0, tzinfo=UTC)
"""Tuesday morning after the window closed, 10:00 in Shanghai."""


class Clock:
    """Tells the time it was set to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


def site(**more: Any) -> Site:
    """A working site in Shanghai; every contact has the channels of its role in `channels`."""
    channels = more.pop("channels", {})
    contacts = [
        {"id": f"{role}-1", "role": role, "channels": channels.get(role, ["log"])}
        for role in ("coordinator", "investigator", "sponsor", "engineer")
    ]
    body = {
        "id": "hefei",
        "version": "1.0",
        "labels": {"en": "Hefei", "zh-CN": "合肥"},
        "zone": "Asia/Shanghai",
        "working": {"from": "08:00", "to": "17:30"},
        "contacts": contacts,
    }
    return Site.model_validate(body | more)


@cache
def protocol_without_cap() -> Protocol:
    """The first trial's protocol for any number of participants."""
    document = read_protocol(ROOT / "protocols" / f"{STUDY}.yaml").document
    return expand(document.model_copy(update={"cap": None}))


@dataclass
class Trial:
    """The store, who decides in it, and the clock."""

    store: Store
    clock: Clock
    rulebook: Rulebook = field(default_factory=Rulebook)

    def __post_init__(self) -> None:
        self.hearing = Hearing(self.rulebook, Provenance(software="test", zone_table="test"))

    def open(self, where: Site) -> None:
        """Publish the protocol and the site, long ago."""
        engineer = Actor(id="engineer-1", role=Role.ENGINEER, method="test")
        provenance = Provenance(software="test", zone_table="test")
        at = datetime(2026, 1, 1, tzinfo=UTC)
        with self.store.writing() as tx:
            publish(tx, protocol_without_cap(), [where], engineer, at, provenance)

    def register(self, *codes: str, on: str = CONSENT, simulated: bool = False) -> None:
        """Participants who consented on a day, recorded at noon of it."""
        at = datetime.fromisoformat(f"{on}T12:00+08:00").astimezone(UTC)
        body = {"kind": "register_participant", "actor": COORDINATOR, "happened": on, "simulated": simulated}
        with self.store.writing() as tx:
            for code in codes:
                outcome = self.hearing.hear(
                    tx, DeskOrder(STUDY, code, f"enroll/{code}", body, at.isoformat())
                )
                assert outcome.refused is None, outcome.text

    def ask(self, code: str, kind: str, **fields: Any) -> DeskOutcome:
        """Have a command decided now."""
        body = {"kind": kind, "actor": COORDINATOR, **fields}
        now = self.clock().isoformat()
        return self._hear(DeskOrder(STUDY, code, f"{kind}/{now}", body, now))

    def reach(self, code: str, until: datetime) -> None:
        """Let time pass for a participant, each deadline decided at its own moment."""
        while True:
            with self.store.reading() as reading:
                row = reading.participant(STUDY, code)
            assert row is not None
            if row.next_due is None or row.next_due > until:
                return
            at = row.next_due.isoformat()
            self._hear(DeskOrder(STUDY, code, clock_command_id(at), REACH_CLOCK, at))

    def alerts(self, code: str | None = None) -> list[AlertRow]:
        with self.store.reading() as reading:
            return reading.alerts(STUDY, code)

    def notices(self, code: str | None = None) -> list[NoticeRow]:
        with self.store.reading() as reading:
            return reading.notices(STUDY, code)

    def event_types(self, code: str) -> list[str]:
        with self.store.reading() as reading:
            return [each.event.TYPE for each in reading.events(participant_stream(STUDY, code))]

    def _hear(self, order: DeskOrder) -> DeskOutcome:
        with self.store.writing() as tx:
            outcome = self.hearing.hear(tx, order)
        assert outcome.refused is None, outcome.text
        return outcome
