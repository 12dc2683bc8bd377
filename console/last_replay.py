"""What the last replay of this deployment found, kept beside the record.

The rule that keeps it honest: kept by the replay itself, with the software it ran on; a replay of files from
elsewhere says nothing of this deployment and is not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from store import Reading, Writing

KEY = "replay/last"
_MOST_KEPT = 5


@dataclass(frozen=True, slots=True)
class LastReplay:
    """`failures`: how many there were; `first`: the first of them, in words. `at` is UTC."""

    at: datetime
    software: str
    histories: int
    streams: int
    failures: int
    first: tuple[str, ...]


def keep_replay(
    writing: Writing, at: datetime, software: str, histories: int, streams: int, failures: Sequence[str]
) -> None:
    """Keep what a replay found, in place of what the one before found."""
    said: dict[str, Any] = {
        "at": at.isoformat(),
        "software": software,
        "histories": histories,
        "streams": streams,
        "failures": len(failures),
        "first": [each[:300] for each in failures[:_MOST_KEPT]],
    }
    writing.put_note(KEY, orjson.dumps(said).decode())


def last_replay(reading: Reading) -> LastReplay | None:
    """What the last replay found; None: none ever ran here."""
    kept = reading.note(KEY)
    if kept is None:
        return None
    said = orjson.loads(kept)
    return LastReplay(
        at=datetime.fromisoformat(said["at"]),
        software=said["software"],
        histories=said["histories"],
        streams=said["streams"],
        failures=said["failures"],
        first=tuple(said["first"]),
    )
