"""The wire: orders in flight, which arrive late, twice, in another order, or whose answer is lost.

The rule that keeps it honest: an order leaves the wire only when its sender has its answer; until then it is
asked again under the same id, as every sender of ours does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from activities.orders import DeskOrder

_DELAYS = (0, 0, 0, 0, 1, 2, 30, 600, 7_200)


@dataclass(frozen=True, slots=True)
class Sent:
    """An order that arrives at `at` (UTC). `number`: of the person's act behind it; None for a clock."""

    at: datetime
    order: DeskOrder
    act: int | None


class Wire:
    """What is in flight."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._flying: list[Sent] = []

    def send(self, order: DeskOrder, act: int | None, now: datetime) -> None:
        """Put an order on the wire; now and then it is on it twice."""
        for _ in range(2 if self._random.randrange(12) == 0 else 1):
            self._flying.append(Sent(now + self._delay(), order, act))

    def take(self, now: datetime) -> Sent | None:
        """Any one of those that have arrived."""
        arrived = [each for each in self._flying if each.at <= now]
        if not arrived:
            return None
        taken = self._random.choice(arrived)
        self._flying.remove(taken)
        return taken

    def again(self, sent: Sent, now: datetime) -> None:
        """No answer came: it is asked again a little later."""
        self._flying.append(Sent(now + timedelta(seconds=1) + self._delay(), sent.order, sent.act))

    def next_at(self) -> datetime | None:
        """When the next one arrives."""
        return min((each.at for each in self._flying), default=None)

    def _delay(self) -> timedelta:
        return timedelta(seconds=self._random.choice(_DELAYS))
