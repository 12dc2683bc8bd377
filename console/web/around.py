"""Asking what the console stands on besides the store: the machine, the Temporal server, the workers.

The rule that keeps it honest: it only asks, and no longer than a person waits for a page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.doctor import channels_of, examine_around
from console.health import Finding
from settings import Settings
from store import Store

ANSWERS_WITHIN = timedelta(seconds=1.5)


@dataclass(frozen=True, slots=True)
class Around:
    """`ask`: every finding but the store's. `channels`: names this deployment can send on."""

    ask: Callable[[], Coroutine[Any, Any, Sequence[Finding]]]
    channels: Collection[str]


def around_of(settings: Settings, store: Store, now: Callable[[], datetime]) -> Around:
    """What stands around a console of these settings."""

    async def ask() -> Sequence[Finding]:
        return await examine_around(settings, store, now(), ANSWERS_WITHIN)

    return Around(ask, channels_of(settings))
