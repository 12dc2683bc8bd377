"""Makes the stored record that every change of a rule is replayed against: python -m tests.replay.make_record

It is made once and kept: a difference is accepted by name in `accepted.yaml`, or the rule is mended. Only a
record whose events this release no longer reads is made anew.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from store.archive import write_archive
from tests.replay.record import FIRST, Recording, told_lives
from tests.replay.simulated.people import NONSENSE

RECORD = Path(__file__).parent / "record.jsonl"
ACCEPTED = Path(__file__).parent / "accepted.yaml"
CONSENT = date(2026, 1, 5)
END = datetime(2027, 9, 1, tzinfo=UTC)


def main() -> None:
    """One whole participation, and what was refused at its end."""
    with tempfile.TemporaryDirectory() as folder:
        record = told_lives(Path(folder), [(FIRST, CONSENT)])
        _ask_in_vain(record)
        with record.trial.store.reading() as reading, RECORD.open("wb") as out:
            write_archive(reading, out, END)
        record.trial.store.close()


def _ask_in_vain(record: Recording) -> None:
    """Everything that is refused at the end, each at its own moment."""
    moments = Random(1)  # noqa: S311 - the same each time
    at = END - timedelta(days=10)
    for body in NONSENSE:
        at += timedelta(minutes=moments.randrange(1, 300))
        record.trial.hear(FIRST, body, at, f"in-vain/{at:%m%d%H%M}")


if __name__ == "__main__":
    main()
