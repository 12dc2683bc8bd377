"""A small trial told with dates, written by the desk's own hearing, without a server.

Only what people do is told; whatever follows (windows, alerts, rungs) comes from the core.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from activities.orders import REACH_CLOCK, DeskOutcome, OpenOrder, clock_command_id
from replay.cohort.custody import custody_body
from tests.support.lives import FITNESS, SCREENING
from tests.support.trial import COORDINATOR, INVESTIGATOR, STUDY, Trial, open_trial

NOW = "2026-03-06T15:00+08:00"
"""The moment at which the tests look."""

CUSTODY = {
    "bound": "2026-01-12",
    "cells_collected": "2026-01-12",
    "cells_received": "2026-01-13",
    "made": "2026-01-26",
    "tested": "2026-01-29",
    "released": "2026-01-30",
    "product_shipped": "2026-01-31",
    "product_received": "2026-02-01",
}
"""The way of P-001's product to the site."""

__all__ = ["NOW", "STUDY", "Clerk", "stated", "tell_all", "told_trial"]


@dataclass
class Clerk:
    """Asks the desk at times the test states; what was due before is decided first, at its own moment."""

    trial: Trial

    def ask(
        self, at: str, participant: str, kind: str, actor: Any = COORDINATOR, **fields: Any
    ) -> DeskOutcome:
        """Have a command decided at `at` (ISO, with offset)."""
        moment = _utc(at)
        self.let_time_pass(participant, moment)
        version = self._standing(participant).version
        body = {"kind": kind, "actor": actor, **fields}
        # Told again, the story has the same ids: what is printed can be compared.
        known = len(self._asked(participant))
        return self.trial.hear(participant, body, moment, f"{participant}/{version}/{known}")

    def take(self, at: str, participant: str, kind: str, actor: Any = COORDINATOR, **fields: Any) -> None:
        """As `ask`, for what must not be refused."""
        outcome = self.ask(at, participant, kind, actor, **fields)
        assert outcome.refused is None, outcome.text

    def results(self, at: str, participant: str, results: Mapping[str, tuple[str, str | None]]) -> None:
        """State several results of the day of `at`."""
        for observation, (value, unit) in results.items():
            self.take(at, participant, "record_result", result=stated(observation, value, unit, at[:10]))

    def custody(self, at: str, participant: str, step: str, happened: str) -> None:
        """A step of the product's way."""
        part = self.trial.protocol.document.product
        assert part is not None, "the protocol keeps custody"
        role, body = custody_body(step, participant, part, happened)
        actor = {"id": f"{role.value}-1", "role": role.value, "method": "cli"}
        self.take(at, participant, body.pop("kind"), actor, **body)

    def let_time_pass(self, participant: str, until: datetime) -> None:
        """Decide every deadline up to `until`, each at its own moment."""
        due = self._standing(participant).due
        while due is not None and datetime.fromisoformat(due.at) <= until:
            moment = datetime.fromisoformat(due.at)
            due = self.trial.hear(participant, REACH_CLOCK, moment, clock_command_id(due.at)).due

    def _standing(self, participant: str) -> DeskOutcome:
        with self.trial.store.writing() as tx:
            return self.trial.hearing.look(tx, OpenOrder(STUDY, participant))

    def _asked(self, participant: str) -> list[Any]:
        with self.trial.store.reading() as reading:
            return list(reading.commands(f"participant/{STUDY}/{participant}"))


def stated(observation: str, value: str, unit: str | None = None, on: str | None = None) -> dict[str, str]:
    """A result in the shape of a command."""
    result = {"observation": observation, "value": value}
    return result | ({"unit": unit} if unit else {}) | ({"on": on} if on else {})


def told_trial(folder: Path, people: str = "P-001 P-002 P-003", until: str = NOW) -> str:
    """Address of a store in `folder` with participants as they stand at `until`.

    P-001 (simulated) is infused and overdue for day 21, P-002 in screening, P-003 withdrew.
    """
    url = f"sqlite:///{folder / 'dayzero.sqlite3'}"
    trial = open_trial(url)
    tell_all(Clerk(trial), people, until)
    trial.store.close()
    return url


def tell_all(clerk: Clerk, people: str, until: str = NOW) -> None:
    """Tell the desk the stories of these people, one after another, each up to `until`."""
    stories = {"P-001": _infused, "P-002": _screened, "P-003": _withdrawn}
    for participant in people.split():
        stories[participant](clerk, participant)
        clerk.let_time_pass(participant, _utc(until))


def _infused(clerk: Clerk, code: str) -> None:
    """Consent to infusion on 2026-02-10, all daily checks up to day 14 done, then silence."""
    _enrolled(clerk, code)
    clerk.take("2026-01-12T17:00+08:00", code, "record_item", item="leukapheresis", happened="2026-01-12")
    for step, day in CUSTODY.items():
        clerk.custody(f"{day}T17:00+08:00", code, step, day)
    clerk.results("2026-02-05T07:00+08:00", code, FITNESS)
    _signed(
        clerk, "2026-02-05T07:30+08:00", code, "fit_for_conditioning", "I confirm fitness for conditioning"
    )
    for item, day in (("conditioning", "2026-02-05"), ("LD2", "2026-02-06"), ("LD3", "2026-02-07")):
        clerk.take(f"{day}T17:00+08:00", code, "record_item", item=item, happened=day)
    clerk.results("2026-02-10T07:00+08:00", code, FITNESS)
    _signed(clerk, "2026-02-10T07:30+08:00", code, "fit_for_infusion", "I authorise the infusion")
    clerk.custody("2026-02-10T09:00+08:00", code, "to_bedside", "2026-02-10")
    for item, clock in (("infusion", "09:30"), ("H6", "15:20")):
        happened = f"2026-02-10T{clock}:00+08:00"
        clerk.take("2026-02-10T16:00+08:00", code, "record_item", item=item, happened=happened)
    for number in range(1, 15):
        day = f"2026-02-{10 + number}"
        clerk.take(f"{day}T12:00+08:00", code, "record_item", item=f"D{number}", happened=day)


def _enrolled(clerk: Clerk, code: str) -> None:
    consent = {"happened": "2026-01-05", "results": [stated("age", "54")], "simulated": True}
    clerk.take("2026-01-05T10:00+08:00", code, "register_participant", **consent)
    clerk.results("2026-01-07T10:00+08:00", code, SCREENING)
    _signed(clerk, "2026-01-08T09:00+08:00", code, "eligibility", "I confirm eligibility")
    clerk.take("2026-01-08T10:00+08:00", code, "record_item", item="enrolment", happened="2026-01-08")


def _screened(clerk: Clerk, code: str) -> None:
    """Consent on 2026-02-25 and nothing else, but for an appointment and three refused attempts."""
    consent = {"happened": "2026-02-25", "results": [stated("age", "61")]}
    clerk.take("2026-02-25T10:00+08:00", code, "register_participant", **consent)
    clerk.take("2026-02-26T10:00+08:00", code, "plan_item", item="enrolment", appointment="2026-03-12")
    attempts = (("enrolment", "2026-02-26"), ("D29", "2026-02-26"), ("enrolment", "2027-01-01"))
    for item, happened in attempts:
        assert clerk.ask("2026-02-26T11:00+08:00", code, "record_item", item=item, happened=happened).refused


def _withdrawn(clerk: Clerk, code: str) -> None:
    """Consent on 2026-02-01, withdrawn four days later."""
    clerk.take("2026-02-01T10:00+08:00", code, "register_participant", happened="2026-02-01")
    ending = {"end": "withdrawn", "happened": "2026-02-05", "reason": "moved away"}
    clerk.take("2026-02-05T10:00+08:00", code, "end_participation", **ending)


def _signed(clerk: Clerk, at: str, code: str, gate: str, meaning: str) -> None:
    clerk.take(at, code, "sign_gate", INVESTIGATOR, gate=gate, meaning=meaning)


def _utc(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(UTC)
