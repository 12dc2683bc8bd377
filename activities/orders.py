"""What travels between a workflow and the desk.

The rule that keeps it honest: small, explicit and JSON only; a workflow can read all of it without knowing
one rule of a trial.
"""

# Annotations are types here, not text: Temporal resolves them anew for every value it reads, and text takes
# several times as long.

from dataclasses import dataclass, field
from typing import Any

DECIDE = "desk.decide"
OPEN = "desk.open"
DELIVER = "notice.deliver"
DIGEST = "digest.send"
SWEEP = "watchdog.sweep"

REACH_CLOCK = {"kind": "reach_clock", "actor": {"id": "day-zero", "role": "system", "method": "timer"}}
"""The command by which time passes. Timer and watchdog send the same body, so that either may come first."""


def clock_command_id(due_at: str, version: int | None = None) -> str:
    """The command id for reaching the deadline at `due_at` (ISO, UTC), the same whoever comes first.

    With `version` (of the stream): once more, for a deadline that came back at the same instant.
    """
    return f"clock/{due_at}" if version is None else f"clock/{due_at}/{version}"


@dataclass(frozen=True)
class DeskOrder:
    """A command for one participant. `command` is its JSON body, unparsed; `at` workflow time (ISO, UTC)."""

    study: str
    participant: str
    command_id: str
    command: Any
    at: str


@dataclass(frozen=True)
class OpenOrder:
    """Ask for the participant's standing without deciding anything."""

    study: str
    participant: str


@dataclass(frozen=True)
class Due:
    """The one deadline to wait for: an instant (ISO, UTC) and a summary a person can read."""

    at: str
    summary: str


@dataclass(frozen=True)
class DeskOutcome:
    """What the desk did. `refused` is None or a refusal code, with `text` for people.

    `version` is the stream version afterwards; `events` the types appended by this command (also when it was
    a repetition: then `repeated` is True); `notices` the ids of all notices still owed; `attributes` the
    search attributes as plain values; `known` False means there is no such participant; `closed` True means
    nothing is left to wait for; `study_moved` True: the study's own stream moved with the participant's.
    """

    version: int = 0
    refused: str | None = None
    text: str = ""
    repeated: bool = False
    events: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    due: Due | None = None
    notices: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    headline: str = ""
    known: bool = True
    closed: bool = False
    study_moved: bool = False


@dataclass(frozen=True)
class DeliverOrder:
    """Deliver one owed notice."""

    study: str
    notice: str


@dataclass(frozen=True)
class DigestOrder:
    """Send a site's morning digest of one study."""

    study: str
    site: str


@dataclass(frozen=True)
class DigestOutcome:
    """`day`: the site's day it is about; `sent`: to how many contacts; `said`: False if there was no need."""

    day: str
    sent: int = 0
    said: bool = False


@dataclass(frozen=True)
class Moved:
    """A participant whose stream moved without their workflow, which wants to be told."""

    study: str
    participant: str


@dataclass(frozen=True)
class SweepOutcome:
    """What a sweep of the watchdog did; `left`: deadlines it could not decide."""

    moved: list[Moved] = field(default_factory=list)
    left: int = 0
