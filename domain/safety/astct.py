"""CRS and ICANS by the ASTCT consensus of 2019, as advice from what was seen.

The rule that keeps it honest: what was not looked at may be anything, so the advice is a range of grades, and
only a range of one is a grade. Death (grade 5) is never advised.

Source: Lee et al., Biol Blood Marrow Transplant 2019; 25:625-638.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar, assert_never

from domain.safety.seen import (
    Consciousness,
    CrsSeen,
    Hypotension,
    Hypoxia,
    IcansDomain,
    IcansSeen,
    IceParts,
    Motor,
    Pressure,
    Seizure,
)

FEVER = Decimal(38)
"""°C, from which a temperature is a fever."""

ICE_POINTS: Mapping[str, int] = {"orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1}
"""The most points of each part of the ICE score."""

ICE_MOST = sum(ICE_POINTS.values())
WORST = 4


@dataclass(frozen=True, slots=True)
class Advice:
    """The grades the observations allow, `lowest` to `highest`, and what decides between them."""

    lowest: int
    highest: int
    why: str

    @property
    def grade(self) -> int | None:
        """The grade, where the observations tell it."""
        return self.lowest if self.lowest == self.highest else None


HYPOTENSION: Mapping[Hypotension, int] = {
    Hypotension.NONE: 0,
    Hypotension.NO_VASOPRESSOR: 2,
    Hypotension.ONE_VASOPRESSOR: 3,
    Hypotension.SEVERAL_VASOPRESSORS: 4,
}
HYPOXIA: Mapping[Hypoxia, int] = {
    Hypoxia.NONE: 0,
    Hypoxia.LOW_FLOW: 2,
    Hypoxia.HIGH_FLOW: 3,
    Hypoxia.POSITIVE_PRESSURE: 4,
}
CONSCIOUSNESS: Mapping[Consciousness, int] = {
    Consciousness.ALERT: 0,
    Consciousness.AWAKENS_SPONTANEOUSLY: 1,
    Consciousness.AWAKENS_TO_VOICE: 2,
    Consciousness.AWAKENS_TO_TOUCH: 3,
    Consciousness.UNAROUSABLE: 4,
}
SEIZURE: Mapping[Seizure, int] = {Seizure.NONE: 0, Seizure.RAPIDLY_RESOLVING: 3, Seizure.PROLONGED: 4}
MOTOR: Mapping[Motor, int] = {Motor.NONE: 0, Motor.DEEP_FOCAL_WEAKNESS: 4}
PRESSURE: Mapping[Pressure, int] = {Pressure.NONE: 0, Pressure.FOCAL_OEDEMA: 3, Pressure.DIFFUSE_OEDEMA: 4}

Range = tuple[int, int]
Level = TypeVar("Level")


def crs_advice(seen: CrsSeen) -> Advice:
    """The CRS grade: the worse of hypotension and hypoxia, at least 1 with fever, 0 without CRS.

    A fever that another cause explains is none. Once CRS is under way and was treated, no fever is needed.
    """
    hypotension = _range(HYPOTENSION, seen.hypotension)
    hypoxia = _range(HYPOXIA, seen.hypoxia)
    fever_surely, fever_perhaps = _fever(seen)
    counts_surely = fever_surely or (seen.fever_treated is True and seen.under_way is True)
    counts_perhaps = fever_perhaps or (seen.fever_treated is not False and seen.under_way is not False)
    lowest = max(int(fever_surely), hypotension[0], hypoxia[0]) if counts_surely else 0
    highest = max(int(fever_perhaps), hypotension[1], hypoxia[1]) if counts_perhaps else 0
    return Advice(lowest, highest, _crs_why(seen, lowest, highest))


def icans_advice(seen: IcansSeen) -> Advice:
    """The ICANS grade: the worst of its five domains, of which those another cause explains do not count."""
    ranges = {each: (0, 0) if each in seen.explained else _domain(seen, each) for each in IcansDomain}
    lowest = max(low for low, _ in ranges.values())
    highest = max(high for _, high in ranges.values())
    if lowest == highest:
        told = [each.value for each, (_, high) in ranges.items() if high == highest]
        return Advice(lowest, highest, _worst("ICANS", lowest, told))
    open_ = [each.value for each, (_, high) in ranges.items() if high > lowest]
    return Advice(lowest, highest, _unknown("ICANS", lowest, highest, open_))


def ice_score(seen: IcansSeen) -> Range:
    """(least, most) points of the ICE score: as stated, or the sum of its parts with the unknown open."""
    if seen.ice is not None:
        return seen.ice, seen.ice
    parts = seen.parts or IceParts()
    known = [(getattr(parts, name), most) for name, most in ICE_POINTS.items()]
    return (
        sum(0 if points is None else points for points, _ in known),
        sum(most if points is None else points for points, most in known),
    )


def ice_grade(score: int) -> int:
    """The grade of an ICE score of 0 to 10; who cannot be roused is graded by that."""
    if score >= ICE_MOST:
        return 0
    return 1 if score >= 7 else 2 if score >= 3 else 3


def _fever(seen: CrsSeen) -> tuple[bool, bool]:
    """(surely, perhaps) a fever that no other cause explains."""
    if seen.fever_explained:
        return False, False
    if seen.temperature is None:
        return False, True
    fever = seen.temperature >= FEVER
    return fever, fever


def _crs_why(seen: CrsSeen, lowest: int, highest: int) -> str:
    if lowest == highest:
        return _worst("CRS", lowest, _crs_told(seen, lowest))
    open_ = [name for name in CrsSeen.model_fields if getattr(seen, name) is None]
    return _unknown("CRS", lowest, highest, open_)


def _crs_told(seen: CrsSeen, grade: int) -> list[str]:
    if grade == 0:
        return []
    told = [] if seen.hypotension is None or HYPOTENSION[seen.hypotension] != grade else ["hypotension"]
    told += [] if seen.hypoxia is None or HYPOXIA[seen.hypoxia] != grade else ["hypoxia"]
    return told or ["fever"]


def _domain(seen: IcansSeen, domain: IcansDomain) -> Range:
    match domain:
        case IcansDomain.ICE:
            least, most = ice_score(seen)
            return ice_grade(most), ice_grade(least)
        case IcansDomain.CONSCIOUSNESS:
            return _consciousness(seen)
        case IcansDomain.SEIZURE:
            return _range(SEIZURE, seen.seizure)
        case IcansDomain.MOTOR:
            return _range(MOTOR, seen.motor)
        case IcansDomain.PRESSURE:
            return _range(PRESSURE, seen.pressure)
        case _:
            assert_never(domain)


def _consciousness(seen: IcansSeen) -> Range:
    # Who wakes by themselves and has all ten points of the ICE score has no ICANS.
    if seen.consciousness is Consciousness.AWAKENS_SPONTANEOUSLY and IcansDomain.ICE not in seen.explained:
        least, most = ice_score(seen)
        return int(most < ICE_MOST), int(least < ICE_MOST)
    return _range(CONSCIOUSNESS, seen.consciousness)


def _range(grades: Mapping[Level, int], level: Level | None) -> Range:
    return (0, WORST) if level is None else (grades[level], grades[level])


def _worst(what: str, grade: int, told: list[str]) -> str:
    return f"{what} grade {grade}" + (f" by {', '.join(told)}" if told and grade else "")


def _unknown(what: str, lowest: int, highest: int, open_: list[str]) -> str:
    return f"{what} grade {lowest} to {highest}: not stated is {', '.join(open_)}"
