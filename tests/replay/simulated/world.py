"""The scheduler: one step at a time, chosen by the seed, and every promise after each.

The rule that keeps it honest: nothing but the seed decides; the same seed gives the same trace, step by step,
and the same record, byte by byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from prometheus_client import CollectorRegistry
from typing_extensions import override

from activities.channels import Channels
from activities.hearing import Hearing
from activities.message import Message
from activities.metrics import Metrics
from activities.notify import Delivery, Notifier
from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, OpenOrder, clock_command_id
from activities.posting import NotSent, Sent
from activities.rulebook import Rulebook
from activities.sweeping import Sweeper
from console.folding import views_in
from domain.recorded import STUDY_SUBJECT
from replay.history import history_of
from replay.rules import replay_rules
from store import DueRow, NoticeStatus, StoreError
from store.verify import verify_snapshot
from tests.replay.simulated.faults import Chance, Crash, FaultyStore
from tests.replay.simulated.people import Act, acts_of
from tests.replay.simulated.promises import Broken, Promises
from tests.replay.simulated.surprises import surprise
from tests.replay.simulated.transport import Wire
from tests.support.trial import PROVENANCE, PUBLISHED_AT, open_trial

_OPEN = (NoticeStatus.OWED, NoticeStatus.SENDING)
_REMEMBERED_STEPS = 40
_QUIET = (timedelta(minutes=10), timedelta(days=3), timedelta(days=30))
_ALWAYS = 4
"""How many of the steps could happen at any time."""


class World:
    """One seed's engine, in a folder of its own."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed, self.trace = seed, list[str]()
        self._random = Random(seed)  # noqa: S311 - it must be the same each time
        trial = open_trial(f"sqlite:///{folder / f'{seed}.sqlite3'}", site="hefei")
        self.store, self._study = trial.store, trial.study
        self._chance = Chance(self._random)
        self._faulty = FaultyStore(trial.store, self._chance, self._tell)
        self._wire = Wire(self._random)
        # More than the nine there are places for, now and then.
        participants = self._random.choice((1, 2, 2, 3, 4, 6, 11))
        self._acts = deque(acts_of(trial, self._random, participants))
        self._asked: list[Act] = []
        self.now = PUBLISHED_AT
        self._timers: dict[str, datetime] = {}
        self.received: list[str] = []
        self._promises = Promises(trial.store, trial.study)
        self._start_process()

    def run(self, steps: int) -> None:
        """So many steps, then calm, until nothing is in flight or due.

        Raises:
            Broken: a promise did not hold; the text says after which steps, and how to see it again.
        """
        try:
            for _ in range(steps):
                self._step()
                self._promises.hold()
            self._settle()
        except Broken as broken:
            last = "\n  ".join(self.trace[-_REMEMBERED_STEPS:])
            raise Broken(
                f"seed {self.seed}, step {len(self.trace)}: {broken}\n  {last}\n"
                f"again: make simulate SEEDS={self.seed}"
            ) from broken

    def close(self) -> None:
        """Let go of the store's file."""
        self.store.close()

    def _step(self) -> None:
        """Any one of the things that could happen now; time goes on mostly when nothing else could."""
        ready: list[tuple[Callable[[], None], int]] = [(self._sweep, 2), (self._notify, 8), (self._wait, 6)]
        ready.append((self._surprise, 3))
        if self._acts and self._acts[0].at <= self.now:
            ready.append((self._act, 30))
        if (arrives := self._wire.next_at()) is not None and arrives <= self.now:
            ready.append((self._carry, 30))
        if any(at <= self.now for at in self._timers.values()):
            ready.append((self._ring, 20))
        if len(ready) == _ALWAYS:
            ready.append((self._wait, 40))
        ready.append((self._restart, 1))
        steps, weights = zip(*ready, strict=True)
        self._survive(self._random.choices(steps, weights)[0])

    def _survive(self, step: Callable[[], None]) -> None:
        """A step that may end the process, or find the store not there."""
        try:
            step()
        except Crash:
            self._restart()
        except StoreError as error:
            self._tell(f"{step.__name__}: {type(error).__name__}")

    def _act(self) -> None:
        """Somebody does what they mean to do by now."""
        self._ask(self._acts.popleft())

    def _surprise(self) -> None:
        """Somebody does what nobody planned."""
        done = surprise(self._random, self._promises.states, self._promises.studied, self.now)
        if done is not None:
            self._ask(Act(self.now, *done, tries=0))

    def _ask(self, act: Act) -> None:
        self._asked.append(act)
        order = DeskOrder(self._study, act.participant, f"act/{len(self._asked):04}", act.body, "")
        self._tell(f"{order.command_id} {act.participant} {_kind(act.body)}")
        self._wire.send(order, len(self._asked) - 1, self.now)

    def _carry(self) -> None:
        """One order arrives; its answer may be lost on the way back."""
        sent = self._wire.take(self.now)
        if sent is None:
            return
        try:
            outcome = self._hear(sent.order)
        except (Crash, StoreError):
            self._wire.again(sent, self.now)
            raise
        if self._chance.of(40):
            self._tell(f"answer lost: {sent.order.command_id}")
            self._wire.again(sent, self.now)
        elif sent.act is not None and outcome.refused is not None:
            self._try_again(self._asked[sent.act])

    def _hear(self, order: DeskOrder) -> DeskOutcome:
        # The clock of whoever hears may be a little behind; ahead it never is.
        behind = (
            timedelta(seconds=self._random.choice((0, 0, 0, 1, 90))) if not self._chance.calm else timedelta()
        )
        heard = replace(order, at=(self.now - behind).isoformat())
        with self._faulty.writing() as tx:
            outcome = self._hearing.hear(tx, heard)
        said = outcome.refused or ", ".join(outcome.events) or "nothing"
        self._tell(f"heard {order.participant} {order.command_id}: {said}")
        self._promises.answered(heard, outcome)
        self._arm(order.participant, outcome)
        if outcome.study_moved:
            self._look(STUDY_SUBJECT)
        return outcome

    def _try_again(self, act: Act) -> None:
        if act.tries:
            later = replace(act, at=self.now + timedelta(hours=2), tries=act.tries - 1)
            self._acts.append(later)
            self._acts = deque(sorted(self._acts, key=lambda each: each.at))

    def _ring(self) -> None:
        """A timer fires."""
        due = sorted(subject for subject, at in self._timers.items() if at <= self.now)
        subject = self._random.choice(due)
        at = self._timers.pop(subject)
        self._wire.send(self._clock_order(subject, at), None, self.now)

    def _clock_order(self, subject: str, due: datetime) -> DeskOrder:
        return DeskOrder(self._study, subject, clock_command_id(due.isoformat()), REACH_CLOCK, "")

    def _sweep(self) -> None:
        """The watchdog decides what is due; its clock may be behind, hours too."""
        behind = (
            timedelta(seconds=self._random.choice((0, 0, 20, 9_000)))
            if not self._chance.calm
            else timedelta()
        )
        swept = self._sweeper.sweep(self.now - behind, 50)
        if swept.moved:
            self._tell(f"swept {[each.participant for each in swept.moved]}")
        for each in swept.moved:
            self._look(each.participant)

    def _notify(self) -> None:
        """One owed notice is delivered, or tried."""
        with self.store.reading() as reading:
            owed = reading.notices(self._study, status=_OPEN)
        if owed:
            notice = self._random.choice(owed[:10]).notice
            told = self._notifier.tell(self._study, notice)
            self._tell(f"notice {notice}: {told.delivery.value}")
            if told.delivery is Delivery.DELIVERED and notice not in self.received:
                raise Broken(f"{notice} counts as delivered and nobody received it")

    def _wait(self) -> None:
        """Time goes on to whatever comes next; now and then by days, in which nobody did anything."""
        moments = [self._acts[0].at if self._acts else None, self._wire.next_at(), *self._timers.values()]
        ahead = [each for each in moments if each is not None and each > self.now]
        jump = (
            timedelta(days=self._random.randrange(1, 9)) if self._random.randrange(60) == 0 else timedelta()
        )
        self.now = max(self.now, min(ahead, default=self.now)) + jump

    def _restart(self) -> None:
        """The process ends; the next one knows nothing but the store, and waits for what is due."""
        self._tell("process started anew")
        self._start_process()
        self._timers.clear()
        with self.store.reading() as reading:
            subjects = [each.participant for each in reading.participants(self._study)]
        for subject in (*subjects, STUDY_SUBJECT):
            self._look(subject)

    def _look(self, subject: str) -> None:
        with self.store.writing() as tx:
            self._arm(subject, self._hearing.look(tx, OpenOrder(self._study, subject)))

    def _arm(self, subject: str, outcome: DeskOutcome) -> None:
        self._timers.pop(subject, None)
        if outcome.due is not None:
            self._timers[subject] = datetime.fromisoformat(outcome.due.at)

    def _start_process(self) -> None:
        rulebook, metrics = Rulebook(), Metrics(CollectorRegistry())
        self._hearing = Hearing(rulebook, PROVENANCE)
        self._sweeper = Sweeper(self._faulty, self._hearing, metrics, grace=timedelta(seconds=5))
        channels = _Receiver(self._random, self._chance, self.received)
        self._notifier = Notifier(self._faulty, rulebook, channels, metrics, lambda: self.now)

    def _settle(self) -> None:
        """Nothing goes wrong any more: all that is in flight arrives, and all that is due is decided, also
        in the weeks after, in which nobody does anything."""
        self._chance.calm = True
        for _ in range(10_000):
            self._carry()
            arrives = self._wire.next_at()
            if arrives is None:
                break
            self.now = max(self.now, arrives)
        for quiet in _QUIET:
            self.now += quiet
            self._nothing_stays_due()
        self._nothing_is_left()

    def _nothing_stays_due(self) -> None:
        while due := self._due():
            self._sweep()
            self._promises.hold()
            if self._due() == due:
                raise Broken(f"a deadline passes silently: {due} (INV-8)")

    def _due(self) -> list[DueRow]:
        with self.store.reading() as reading:
            return reading.due(self.now - timedelta(seconds=5), 10)

    def _nothing_is_left(self) -> None:
        with self.store.reading() as reading:
            history = history_of(reading)
            report = verify_snapshot(reading, views_in(reading, Rulebook()))
        if report.problems:
            raise Broken(f"the record is not sound: {report.problems[0]} (INV-13)")
        self._promises.everything_answered_is_kept()
        different = replay_rules(history, PROVENANCE).differences
        if different:
            raise Broken(
                f"decided again it is another record: {[each.name for each in different[:5]]} (INV-6)"
            )

    def _tell(self, text: str) -> None:
        self.trace.append(f"{self.now:%Y-%m-%dT%H:%M:%S} {text}")


class _Receiver(Channels):
    """Takes every message, unless it is down; what it took it has, whoever crashes after that."""

    def __init__(self, random: Random, chance: Chance, received: list[str]) -> None:
        self._random, self._chance, self._received = random, chance, received

    @override
    def send(self, channel: str, message: Message) -> Sent | NotSent:
        if self._chance.of(150):
            return NotSent("injected: not taken", permanent=self._random.randrange(10) == 0)
        self._received.append(message.key)
        return Sent("taken")


def _kind(body: Any) -> str:
    return str(body.get("kind")) + f" {body.get('item', '')}" if isinstance(body, dict) else repr(body)
