"""What it costs to decide across participants: places taken at once, and a second stream in the transaction.

The rule that keeps it honest: the desk's own hearing on the store as deployed; the floor of a command that
writes to both streams is the very same command under the same document without its conduct, and a round in
which a place is oversold ends the run.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from activities.hearing import Hearing
from activities.orders import DeskOrder
from activities.rulebook import Rulebook
from bench.figures import Row, alternated, seconds
from bench.lives import Told
from bench.stores import PROVENANCE, open_trial, postgres, sqlite_url
from domain.protocol.document import Cap
from domain.protocol.expanded import Protocol, expand
from domain.protocol.sources import Source, SourceKind
from store import Store

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_BY = {"id": "coordinator-1", "role": "coordinator", "method": "bench"}
_PLACES = 9


def measure(told: Told, folder: Path, rounds: int, candidates: int, commands: int) -> list[Row]:
    """SQLite and, where installed, PostgreSQL: `candidates` for nine places, `commands` for each side."""
    made = count()
    rows = _on(told, lambda: sqlite_url(folder, f"across-{next(made)}"), rounds, candidates, commands)
    with postgres() as cluster:
        if cluster is not None:
            rows += _on(told, cluster.new_database, rounds, candidates, commands)
    return rows


def _on(told: Told, new_url: Callable[[], str], rounds: int, candidates: int, commands: int) -> list[Row]:
    taken = tuple(_enrolments(told, new_url(), candidates) for _ in range(rounds))
    both, one = _Desk.of(told, new_url()), _Desk.of(_without_conduct(told), new_url())
    with closing(both.store), closing(one.store):
        sides = {"both": lambda: both.correct(commands), "one": lambda: one.correct(commands)}
        each = alternated(rounds, sides)
        name = _NAMES[both.store.dialect]
    what = f"{name}: {candidates} enrolments at once for {_PLACES} places, each answered, none oversold"
    across = f"{name}: a command that writes to the study's stream too, beside the same without conduct"
    return [
        Row("", what, "/s", taken),
        Row("", across, "ms", tuple(each["both"]), tuple(each["one"])),
    ]


def _enrolments(told: Told, url: str, candidates: int) -> float:
    desk = _Desk.of(_capped(told), url, registered=False)
    answers: list[str | None] = []

    def at_once() -> None:
        with ThreadPoolExecutor(candidates) as threads:
            answers.extend(threads.map(desk.register, range(candidates)))

    with closing(desk.store):
        rate = candidates / seconds(at_once)
        with desk.store.reading() as reading:
            people = len(reading.participants(told.study))
    expected = min(_PLACES, candidates)
    if people != expected or answers.count(None) != expected:
        raise RuntimeError(f"{people} participants hold {_PLACES} places: oversold or undersold")
    return rate


@dataclass
class _Desk:
    """A store of one trial and who decides in it; one participant to correct again and again."""

    store: Store
    told: Told
    now: datetime
    hearing: Hearing = field(default_factory=lambda: Hearing(Rulebook(), PROVENANCE))
    asked: int = 0

    @classmethod
    def of(cls, told: Told, url: str, *, registered: bool = True) -> _Desk:
        now = datetime.now(UTC)
        desk = cls(open_trial(url, told, now), told, now)
        if registered:
            desk.register(0)
        return desk

    def register(self, number: int) -> str | None:
        """Enrol a candidate; the code of the refusal, if there was one."""
        body = {"kind": "register_participant", "happened": self._day(3)}
        return self._hear(f"BENCH-{number:03}", f"enroll-{number}", body)

    def correct(self, times: int) -> float:
        """Milliseconds for each of so many corrections of the consent, back and forth."""

        def work() -> None:
            for _ in range(times):
                self.asked += 1
                body = {"kind": "correct_record", "item": self._consent(), "reason": "mistyped"}
                day = self._day(4 if self.asked % 2 else 3)
                refused = self._hear("BENCH-000", f"correct-{self.asked}", {**body, "happened": day})
                if refused is not None:
                    raise RuntimeError(f"the correction was refused: {refused}")

        return seconds(work) / times * 1000

    def _hear(self, participant: str, command_id: str, body: dict[str, Any]) -> str | None:
        order = DeskOrder(
            self.told.study, participant, command_id, {"actor": _BY, **body}, self.now.isoformat()
        )
        with self.store.writing() as tx:
            return self.hearing.hear(tx, order).refused

    def _consent(self) -> str:
        return self.told.rules.protocol.document.registration.milestone

    def _day(self, ago: int) -> str:
        return (self.now.astimezone(self.told.rules.zone) - timedelta(days=ago)).date().isoformat()


def _without_conduct(told: Told) -> Told:
    return _changed(told, {"conduct": None})


def _capped(told: Told) -> Told:
    source = Source(kind=SourceKind.ASSUMPTION, text="For measuring.")
    kept_from = told.rules.protocol.document.registration.milestone
    return _changed(told, {"cap": Cap(participants=_PLACES, kept_from=kept_from, source=source)})


def _changed(told: Told, parts: dict[str, Any]) -> Told:
    protocol: Protocol = expand(told.rules.protocol.document.model_copy(update=parts))
    return replace(told, rules=replace(told.rules, protocol=protocol))
