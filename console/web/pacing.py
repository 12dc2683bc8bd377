"""How often somebody may ask for something that costs.

The rule that keeps it honest: it forgets by itself and never holds more than it was given room for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta


class Pace:
    """At most `times` within `span`, for each name. `now`: the present moment (UTC)."""

    def __init__(self, times: int, span: timedelta, now: Callable[[], datetime], room: int = 10_000) -> None:
        self._times, self._span, self._now, self._room = times, span, now, room
        self._asked: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def keeps(self, name: str) -> bool:
        """Note that `name` asks; false when they asked too often."""
        with self._lock:
            now = self._now()
            recent = [each for each in self._asked.pop(name, []) if each > now - self._span]
            allowed = len(recent) < self._times
            self._asked[name] = [*recent, now] if allowed else recent
            while len(self._asked) > self._room:
                self._asked.popitem(last=False)
            return allowed
