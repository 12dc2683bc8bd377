"""A whole participation in NCT06642025 as people lived it: fourteen months of commands, told as data.

The rule that keeps it honest: it holds only what people do, at the moment they do it; whatever the passing of
time asks for comes from the core (`lived`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain import Rules, State, Subject, decide, fold, initial, next_deadline
from domain.commands import Command, ReachClock, parse_command
from domain.evolve import ParticipantEvent
from domain.protocol.expanded import Protocol
from domain.roles import SYSTEM, Role
from domain.site import Site
from replay.cohort.custody import custody_body

Told = list[tuple[datetime, Command]]

SCREENING: dict[str, tuple[str, str | None]] = {
    "aml_diagnosed": ("yes", None),
    "refractory_basis": ("two_or_more_relapses", None),
    "ex02_expression": ("yes", None),
    "ecog": ("1", None),
    "sex": ("male", None),
    "hb": ("82", "g/L"),
    "cd3": ("0.9", "10^9/L"),
    "plt": ("46", "10^9/L"),
    "reproductive_potential": ("no", None),
    "informed_consent": ("yes", None),
    "hepatitis_active": ("no", None),
    "hiv_infection": ("no", None),
    "infection_uncontrolled": ("no", None),
    "aids_history": ("no", None),
    "long_term_immunosuppressants": ("no", None),
    "nyha_class": ("1", None),
    "last_mi_or_cabg": ("never", None),
    "arrhythmia_or_syncope": ("no", None),
    "cardiomyopathy": ("no", None),
    "lvef": ("61", "%"),
    "ast_x_uln": ("0.8", "xULN"),
    "alt_x_uln": ("0.9", "xULN"),
    "bilirubin_x_uln": ("0.7", "xULN"),
    "creatinine": ("74", "umol/L"),
    "allergy_to_study_drugs": ("no", None),
    "lactating": ("no", None),
    "transplanted": ("no", None),
    "unsuitable": ("no", None),
}
"""Results that meet all fifteen criteria (age is stated at consent)."""

FITNESS: dict[str, tuple[str, str | None]] = {
    "temperature": ("36.8", "°C"),
    "spo2": ("97", "%"),
    "vasopressors": ("no", None),
    "infection_uncontrolled": ("no", None),
    "arrhythmia_or_syncope": ("no", None),
    "creatinine": ("71", "umol/L"),
    "bilirubin_x_uln": ("0.6", "xULN"),
    "ast_x_uln": ("0.9", "xULN"),
    "alt_x_uln": ("0.8", "xULN"),
}
"""Results that meet the gates before conditioning and infusion."""

VISITS: dict[str, int] = {
    **{f"D{day}": day for day in range(1, 15)},
    "D21": 21,
    "D28": 28,
    "D90": 91,
    "M6": 183,
    "M9": 275,
    "S12": 330,
    "M12": 366,
}
"""Visits that take place inside their windows, in days from the infusion; D60 is told apart."""


def life(
    protocol: Protocol, site: Site, participant: str = "EX02-001", consent: date = date(2026, 1, 5)
) -> Told:
    """Fourteen months from consent: gates signed, every milestone and visit to month 12, nothing skipped.

    Day 28 is typed in two days late, Day 60 takes place after its window while its alert is acknowledged.
    """
    teller = Teller(protocol, site.zone, participant)
    told = [*teller.until_infusion(consent), *teller.after_infusion(consent + timedelta(days=42))]
    day60 = consent + timedelta(days=42 + 69)
    alert = {"kind": "acknowledge_alert", "alert": f"{participant}/D60/overdue"}
    told.append(teller.said(teller.at(day60, "09:00"), alert))
    told.append(teller.record("D60", day60, "15:00"))
    return sorted(told, key=lambda step: step[0])


@dataclass(frozen=True)
class Teller:
    """Tells commands of NCT06642025 at local times of a zone."""

    protocol: Protocol
    zone: ZoneInfo
    participant: str = "EX02-001"

    def until_infusion(self, consent: date) -> Told:
        """Consent, screening, enrolment on day 7, apheresis, release, conditioning, infusion on day 42."""
        day = [consent + timedelta(days=count) for count in range(43)]
        return [
            self.consented(consent),
            *self.results(SCREENING, day[3]),
            self.signed("eligibility", day[6]),
            self.record("enrolment", day[7]),
            self.record("leukapheresis", day[11]),
            self.custody("bound", day[11], "10:00"),
            self.custody("cells_collected", day[11], "10:30"),
            self.custody("cells_received", day[12], "09:00"),
            self.record("manufacturing_start", day[12]),
            self.custody("made", day[28], "10:00"),
            self.custody("tested", day[31], "10:00"),
            self.custody("released", day[32]),
            self.custody("product_shipped", day[33], "10:00"),
            self.custody("product_received", day[34], "10:00"),
            *self.results(FITNESS, day[37]),
            self.signed("fit_for_conditioning", day[37]),
            self.record("conditioning", day[37]),
            self.record("LD2", day[38]),
            self.record("LD3", day[39]),
            *self.results(FITNESS, day[42]),
            self.signed("fit_for_infusion", day[42]),
            self.custody("to_bedside", day[42], "09:15"),
            self.record("infusion", day[42]),
        ]

    def after_infusion(self, day0: date) -> Told:
        """The bedside check and `VISITS`, counted from the day of infusion."""
        told = [self.record("H6", day0, "15:30")]
        for code, days in VISITS.items():
            day = day0 + timedelta(days=days)
            late = timedelta(days=2) if code == "D28" else timedelta(0)
            told.append(self.record(code, day, typed=day + late))
        return told

    def consented(self, day: date) -> tuple[datetime, Command]:
        age = {"observation": "age", "value": "54", "unit": "years"}
        body = {"kind": "register_participant", "happened": day.isoformat(), "results": [age]}
        return self.said(self.at(day, "09:30"), body)

    def results(
        self, values: dict[str, tuple[str, str | None]], day: date
    ) -> Iterator[tuple[datetime, Command]]:
        for order, (observation, (value, unit)) in enumerate(values.items()):
            result = {"observation": observation, "value": value, "unit": unit, "on": day.isoformat()}
            yield self.said(
                self.at(day, "08:00") + timedelta(seconds=order), {"kind": "record_result", "result": result}
            )

    def signed(self, gate: str, day: date) -> tuple[datetime, Command]:
        body = {"kind": "sign_gate", "gate": gate, "meaning": self.protocol.gates[gate].meaning}
        return self.said(self.at(day, "08:45"), body, Role.INVESTIGATOR)

    def record(
        self, item: str, day: date, clock: str = "09:40", typed: date | None = None
    ) -> tuple[datetime, Command]:
        happened = self.at(day, clock)
        body = {"kind": "record_item", "item": item, "happened": happened.astimezone(self.zone).isoformat()}
        return self.said(happened if typed is None else self.at(typed, clock), body)

    def custody(self, step: str, day: date, clock: str = "09:40") -> tuple[datetime, Command]:
        """A step of the product's way, or of its making."""
        at, part = self.at(day, clock), self.protocol.document.product
        assert part is not None, "the protocol keeps custody"
        role, body = custody_body(step, self.participant, part, at.astimezone(self.zone).isoformat())
        return self.said(at, body, role)

    def said(
        self, at: datetime, body: dict[str, Any], role: Role = Role.COORDINATOR
    ) -> tuple[datetime, Command]:
        actor = {"id": f"{role.value}-1", "role": role.value}
        return at, parse_command({**body, "actor": actor})

    def at(self, day: date, clock: str) -> datetime:
        """The instant (UTC) of a local time of day."""
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Lived:
    """One decision of a life: the command, the events it led to, and the state after them."""

    at: datetime
    command: Command
    events: tuple[ParticipantEvent, ...]
    after: State


def lived(
    rules: Rules, subject: Subject, told: Iterable[tuple[datetime, Command]], until: datetime | None = None
) -> Iterator[Lived]:
    """Every decision of a life: what people did, and each deadline (up to `until`) that passed between."""
    state = initial(rules)
    for at, command in told:
        for passed in _passing(state, subject, at):
            state = passed.after
            yield passed
        state, events = _step(state, command, at, subject)
        yield Lived(at, command, events, state)
    if until is not None:
        yield from _passing(state, subject, until)


def _passing(state: State, subject: Subject, until: datetime) -> Iterator[Lived]:
    while (deadline := next_deadline(state)) is not None and deadline.at <= until:
        clock = ReachClock(actor=SYSTEM)
        state, events = _step(state, clock, deadline.at, subject)
        yield Lived(deadline.at, clock, events, state)


def _step(
    state: State, command: Command, at: datetime, subject: Subject
) -> tuple[State, tuple[ParticipantEvent, ...]]:
    events = tuple(decide(state, command, at, subject))
    return fold(state, events), events
