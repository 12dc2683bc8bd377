"""The pure core alone: decisions a second, a whole life, a thousand lives, and deciding a record again.

The rule that keeps it honest: the same `decide`, `evolve` and `next_deadline` as behind the desk, on one
core and counted in its time; nothing is kept between one life and the next but what the core itself keeps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bench.figures import Of, Row, alternated, at_most, processor_seconds
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
    taken = alternated(rounds, _sides(told, life, now, lives))
    return [
        Row(
            "P8", f"pure core: a life of 13 months ({len(life)} commands, {events} events)", "ms",
            tuple(each * 1e3 for each in taken["life"]), targets=(at_most(2, Of.OURS),),
        ),
        Row(
            "P8", f"pure core: 1,000 participants over 24 months (from {lives} of them)", "s",
            tuple(each * 1e3 for each in taken["two years"]), targets=(at_most(5, Of.OURS),),
        ),
        Row(
            "P8", "pure core: steps of decide, evolve and next_deadline", "/s",
            tuple(len(life) / each for each in taken["life"]),
        ),
        Row(
            "P9", "every recorded command decided again, per event, beside a fold of the same stream", "µs",
            tuple(each * 1e6 / events for each in taken["again"]),
            tuple(each * 1e6 / events for each in taken["fold"]),
            (at_most(2),),
        ),
        Row("P9", "pure core: events folded", "/s", tuple(events / each for each in taken["fold"])),
    ]  # fmt: skip


def _sides(told: Told, life: Sequence[Decision], now: datetime, lives: int) -> dict[str, Callable[[], float]]:
    """What is measured in a round, giving seconds per life."""
    subject, acts = Subject(told.study, TOLD), told.acts(TOLD, now, TOLD)
    work: dict[str, Callable[[], None]] = {
        "life": lambda: _live(told, subject, acts, now),
        "two years": lambda: _live(told, subject, acts, now + _MORE_MONTHS),
        "again": lambda: _again(told, subject, life),
        "fold": lambda: _fold(told, life),
    }

    def repeated(once: Callable[[], None]) -> Callable[[], float]:
        def all_of_them() -> None:
            for _ in range(lives):
                once()

        return lambda: processor_seconds(all_of_them) / lives

    return {side: repeated(once) for side, once in work.items()}


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
