"""What simulated people do: whole participations, with second thoughts, nonsense and answers to alerts.

The rule that keeps it honest: acts are raw bodies as they would be sent; whoever is refused tries again a
few times and then lives with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from domain.commands import command_body
from tests.support.lives import life
from tests.support.trial import COORDINATOR, Trial

NONSENSE: tuple[Any, ...] = (
    None,
    [],
    {"kind": "no_such_command", "actor": COORDINATOR},
    {"kind": "record_item", "actor": COORDINATOR, "item": "D999", "happened": "2026-03-01"},
    {"kind": "record_item", "actor": COORDINATOR, "item": "D28", "happened": "2099-01-01"},
    {"kind": "acknowledge_alert", "actor": COORDINATOR, "alert": "EX02-001/D28/overdue"},
    {
        "kind": "correct_record",
        "actor": COORDINATOR,
        "item": "D21",
        "retract": True,
        "reason": "wrong person",
    },
    {"kind": "record_item", "actor": "\x00", "item": "D28"},
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody means to do at a moment (UTC). `tries`: how often it may be tried again."""

    at: datetime
    participant: str
    body: Any
    tries: int = 3


def acts_of(trial: Trial, random: Random, participants: int) -> list[Act]:
    """What everybody means to do, in the order of time."""
    acts: list[Act] = []
    consent = date(2026, 1, 5)
    for number in range(1, participants + 1):
        code = f"EX02-{number:03}"
        consent += timedelta(days=random.choice((0, 1, 7, 35)) if number > 1 else 0)
        told = life(trial.protocol, trial.site, code, consent)
        acts += [Act(at, code, command_body(command)) for at, command in told if random.randrange(30)]
        acts += [
            Act(at + timedelta(minutes=random.randrange(300)), code, random.choice(NONSENSE), tries=0)
            for at, _ in random.sample(told, len(told) // 12)
        ]
    return sorted(acts, key=lambda each: each.at)
