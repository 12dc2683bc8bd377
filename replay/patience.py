"""How long somebody waits for a course to be lived.

The rule that keeps it honest: what takes longer ends with an error, never with a part of an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class OutOfPatience(Exception):
    """It took longer than whoever asked wants to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it takes longer than {seconds:g} seconds")
        self.seconds = seconds


class Patience:
    """So many seconds from now on. `clock`: seconds that only go forward."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock, self._ends = seconds, clock, clock() + seconds

    def spend(self) -> None:
        """Go on, if there is time left.

        Raises:
            OutOfPatience: there is none.
        """
        if self._clock() >= self._ends:
            raise OutOfPatience(self._seconds)
