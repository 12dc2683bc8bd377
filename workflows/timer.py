"""The one timer of a participant: it waits for the next deadline and says when it has come.

The rule that keeps it honest: at most one timer is pending, and its instant is the deadline the desk named
last (INV-7); a deadline that did not move keeps its timer.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from activities.orders import Due


class OneTimer:
    """`rung` holds the deadline that has come and was not yet dealt with."""

    def __init__(self) -> None:
        self.due: Due | None = None
        self.rung = False
        self._waiting: asyncio.Task[None] | None = None

    def arm(self, due: Due | None) -> None:
        """Wait for `due`, and for nothing else. A deadline already past rings at once."""
        armed = self._waiting is not None or self.rung
        if armed and due is not None and self.due is not None and due.at == self.due.at:
            return
        self.disarm()
        self.due = due
        if due is None:
            return
        remains = datetime.fromisoformat(due.at) - workflow.now()
        if remains <= timedelta(0):
            self.rung = True
        else:
            self._waiting = asyncio.create_task(self._wait(remains, due.summary))

    def disarm(self) -> None:
        """Forget the deadline."""
        if self._waiting is not None:
            self._waiting.cancel()
        self.due, self.rung, self._waiting = None, False, None

    async def _wait(self, remains: timedelta, summary: str) -> None:
        await workflow.sleep(remains, summary=summary)
        self.rung, self._waiting = True, None
