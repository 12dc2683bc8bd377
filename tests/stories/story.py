"""Reading and playing a story: a YAML file of steps, each with what is done and what must follow.

The rule that keeps it honest: a story holds raw command bodies and local times, so that the same file can be
played on the pure core and through a server; each step's expectations are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field

from domain import Rules
from domain.commands import Command, parse_command
from protocols.reading import read_protocol
from tests.domain import builders, cycles
from tests.support.cohort import ToldOf
from tests.support.lives import Teller, Told

CHAPTERS = {
    "screened": builders.screened,
    "enrolled": builders.enrolled,
    "collected": builders.collected,
    "released": builders.released,
    "conditioned": builders.conditioned,
    "cleared": builders.cleared,
    "infused": builders.infused,
    "followed": builders.followed,
    "dosed": cycles.dosed,
    "cycled": cycles.cycled,
}
"""What happened before a story begins, told elsewhere."""


AMENDMENTS = builders.ROOT / "protocols" / "amendments"


class Person(BaseModel):
    """A participant of a story of several: consent on a day, then the usual way `until` an item or a gate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    consent: date
    until: str


class Step(BaseModel):
    """At a local time somebody does something, or (`do` left out) only time passes.

    In a story of several, `who` is a participant or "study", `then` the types on that stream, `study` those
    on the study's, and `alerts` the study's own.

    `then`: the types of all events of this step. `refused`: a code and a piece of the sentence. `alerts`: all
    that are open, with status and rung. `stands`: how some items stand. `next`: what is waited for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str
    who: str | None = None
    by: str = "coordinator"
    do: dict[str, Any] | None = None
    then: tuple[str, ...] | None = None
    study: tuple[str, ...] | None = None
    refused: tuple[str, str] | None = None
    alerts: dict[str, tuple[str, int]] | None = None
    stands: dict[str, str] = Field(default_factory=dict)
    next: str | None = None

    def command(self) -> Command | None:
        """What is done, as a command."""
        if self.do is None:
            return None
        actor = {"id": f"{self.by.replace('_', '-')}-1", "role": self.by}
        return parse_command({"actor": actor, **self.do})


class Story(BaseModel):
    """A title that promises something, the world it happens in, and its steps.

    `published`: files of protocols/amendments whose versions are published beside the first. `people`: a
    story of several participants and their study.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    promise: str
    protocol: str = "NCT06642025"
    zone: str = "Asia/Shanghai"
    after: str | None = None
    published: tuple[str, ...] = ()
    people: dict[str, Person] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)

    def rules(self) -> Rules:
        """The protocol at the plain test site of that zone."""
        rules = builders.rules(self.protocol, self.zone)
        later = (read_protocol(AMENDMENTS / f"{each}.yaml") for each in self.published)
        return replace(rules, versions=(rules.protocol, *later))

    def before(self) -> Told:
        """What happened before the first step."""
        return CHAPTERS[self.after]() if self.after is not None else []

    def lives(self) -> Iterator[ToldOf]:
        """What each of several did before the first step, in order of time."""
        first = self.instant(self.steps[0])
        protocol, zone = self.rules().protocol, ZoneInfo(self.zone)
        for code, person in self.people.items():
            for moment, command in Teller(protocol, zone, code).until_infusion(person.consent):
                assert moment < first, f"{code} is not yet at {person.until} when the first step is told"
                yield moment, code, command
                if person.until in (getattr(command, "item", None), getattr(command, "gate", None)):
                    break

    def instant(self, step: Step) -> datetime:
        """The step's moment (UTC)."""
        return builders.at(step.at, ZoneInfo(self.zone))


def read_story(path: Path) -> Story:
    """The story in a YAML file."""
    return Story.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
