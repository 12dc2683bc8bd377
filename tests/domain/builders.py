"""Words for the domain's tests: commands, moments and sites, as short as they can be said.

The rule that keeps it honest: a builder states one command or one document and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain import Rules
from domain import commands as cmd
from domain.protocol.expanded import Protocol
from domain.roles import SYSTEM, Actor, Role
from domain.site import Site
from domain.stated import Stated, parse_stated
from protocols.reading import read_protocol
from replay.cohort.custody import custody_body
from tests.support.lives import FITNESS, SCREENING, Told

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")

COORDINATOR = Actor(id="coordinator-1", role=Role.COORDINATOR)
INVESTIGATOR = Actor(id="investigator-1", role=Role.INVESTIGATOR)
SPONSOR = Actor(id="sponsor-1", role=Role.SPONSOR)
AUDITOR = Actor(id="auditor-1", role=Role.AUDITOR)


@cache
def protocol(name: str = "NCT06642025") -> Protocol:
    """A protocol of this checkout."""
    return read_protocol(ROOT / "protocols" / f"{name}.yaml")


def site(zone: str = "Asia/Shanghai", **more: Any) -> Site:
    """A site working Monday to Friday from 8 to 17, without holidays; one person in each role."""
    body: dict[str, Any] = {
        "id": "hefei",
        "version": "1",
        "labels": {"en": "A site", "zh-CN": "中心"},
        "zone": zone,
        "working": {"from": "08:00", "to": "17:00"},
        "contacts": contacts("coordinator-1", "investigator-1", "sponsor-1", "data_manager-1"),
    }
    return Site.model_validate({**body, **more})


def contacts(*ids: str) -> list[dict[str, Any]]:
    """Contacts whose ids begin with their role, told by the log."""
    return [{"id": each, "role": each.rsplit("-", 1)[0], "channels": ["log"]} for each in ids]


def rules(name: str = "NCT06642025", zone: str = "Asia/Shanghai", **more: Any) -> Rules:
    """A protocol of this checkout at a test site."""
    return Rules(protocol(name), site(zone, **more))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The instant (UTC) of a local time such as "2026-03-02 09:30"; midnight when only the day is given."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def stated(text: str) -> Stated:
    """A stated time: a day, an instant with its offset, or Shanghai time such as "2026-03-02 09:30"."""
    return parse_stated(f"{text.replace(' ', 'T')}+08:00" if " " in text else text)


def register(on: str = "2026-01-05", age: str | None = "54", by: Actor = COORDINATOR) -> cmd.Command:
    """Consent in NCT06642025."""
    results = () if age is None else (cmd.StatedResult(observation="age", value=age, unit="years"),)
    return cmd.RegisterParticipant(actor=by, happened=stated(on), results=results)


def result(observation: str, value: str, unit: str | None = None, on: str | None = None) -> cmd.Command:
    """A result is recorded."""
    day = stated(on) if on is not None else None
    told = cmd.StatedResult(observation=observation, value=value, unit=unit, on=day)
    return cmd.RecordResult(actor=COORDINATOR, result=told)


def sign(gate: str, name: str = "NCT06642025", by: Actor = INVESTIGATOR) -> cmd.Command:
    """The gate is signed in its own words."""
    return cmd.SignGate(actor=by, gate=gate, meaning=protocol(name).gates[gate].meaning)


def record(
    item: str, on: str, approved_by: str | None = None, reason: str | None = None, by: Actor = COORDINATOR
) -> cmd.Command:
    """A milestone or visit happened."""
    return cmd.RecordItem(actor=by, item=item, happened=stated(on), reason=reason, approved_by=approved_by)


def unscheduled(on: str) -> cmd.Command:
    """A visit the protocol does not plan happened."""
    return cmd.RecordUnscheduledVisit(actor=COORDINATOR, happened=stated(on), reason="fever at home")


def plan(item: str, to: str | None, reason: str | None = None) -> cmd.Command:
    """An appointment is set, moved or taken back (to None)."""
    appointment = stated(to) if to is not None else None
    return cmd.PlanItem(actor=COORDINATOR, item=item, appointment=appointment, reason=reason)


def excuse(item: str) -> cmd.Command:
    """A visit will not take place."""
    return cmd.ExcuseVisit(actor=COORDINATOR, item=item, reason="abroad, agreed beforehand")


def miss(item: str) -> cmd.Command:
    """A visit did not take place."""
    return cmd.MissVisit(actor=COORDINATOR, item=item, reason="did not come")


def decided(decision: str, option: str, on: str, by: Actor = INVESTIGATOR) -> cmd.Command:
    """A branch is decided."""
    return cmd.TakeDecision(actor=by, decision=decision, option=option, happened=stated(on))


def progressed(on: str) -> cmd.Command:
    """The disease progressed."""
    return cmd.RecordProgression(actor=COORDINATOR, happened=stated(on), detail="marrow blasts")


def end(how: str, on: str) -> cmd.Command:
    """The participation ended."""
    body = {"kind": "end_participation", "actor": COORDINATOR.model_dump(), "end": how, "reason": "as told"}
    return cmd.parse_command({**body, "happened": stated(on)})


def correct(item: str, to: str, seq: int | None = None) -> cmd.Command:
    """A record gets another time."""
    return cmd.CorrectRecord(actor=COORDINATOR, item=item, happened=stated(to), seq=seq, reason="mistyped")


def retract(item: str, seq: int | None = None) -> cmd.Command:
    """A record is taken back."""
    return cmd.CorrectRecord(actor=COORDINATOR, item=item, retract=True, seq=seq, reason="wrong participant")


def acknowledge(alert: str, by: Actor = COORDINATOR) -> cmd.Command:
    """An alert of EX02-001 is acknowledged."""
    return cmd.AcknowledgeAlert(actor=by, alert=f"EX02-001/{alert}")


def snooze(alert: str, until: datetime, by: Actor = COORDINATOR) -> cmd.Command:
    """An alert of EX02-001 is silenced until an instant."""
    return cmd.SnoozeAlert(actor=by, alert=f"EX02-001/{alert}", until=until, reason="visit is booked")


def clock() -> cmd.Command:
    """Time has passed."""
    return cmd.ReachClock(actor=SYSTEM)


# --- stories of NCT06642025 in Hefei: consent 2026-01-05, infusion 2026-03-02 09:30 -------------------------


def results(values: dict[str, tuple[str, str | None]], on: str) -> Told:
    """Results typed in at eight in the morning of their day."""
    return [(at(f"{on} 08:00"), result(name, value, unit, on)) for name, (value, unit) in values.items()]


def screened() -> Told:
    """Consent, and every screening result."""
    return [(at("2026-01-05 09:30"), register()), *results(SCREENING, "2026-01-09")]


def enrolled() -> Told:
    """Eligibility signed and enrolled on 2026-01-12."""
    signed = (at("2026-01-12 08:45"), sign("eligibility"))
    return [*screened(), signed, (at("2026-01-12 09:40"), record("enrolment", "2026-01-12"))]


def released() -> Told:
    """Cells collected on 2026-01-16; the product released on 2026-02-12 and at the site two days later."""
    return [
        *made(),
        custody("released", "2026-02-12 09:40"),
        custody("product_shipped", "2026-02-13 10:00"),
        custody("product_received", "2026-02-14 10:00"),
    ]


def collected() -> Told:
    """Cells collected on 2026-01-16, bound to COI-EX02-001, and with the manufacturer the day after."""
    return [
        *enrolled(),
        *_done({"leukapheresis": "2026-01-16"}),
        custody("bound", "2026-01-16 10:00"),
        custody("cells_collected", "2026-01-16 10:30"),
        custody("cells_received", "2026-01-17 09:00"),
    ]


def made() -> Told:
    """The product frozen on 2026-02-04, and within specification on the 11th."""
    return [*collected(), custody("made", "2026-02-04 10:00"), custody("tested", "2026-02-11 10:00")]


def custody(step: str, when: str, participant: str = "EX02-001") -> tuple[datetime, cmd.Command]:
    """A step of the product's way at a Shanghai time: bound, made, tested, released, or the code of a leg."""
    part = protocol().document.product
    assert part is not None, "the protocol keeps custody"
    role, body = custody_body(step, participant, part, stated(when).isoformat())
    actor = {"id": f"{role.value}-1", "role": role.value}
    return at(when), cmd.parse_command({"actor": actor, **body})


def conditioned() -> Told:
    """The first dose of conditioning on 2026-02-25, the third on the 27th."""
    signed = (at("2026-02-25 08:45"), sign("fit_for_conditioning"))
    doses = _done({"conditioning": "2026-02-25", "LD2": "2026-02-26", "LD3": "2026-02-27"})
    return [*released(), *results(FITNESS, "2026-02-25"), signed, *doses]


def cleared() -> Told:
    """Ready for infusion on 2026-03-02."""
    return [
        *conditioned(),
        *results(FITNESS, "2026-03-02"),
        (at("2026-03-02 08:45"), sign("fit_for_infusion")),
        custody("to_bedside", "2026-03-02 09:00"),
    ]


def infused() -> Told:
    """Infused on 2026-03-02 at 09:30, with the bedside check done."""
    infusion = (at("2026-03-02 09:40"), record("infusion", "2026-03-02 09:30"))
    return [*cleared(), infusion, (at("2026-03-02 15:35"), record("H6", "2026-03-02 15:30"))]


def followed(upto: int = 28) -> Told:
    """Infused, with every visit up to day 14, 21 or 28 done on its day (day 28: 2026-03-30)."""
    days = [day for day in (*range(1, 15), 21, 28) if day <= upto]
    visits = {f"D{day}": date.fromordinal(date(2026, 3, 2).toordinal() + day).isoformat() for day in days}
    return [*infused(), *_done(visits)]


def _done(items: dict[str, str]) -> Iterable[tuple[datetime, cmd.Command]]:
    return [(at(f"{day} 09:40"), record(code, day)) for code, day in items.items()]


def withdrawn_at(day: str) -> Told:
    """Consent is taken back on a day, at noon."""
    return [(at(f"{day} 12:00"), end("withdrawn", day))]
