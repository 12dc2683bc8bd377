"""The pure core alone: decisions a second, a whole life, a thousand lives, and deciding a record again.

The rule that keeps it honest: the same `decide`, `evolve` and `next_deadline` as behind the desk, on one core;
nothing is kept between one life and the next but what the core itself keeps.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bench.figures import Of, Row, alternating, at_most
from bench.lives import TOLD, Told
from console.demo.lived import Decision, live
from console.demo.script import Act
from domain.decide import Subject, decide
from domain.evolve import fold
from domain.state import initial

_MORE_MONTHS = timedelta(days=325)
"""From thirteen and a half months after day 0 to two years."""


def measure(told: Told, rounds: int, lives: int) -> list[Row]:
    """Rows P8 and P9; each figure is over `lives` lives."""
    now = datetime.now(UTC)
    life = list(told.lived(TOLD, now, TOLD))
    events = sum(len(decision.events) for decision in life)
    taken = _taken(told, life, now, rounds, lives)
    year, two_years = taken["life"], taken["two years"]
    return [
        Row(
            "P8", f"pure core: a life of 13 months ({len(life)} commands, {events} events)", "ms",
            tuple(each * 1e3 for each in year), targets=(at_most(2, Of.OURS),),
        ),
        Row(
            "P8", f"pure core: 1,000 participants over 24 months (from {lives} of them)", "s",
            tuple(each * 1e3 for each in two_years), targets=(at_most(5, Of.OURS),),
        ),
        Row(
            "P8", "pure core: steps of decide, evolve and next_deadline", "/s",
            tuple(len(life) / each for each in year),
        ),
        Row(
            "P9", "every recorded command decided again, per event, beside a fold of the same stream", "µs",
            tuple(each * 1e6 / events for each in taken["again"]),
            tuple(each * 1e6 / events for each in taken["fold"]),
            (at_most(2),),
        ),
        Row("", "fold of a stream", "/s", tuple(events / each for each in taken["fold"])),
    ]  # fmt: skip


def _taken(
    told: Told, life: Sequence[Decision], now: datetime, rounds: int, lives: int
) -> dict[str, list[float]]:
    """Seconds per life, one figure per round."""
    subject, acts = Subject(told.study, TOLD), told.acts(TOLD, now, TOLD)
    work: dict[str, Callable[[], object]] = {
        "life": lambda: _live(told, subject, acts, now),
        "two years": lambda: _live(told, subject, acts, now + _MORE_MONTHS),
        "again": lambda: _again(told, subject, life),
        "fold": lambda: _fold(told, life),
    }
    taken: dict[str, list[float]] = {side: [] for side in work}
    for side in alternating(rounds, *work):
        began = time.perf_counter()
        for _ in range(lives):
            work[side]()
        taken[side].append((time.perf_counter() - began) / lives)
    return taken


def _live(told: Told, subject: Subject, acts: Sequence[Act], until: datetime) -> None:
    deque(live(told.rules, subject, acts, until), maxlen=0)


def _again(told: Told, subject: Subject, life: Sequence[Decision]) -> None:
    state = initial(told.rules)
    for decision in life:
        state = fold(state, decide(state, decision.command, decision.at, subject))


def _fold(told: Told, life: Sequence[Decision]) -> None:
    state = initial(told.rules)
    for decision in life:
        state = fold(state, decision.events)
