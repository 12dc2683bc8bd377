"""A measured row: our figures, the floor's, and what was promised of them.

The rule that keeps it honest: the ratio is the median of the rounds' own ratios, so a slow minute of a shared
machine weighs on both sides; its spread is shown beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median


class Bound(StrEnum):
    AT_LEAST = "≥"
    AT_MOST = "≤"


class Of(StrEnum):
    """Which figure a target speaks of."""

    RATIO = "ratio"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Target:
    """A promise, as `ratio ≥ 0.85` or `ours ≤ 2` (in the row's unit)."""

    bound: Bound
    value: float
    of: Of = Of.RATIO

    def kept(self, value: float) -> bool:
        return value >= self.value if self.bound is Bound.AT_LEAST else value <= self.value


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report. `ours` and `floor` hold one figure per round, in `unit`."""

    number: str
    what: str
    unit: str
    ours: tuple[float, ...]
    floor: tuple[float, ...] = ()
    targets: tuple[Target, ...] = ()

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours by the floor, round by round; empty without a floor."""
        return tuple(ours / floor for ours, floor in zip(self.ours, self.floor, strict=False))

    @property
    def met(self) -> bool | None:
        """Whether every target is kept; None when nothing was promised."""
        return all(target.kept(self._figure(target.of)) for target in self.targets) if self.targets else None

    def _figure(self, of: Of) -> float:
        return median(self.ratios if of is Of.RATIO else self.ours)

    def cells(self) -> tuple[str, str, str, str, str, str, str]:
        """The row as text: number, what, ours, floor, ratio, target, met."""
        return (
            self.number,
            self.what,
            _with_unit(median(self.ours), self.unit),
            _with_unit(median(self.floor), self.unit) if self.floor else "",
            _spread(self.ratios),
            " and ".join(self._target(each) for each in self.targets),
            {True: "yes", False: "**no**", None: ""}[self.met],
        )

    def _target(self, target: Target) -> str:
        if target.of is Of.RATIO:
            return f"{target.bound} {target.value:g}"
        return f"ours {target.bound} {_with_unit(target.value, self.unit)}"


HEADINGS = ("#", "what", "ours", "floor", "ratio", "target", "met")


def at_least(value: float, of: Of = Of.RATIO) -> Target:
    return Target(Bound.AT_LEAST, value, of)


def at_most(value: float, of: Of = Of.RATIO) -> Target:
    return Target(Bound.AT_MOST, value, of)


def alternating(rounds: int, *sides: str) -> Iterator[str]:
    """Each side once per round, in turned-round order every other round, so that no side is always first."""
    for number in range(rounds):
        yield from sides if number % 2 == 0 else reversed(sides)


def alternated(rounds: int, sides: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """The figures of each side, one per round, taken in turn as `alternating` says."""
    taken: dict[str, list[float]] = {side: [] for side in sides}
    for side in alternating(rounds, *sides):
        taken[side].append(sides[side]())
    return taken


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def processor_seconds(work: Callable[[], object]) -> float:
    """How much of a processor a piece of work takes, whoever else is waiting for it."""
    began = time.process_time()
    work()
    return time.process_time() - began


def readable(value: float) -> str:
    """A figure with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _with_unit(value: float, unit: str) -> str:
    return f"{readable(value)}{unit if unit.startswith('/') else ' ' + unit}"


def _spread(ratios: tuple[float, ...]) -> str:
    if not ratios:
        return ""
    middle = readable(median(ratios))
    return f"{middle} ({readable(min(ratios))} to {readable(max(ratios))})" if len(ratios) > 1 else middle
