"""Each promise of the simulation can be broken: a fault planted for it is found, by that promise."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

import activities.hearing as desk
from activities.hearing import Hearing
from activities.orders import DeskOutcome, SweepOutcome
from activities.posting import Sent
from activities.sweeping import Sweeper
from domain.commands import Command, ReachClock
from domain.decide import decide
from domain.events import AlertAcknowledged, RungReached
from domain.notices import Notice, owed
from domain.refusal import Code, Refused
from domain.rows import rows_of
from domain.study import evolve_study
from domain.study.rows import study_rows
from store import Reading, Writing
from tests.replay.simulated import world
from tests.replay.simulated.promises import Broken
from tests.replay.simulated.running import run_seed

Plant = Callable[[pytest.MonkeyPatch], None]
Events = list[Any]

SEED, STEPS = 3, 130


def decisions(plant: pytest.MonkeyPatch, changed: Callable[[Command, Events], Events]) -> None:
    """A desk that makes something else of what is decided."""

    def deciding(state: Any, command: Command, at: Any, subject: Any) -> Events:
        return changed(command, decide(state, command, at, subject))

    plant.setattr("activities.hearing.decide", deciding)


def nothing_kept(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(Writing, "settle_command", lambda *_: None)


def another_answer(plant: pytest.MonkeyPatch) -> None:
    before = Hearing._as_before

    def forgetful(self: Hearing, *asked: Any) -> DeskOutcome:
        outcome = before(self, *asked)
        outcome.events.append("something.else")
        return outcome

    plant.setattr(Hearing, "_as_before", forgetful)


def a_hole(plant: pytest.MonkeyPatch) -> None:
    events = Reading.events

    def holed(self: Reading, stream: str, after: int = 0, **more: Any) -> Any:
        found = events(self, stream, after=after, **more)
        return found[1:] if after and len(found) > 1 else found

    plant.setattr(Reading, "events", holed)


def backwards(plant: pytest.MonkeyPatch) -> None:
    events = Reading.events

    def turned(self: Reading, stream: str, after: int = 0, **more: Any) -> Any:
        found = events(self, stream, after=after, **more)
        return [*found[:-1], _earlier(found[-1])] if after and found else found

    plant.setattr(Reading, "events", turned)


def _earlier(each: Any) -> Any:
    return replace(each, stamp=replace(each.stamp, recorded_at=each.stamp.recorded_at - timedelta(days=99)))


def a_stage_too_few(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        desk, "rows_of", lambda state: rows_of(state.but(stage="") if state.version > 12 else state)
    )


def an_alert_not_listed(plant: pytest.MonkeyPatch) -> None:
    plant.setattr("activities.hearing.rows_of", lambda state: replace(rows_of(state), alerts=()))


def another_study_listed(plant: pytest.MonkeyPatch) -> None:
    def wrong(*asked: Any) -> Any:
        found = study_rows(*asked)
        return replace(found, study=replace(found.study, version=found.study.version + 1))

    plant.setattr("activities.study_hearing.study_rows", wrong)


def moods(plant: pytest.MonkeyPatch) -> None:
    times = count()

    def moody(command: Command, events: Events) -> Events:
        if next(times) % 9 == 8 and not isinstance(command, ReachClock):
            raise Refused(Code.MALFORMED, "not today")
        return events

    decisions(plant, moody)


def silence(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(Sweeper, "sweep", lambda *_: SweepOutcome())


def a_clock_ahead(plant: pytest.MonkeyPatch) -> None:
    def early(state: Any, command: Command, at: Any, subject: Any) -> Events:
        ahead = timedelta(days=40) if isinstance(command, ReachClock) else timedelta()
        return decide(state, command, at + ahead, subject)

    plant.setattr("activities.hearing.decide", early)


def a_deadline_forgotten(plant: pytest.MonkeyPatch) -> None:
    decisions(plant, lambda command, events: [] if isinstance(command, ReachClock) else events)


def told_twice(plant: pytest.MonkeyPatch) -> None:
    def twice(_: Command, events: Events) -> Events:
        return [*events, *(each for each in events if isinstance(each, RungReached))]

    decisions(plant, twice)


def told_though_answered(plant: pytest.MonkeyPatch) -> None:
    def answered(_: Command, events: Events) -> Events:
        return [*events, *(more for each in events if isinstance(each, RungReached) for more in _deaf(each))]

    decisions(plant, answered)


def _deaf(rung: RungReached) -> Events:
    until = rung.reached_at + timedelta(days=9)
    held = AlertAcknowledged(rung.alert, "coordinator-1", rung.role, rung.reached_at, until)
    return [held, replace(rung, rung=rung.rung + 1)]


def nobody_told(plant: pytest.MonkeyPatch) -> None:
    plant.setattr("activities.hearing.owed", lambda *_: [])


def somebody_else_told(plant: pytest.MonkeyPatch) -> None:
    def more(events: Events, site: Any) -> list[Notice]:
        found = list(owed(events, site))
        return [*found, *(replace(each, notice=f"{each.notice}/x", rung=each.rung + 7) for each in found)]

    plant.setattr("activities.hearing.owed", more)


def lost_on_the_way(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(world._Receiver, "send", lambda *_: Sent("taken"))


def a_place_too_many(plant: pytest.MonkeyPatch) -> None:
    ten = frozenset(f"EX02-{number:03}" for number in range(10))
    plant.setattr(
        "tests.replay.simulated.promises.evolve_study",
        lambda *asked: replace(evolve_study(*asked), slots=ten),
    )


def a_line_altered(plant: pytest.MonkeyPatch) -> None:
    settle = world.World._nothing_is_left

    def altered(self: world.World) -> None:
        with sqlite3.connect(self.store.url.removeprefix("sqlite:///")) as connection:
            guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in guards:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("UPDATE events SET software = 'another' WHERE position = 5")
        settle(self)

    plant.setattr(world.World, "_nothing_is_left", altered)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (nothing_kept, "INV-1"),
        (another_answer, "INV-2"),
        (a_hole, "INV-4"),
        (backwards, "goes back in time"),
        (a_stage_too_few, r"EX02-\d+ is shown else"),
        (an_alert_not_listed, "alerts are shown else"),
        (another_study_listed, "INV-27"),
        (moods, "INV-6"),
        (silence, "INV-8"),
        (a_clock_ahead, "INV-9"),
        (a_deadline_forgotten, "INV-8"),
        (told_twice, "was told twice .INV-17"),
        (told_though_answered, "after it was acknowledged .INV-17"),
        (nobody_told, "nobody is told of"),
        (somebody_else_told, "a notice is owed for no rung"),
        (lost_on_the_way, "counts as delivered and nobody received it"),
        (a_place_too_many, "a slot was oversold"),
        (a_line_altered, "the record is not sound: .*INV-13"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_planted_fault_is_found(plant: Plant, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With this fault in the engine the simulation breaks, by the promise it breaks, naming the seed."""
    plant(monkeypatch)
    with pytest.raises(Broken, match=found) as broken:
        run_seed(SEED, STEPS)
    assert f"make simulate SEEDS={SEED}" in str(broken.value)
