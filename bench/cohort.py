"""A study's worth of lives told from a seed: most infused, some never, with toxicities, responses and deaths.

The rule that keeps it honest: only what people do is told, and each seed tells the same study; every event
comes from the core.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.decide import Subject
from domain.endpoints import Known
from domain.recorded import Recorded, Stamp, participant_stream
from domain.roles import SYSTEM, Role
from domain.state import Rules
from tests.support.lives import SCREENING, VISITS, Teller, Told, lived

WATCHED = timedelta(days=730)
FIRST_CONSENT = date(2026, 1, 5)
_TO_INFUSION = timedelta(days=42)
_CRS_OF_A_HUNDRED = (25, 35, 25, 10, 5)
_TERMS = ("Anaemia", "Febrile neutropenia", "Hypokalaemia", "Rash")
_CATEGORIES = ("CR", "CRi", "MLFS", "PR", "NR", "NE")
_SURVIVAL = {"S3": 90, "S6": 181, "S9": 273, "S12": 365}


@dataclass(frozen=True)
class Cohort:
    """Tells and lives the participants of one study; `seed` decides who they are."""

    rules: Rules
    seed: int = 1

    def lived(self, number: int) -> Known:
        """One participant after 24 months: the state, and the record it was folded from."""
        code = f"BENCH-{number:05}"
        consent = FIRST_CONSENT + timedelta(days=number % 360)
        subject = Subject(self.rules.protocol.id, code)
        until = datetime.combine(consent, datetime.min.time(), UTC) + WATCHED
        told = self._told(number, Teller(self.rules.protocol, self.rules.zone, code), consent)
        stream = participant_stream(subject.study, code)
        record: list[Recorded] = []
        state = None
        for step in lived(self.rules, subject, told, until):
            state = step.after
            for event in step.events:
                seq = len(record) + 1
                stamp = Stamp(step.at, f"{code}/{seq}", SYSTEM, None, None, "bench", "bench")
                record.append(Recorded(stream, seq, event, stamp))
        assert state is not None, "a life begins with consent"
        return Known(state, tuple(record))

    def _told(self, number: int, teller: Teller, consent: date) -> Told:
        chance = random.Random(f"{self.seed}/{number}")
        lot = chance.random()
        if lot < 0.05:
            return _withdrawn(teller, consent)
        if lot < 0.15:
            return _never_infused(teller, consent, chance)
        return _infused(teller, consent, chance)


def _withdrawn(teller: Teller, consent: date) -> Told:
    day = consent + timedelta(days=4)
    return [teller.consented(consent), *teller.results(SCREENING, day), _ended(teller, "withdrawn", day)]


def _never_infused(teller: Teller, consent: date, chance: random.Random) -> Told:
    collected = consent + timedelta(days=11)
    until = teller.at(consent + timedelta(days=13), "00:00")
    told = [step for step in teller.until_infusion(consent) if step[0] < until]
    told.append(_ended(teller, "manufacturing_failure", consent + timedelta(days=30)))
    contacts = [teller.record(code, collected + timedelta(days=days)) for code, days in _SURVIVAL.items()]
    died = collected + timedelta(days=chance.randint(30, 300)) if chance.random() < 0.5 else None
    return _up_to(teller, [*told, *contacts], died)


def _infused(teller: Teller, consent: date, chance: random.Random) -> Told:
    day0 = consent + _TO_INFUSION
    visits = {**VISITS, "D60": 60}
    told = [
        *teller.until_infusion(consent),
        teller.record("H6", day0, "15:30"),
        *(teller.record(code, day0 + timedelta(days=days)) for code, days in visits.items()),
        *_seen(teller, day0, chance),
    ]
    died = day0 + timedelta(days=chance.randint(20, 660)) if chance.random() < 0.3 else None
    return _up_to(teller, sorted(told, key=lambda step: step[0]), died)


def _seen(teller: Teller, day0: date, chance: random.Random) -> Iterator[tuple[datetime, Any]]:
    """What is seen of one participant's health after the infusion."""
    grade = chance.choices(range(5), _CRS_OF_A_HUNDRED)[0]
    yield _assessed(teller, day0 + timedelta(days=3), "toxicity", crs={}, grade=grade, scale="ASTCT-CRS")
    for term in chance.sample(_TERMS, chance.randint(0, 3)):
        onset = day0 + timedelta(days=chance.randint(1, 110))
        known = onset if chance.random() < 0.9 else onset + timedelta(days=20)
        text = onset.isoformat() if known == onset else onset.isoformat()[:7]
        body = {"kind": "open_adverse_event", "term": term, "onset": text, "known": known.isoformat()}
        graded = {"grade": chance.randint(1, 3), "scale": "CTCAE", "version": "4.0", "relation": "possible"}
        yield teller.said(teller.at(known, "16:00"), body | graded, Role.INVESTIGATOR)
    for days in (28, 60):
        category = chance.choice(_CATEGORIES)
        yield _assessed(teller, day0 + timedelta(days=days), "response", category=category)
    ecog = {"observation": "ecog", "value": str(chance.randint(0, 3))}
    yield next(teller.results({"ecog": (ecog["value"], None)}, day0 + timedelta(days=60)))


def _assessed(teller: Teller, day: date, what: str, **stated: Any) -> tuple[datetime, Any]:
    body = {"kind": f"assess_{what}", "happened": day.isoformat(), "reason": "as seen at the bedside"}
    return teller.said(teller.at(day, "17:00"), {**body, **stated}, Role.INVESTIGATOR)


def _up_to(teller: Teller, told: Told, died: date | None) -> Told:
    """The life as far as it goes: nothing is done on the day of death or after it."""
    if died is None:
        return told
    return [*(step for step in told if step[0] < teller.at(died, "00:00")), _ended(teller, "died", died)]


def _ended(teller: Teller, how: str, day: date) -> tuple[datetime, Any]:
    body = {"kind": "end_participation", "end": how, "happened": day.isoformat(), "reason": "as told"}
    return teller.said(teller.at(day, "18:00"), body)
