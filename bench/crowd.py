"""A study with as many participants as are asked for: the demo's lives, each lived once and given to many.

The rule that keeps it honest: every life comes from the core and stands as the demo's does; with more
participants there is more of everything that waits, in the same proportion.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bench.lives import Told
from bench.stores import open_trial, populate, sqlite_url
from store import Store

LIVES = ("001", "002", "005", "006", "007", "008", "009", "010")
"""Those that need nobody else's product or version: in follow-up, infused today, waiting, late, ended."""


def crowded(told: Told, folder: Path, count: int, now: datetime) -> Store:
    """A store in `folder` with `count` participants as they stand at `now` (UTC)."""
    store = open_trial(sqlite_url(folder, f"crowd-{count}"), told, now - timedelta(days=900))
    for first, life in enumerate(LIVES):
        codes = [f"EX02-{number + 1:04}" for number in range(first, count, len(LIVES))]
        if codes:
            populate(store, told, f"EX02-{life}", codes, now)
    return store
