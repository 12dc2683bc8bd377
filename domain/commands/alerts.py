"""Answering alerts, and letting time pass.

The rule that keeps it honest: an answer names its alert; the passing of time names nothing at all.
"""

from __future__ import annotations

from typing import Literal

from domain.commands.asked import AlertId, Asked, Text
from domain.stated import Instant


class AcknowledgeAlert(Asked):
    """Somebody answers an alert: the climb stops until the acknowledgement runs out."""

    kind: Literal["acknowledge_alert"] = "acknowledge_alert"
    alert: AlertId


class SnoozeAlert(Asked):
    """Silence an alert until an instant, with a reason."""

    kind: Literal["snooze_alert"] = "snooze_alert"
    alert: AlertId
    until: Instant
    reason: Text


class ReachClock(Asked):
    """Time has passed: decide whatever is due by now."""

    kind: Literal["reach_clock"] = "reach_clock"
