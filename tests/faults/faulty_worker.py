"""A worker process that dies, or runs changed rules, where a test tells it to.

Run as a program by the tests beside it. What it is told lies as files in a folder: a file named after a kill
point makes the process kill itself there, once, when the command whose id begins with "victim" comes by. The
product has no such switches; they are put around it here.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import worker
from activities.desk import Desk
from activities.hearing import Hearing
from domain.answers import visits
from domain.refusal import Code, Refused

BEFORE_HEARING = "before-hearing"
BEFORE_COMMIT = "before-commit"
AFTER_COMMIT = "after-commit"


def main() -> int:
    """Serve like `worker.py --current`, with the faults of the folder in DAYZERO_TEST_FAULTS."""
    folder = Path(os.environ["DAYZERO_TEST_FAULTS"])
    _surround_hearing(folder)
    _surround_desk(folder)
    _shift_clock(os.environ.get("DAYZERO_TEST_CLOCK_HOURS"))
    _change_rules(os.environ.get("DAYZERO_TEST_RULES"))
    return worker.main(["--current"])


def _surround_hearing(folder: Path) -> None:
    original = Hearing.hear

    def hear(self: Hearing, tx: Any, order: Any) -> Any:
        if order.command_id.startswith("victim"):
            _die_if_told(folder / BEFORE_HEARING)
        outcome = original(self, tx, order)
        if order.command_id.startswith("victim"):
            _die_if_told(folder / BEFORE_COMMIT)
        return outcome

    Hearing.hear = hear  # type: ignore[method-assign]


def _surround_desk(folder: Path) -> None:
    original = Desk.decide

    def decide(self: Desk, order: Any) -> Any:
        outcome = original(self, order)
        if order.command_id.startswith("victim"):
            _die_if_told(folder / AFTER_COMMIT)
        return outcome

    # The activity's name and types are read from the function, so they go with it.
    decide.__dict__.update(original.__dict__)
    decide.__annotations__ = original.__annotations__
    Desk.decide = decide  # type: ignore[method-assign]


def _shift_clock(hours: str | None) -> None:
    if hours is not None:
        worker._now = lambda: datetime.now(UTC) + timedelta(hours=float(hours))


def _change_rules(change: str | None) -> None:
    """Run another release: `no-appointments` refuses every appointment, also those it once took."""
    if change == "no-appointments":

        def refused(*_: object) -> list[Any]:
            raise Refused(Code.NOT_APPLICABLE, "this release takes no appointments")

        visits.plan_item = refused  # type: ignore[assignment]
    elif change is not None:
        raise SystemExit(f"unknown change of rules: {change}")


def _die_if_told(flag: Path) -> None:
    if flag.exists():
        flag.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
