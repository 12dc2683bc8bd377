"""The trial that is put under load: NCT06642025 at its real site, and lives told by the demo's script.

The rule that keeps it honest: real protocol, real rules, lives lived by the pure core; only the cap of nine
is taken away, or there could be no thousand participants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import orjson

from console.demo.lived import Decision, live
from console.demo.script import Act, Life, Script, Step, acts, read_script
from domain.decide import Subject
from domain.events import decode_event, encode_event
from domain.evolve import ParticipantEvent
from domain.protocol.expanded import expand
from domain.state import Rules
from protocols.reading import read_protocol
from settings import ROOT
from sites.reading import read_site

TOLD = "EX02-001"
"""The life of the script that all others are copies of: thirteen months, one visit late, one missed."""

QUIET = "QUIET"
"""A life told here: day 90 is done, nothing is due for weeks, and nobody waits for anything."""

BEDSIDE = "EX02-005"
"""The script's life whose bedside check closes 40 seconds after the moment it is told at."""

BEDSIDE_CLOSES_AFTER = timedelta(seconds=40)


@dataclass(frozen=True)
class Told:
    """The script and the rules its lives are lived under."""

    script: Script
    rules: Rules

    @property
    def study(self) -> str:
        return self.rules.protocol.id

    def acts(self, life: str, now: datetime, code: str) -> list[Act]:
        """What people do up to `now` (UTC) in one life of the script, lived by the participant `code`."""
        script = self.script.model_copy(update={"participants": {code: self.script.participants[life]}})
        return acts(script, code, self.rules.protocol, self.rules.zone, now)

    def lived(self, life: str, now: datetime, code: str) -> Iterator[Decision]:
        """Every decision of such a life up to `now` (UTC), as it is made."""
        return live(self.rules, Subject(self.study, code), self.acts(life, now, code), now)


def read_told() -> Told:
    """The demo's script under the real site's rules, without the cap."""
    script = read_script(ROOT / "console" / "demo" / "cohort.yaml")
    document = read_protocol(ROOT / script.protocol).document.model_copy(update={"cap": None})
    quiet = Life(day0=100, chapters=script.participants[TOLD].chapters, steps=_QUIET_STEPS)
    participants = {**script.participants, QUIET: quiet}
    return Told(
        script.model_copy(update={"participants": participants}),
        Rules(expand(document), read_site(ROOT / "sites" / "hefei.yaml")),
    )


def renamed(events: Sequence[ParticipantEvent], old: str, new: str) -> list[ParticipantEvent]:
    """The same events of another participant: a life lived once can be given to a thousand."""
    return [_renamed(event, old.encode(), new.encode()) for event in events]


def codes(prefix: str, count: int) -> list[str]:
    """Participant codes, all of one length."""
    return [f"{prefix}-{number:05}" for number in range(count)]


_QUIET_STEPS = (Step(at="D90 10:00", record="D90"),)


def _renamed(event: ParticipantEvent, old: bytes, new: bytes) -> ParticipantEvent:
    type_, version, body = encode_event(event)
    told = orjson.loads(orjson.dumps(body).replace(old, new))
    return cast(ParticipantEvent, decode_event(type_, version, told))
