"""Stories of the second protocol, in Berlin: agreement 2026-01-05, first dose 2026-01-12 at 08:00."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from domain import Rules
from domain import commands as cmd
from tests.domain import builders
from tests.domain.builders import decided, record, register, result, sign
from tests.support.lives import Told

BERLIN = ZoneInfo("Europe/Berlin")
RULES: Rules = builders.rules("DZ-CYCLES", "Europe/Berlin")
CYCLES = ("2026-02-02", "2026-02-23", "2026-03-16", "2026-04-06", "2026-04-27", "2026-05-18")
"""Days on which cycles 1 to 6 end when each ends on its target."""


def at(text: str) -> datetime:
    """The instant (UTC) of a Berlin time."""
    return builders.at(text, BERLIN)


def agreed() -> Told:
    """Agreement to take part."""
    return [(at("2026-01-05 10:00"), register("2026-01-05", age=None))]


def cleared() -> Told:
    """Everything that the gate before the first dose asks for, signed."""
    facts = [
        result("years_old", "40", "a", "2026-01-09"),
        result("egfr", "80", "mL/min/1.73m2", "2026-01-09"),
        result("swallows", "yes", None, "2026-01-09"),
        result("qtc", "420", "ms", "2026-01-09"),
        result("metabolism", "normal", None, "2026-01-09"),
        result("last_therapy", "never", None, "2026-01-09"),
    ]
    told = [(at("2026-01-09 12:00"), each) for each in facts]
    return [*agreed(), *told, (at("2026-01-12 07:00"), sign("start", "DZ-CYCLES"))]


def dosed() -> Told:
    """The first dose, and the samples 1, 4 and 24 hours after it."""
    doses = [
        ("2026-01-12 08:05", "first_dose", "2026-01-12T08:00:00+01:00"),
        ("2026-01-12 09:05", "PK1", "2026-01-12T09:00:00+01:00"),
        ("2026-01-12 12:05", "PK4", "2026-01-12T12:10:00+01:00"),
        ("2026-01-13 08:05", "PK24", "2026-01-13T08:00:00+01:00"),
    ]
    told: Told = [(max(at(typed), happened(on)), record(item, on)) for typed, item, on in doses]
    return [*cleared(), *told]


def happened(text: str) -> datetime:
    """The instant of a stated time."""
    return datetime.fromisoformat(text)


def cycled(count: int = 6) -> Told:
    """The first `count` cycles, each ended on its target day."""
    days = zip(range(1, count + 1), CYCLES, strict=False)
    return [*dosed(), *((at(f"{day} 10:00"), record(f"C{number}", day)) for number, day in days)]


def going(option: str) -> Told:
    """The decision after cycle 6."""
    return [(at("2026-05-19 10:00"), decided("course", option, "2026-05-19"))]


def switch_agreed(day: str = "2026-05-24") -> Told:
    """The sponsor's signature before the second drug."""
    agreed_to: cmd.Command = sign("switching", "DZ-CYCLES", by=builders.SPONSOR)
    return [
        (at(f"{day} 09:00"), result("qtc", "430", "ms", day)),
        (at(f"{day} 10:00"), agreed_to),
    ]
