"""Why an alert ought to be open, and the moment at which one will be.

The rule that keeps it honest: each ground of alerts (windows, gates and whatever else a protocol clocks)
says the same three things: what it warrants now, why an alert of its own is over, and what it waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.state import AlertKind


@dataclass(frozen=True, slots=True)
class Warrant:
    """The ground of an alert: since when, on which ladder, and the end no snooze may pass.

    `lasting`: the alert stays the same one when its moment moves; otherwise a moved moment is another alert.
    """

    kind: AlertKind
    item: str
    due: datetime
    ladder: str
    latest_snooze: datetime | None
    lasting: bool = False


Key = tuple[str, str]
"""(item or gate, kind): one alert may be open for each."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When (UTC), and what for in words that hold nothing about the person."""

    at: datetime
    what: str
