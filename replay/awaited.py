"""What the subjects of a course wait for, the earliest first.

The rule that keeps it honest: each subject waits for one deadline, the newest said; however many subjects
there are, the earliest is found without asking them all.
"""

from __future__ import annotations

import heapq

from activities.orders import Due


class Awaited:
    """Deadlines by subject. Of two at the same instant the subject first in the alphabet comes first."""

    def __init__(self) -> None:
        self._due: dict[str, Due] = {}
        self._order: list[tuple[str, str]] = []

    def wait(self, subject: str, due: Due | None) -> None:
        """From now on the subject waits for this; None: for nothing."""
        if due is None:
            self._due.pop(subject, None)
            return
        known = self._due.get(subject)
        self._due[subject] = due
        if known is None or known.at != due.at:
            heapq.heappush(self._order, (due.at, subject))

    def first(self) -> tuple[str, Due] | None:
        """(subject, deadline) of the earliest; None: nobody waits."""
        while self._order:
            at, subject = self._order[0]
            due = self._due.get(subject)
            if due is not None and due.at == at:
                return subject, due
            # What was waited for once and no longer is.
            heapq.heappop(self._order)
        return None

    def fork(self) -> Awaited:
        """A copy that goes its own way."""
        other = Awaited()
        other._due, other._order = dict(self._due), [*self._order]
        return other
