"""How well the record is anchored: when each place last took a sealed checkpoint.

The rule that keeps it honest: what came after the newest checkpoint that left the house can be cut unseen, so
none at all is said too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from activities.anchoring import Places, anchored
from activities.sealing import NoKey, key_id_of
from console.health import Finding, bad, ok, warn
from settings import Settings
from store import Store, StoreError

_PART = "anchors"


def examine_anchors(settings: Settings, store: Store, now: datetime) -> Iterator[Finding]:
    """A finding for each place; one that is twice as late as it may be is bad."""
    every = timedelta(seconds=settings.anchor_every)
    places = Places(settings.anchor_file, settings.anchoring_channels(), every)
    if settings.seal_key is None or not places.names:
        yield warn(_PART, "none: a cut of the newest records could not be proven (DAYZERO_ANCHOR_FILE)")
        return
    try:
        key_id_of(settings.seal_key.get_secret_value())
        with store.reading() as reading:
            moments = dict(anchored(reading, places))
    except NoKey as error:
        yield bad(_PART, f"DAYZERO_SEAL_KEY: {error}")
        return
    except StoreError:
        return  # what is wrong with the store is said before this
    for name, at in moments.items():
        yield _finding(f"{_PART} {name}", at, now, every)


def _finding(part: str, at: datetime | None, now: datetime, every: timedelta) -> Finding:
    if at is None:
        return warn(part, "has taken no checkpoint yet: a worker sends the first within a minute")
    if now - at > 2 * every:
        return bad(part, f"took the last checkpoint at {at:%Y-%m-%d %H:%MZ}, and one is due every {every}")
    return ok(part, f"last checkpoint {at:%Y-%m-%d %H:%MZ}")
