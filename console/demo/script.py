"""Reading the demo's script: who does what, and when, relative to today.

The rule that keeps it honest: the script holds only what people do; every deadline, alert and deviation on
the way comes from the core.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field

from domain.commands import Command, parse_command
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code
from domain.roles import Role
from domain.span import parse_span
from domain.stated import Stated

_AT = re.compile(r"^((?P<whose>\S+) )?(?P<from>[DT])(?P<days>-?\d+)(?: (?P<clock>\d{2}:\d{2}))?$")


class Step(BaseModel):
    """One act of a person. Exactly one of the verbs is given.

    `do` is any command in its JSON shape: a text "@D3 09:00" in it becomes that time, "@month D3" its month
    alone, "{who}" the participant's code. `publish`: a protocol version, by its path in the checkout. `by`:
    who asks, where the verb does not say. `refused`: the code of the refusal that the script expects; without
    it nothing in the script may be refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str
    happened: str | None = None
    reason: str | None = None
    register_: dict[str, str] | None = Field(default=None, alias="register")
    results: str | None = None
    sign: str | None = None
    record: str | None = None
    miss: str | None = None
    plan: str | None = None
    to: str | None = None
    acknowledge: str | None = None
    progression: str | None = None
    end: str | None = None
    do: dict[str, Any] | None = None
    publish: Path | None = None
    by: Role | None = None
    refused: Code | None = None


class Life(BaseModel):
    """One participant: `day0` is how many days ago their day 0 was (negative: ahead)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day0: int | None = None
    chapters: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


class Script(BaseModel):
    """The whole cohort. Paths are relative to the checkout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: Path
    site: Path
    people: dict[Role, str]
    results: dict[str, tuple[dict[str, str], ...]]
    chapters: dict[str, tuple[Step, ...]]
    participants: dict[str, Life]
    study: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One command at the moment (UTC) it is given. `refused`: the refusal the script expects."""

    at: datetime
    command: Command
    subject: str = ""
    refused: Code | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A protocol version published at a moment (UTC)."""

    at: datetime
    path: Path


def read_script(path: Path) -> Script:
    """The script in a YAML file."""
    return Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def acts(
    script: Script,
    participant: str,
    protocol: Protocol,
    zone: ZoneInfo,
    now: datetime,
    until: datetime | None = None,
) -> list[Act]:
    """What people do for one participant up to `until` (UTC), in order of time.

    Relative times count back from `now` (UTC), which is also the end if there is no other.
    """
    life = script.participants[participant]
    told = [step for chapter in life.chapters for step in script.chapters[chapter]] + list(life.steps)
    calendar = _Calendar(script, participant, zone, now)
    found = [act for step in told for act in _acts_of(script, participant, step, protocol, calendar)]
    return sorted((act for act in found if act.at <= (until or now)), key=lambda act: act.at)


def acts_of_all(
    script: Script, protocol: Protocol, zone: ZoneInfo, now: datetime, until: datetime | None = None
) -> list[Act]:
    """What people do for everybody and for the study up to `until` (UTC), in order of time."""
    calendar = _Calendar(script, STUDY_SUBJECT, zone, now)
    of_study = [
        act
        for step in script.study
        if step.publish is None
        for act in _acts_of(script, STUDY_SUBJECT, step, protocol, calendar)
    ]
    found = [act for act in of_study if act.at <= (until or now)]
    for participant in script.participants:
        found += acts(script, participant, protocol, zone, now, until)
    return sorted(found, key=lambda act: act.at)


def publications(script: Script, zone: ZoneInfo, now: datetime) -> list[Publication]:
    """The protocol versions the script publishes, in order of time; it counts back from `now` (UTC)."""
    calendar = _Calendar(script, STUDY_SUBJECT, zone, now)
    found = [
        Publication(calendar.instant(step.at), step.publish)
        for step in script.study
        if step.publish is not None
    ]
    return sorted(found, key=lambda each: each.at)


class _Calendar:
    """Turns the script's relative times into instants."""

    def __init__(self, script: Script, who: str, zone: ZoneInfo, now: datetime) -> None:
        self._now = now
        self._zone = zone
        self._today = now.astimezone(zone).date()
        self._lives = script.participants
        self._who = who

    def instant(self, text: str) -> datetime:
        stated = self.stated(text)
        if isinstance(stated, datetime):
            return stated.astimezone(UTC)
        raise ValueError(f"{text!r} needs a time of day, as in 'D-5 09:00'")

    def stated(self, text: str) -> Stated:
        if text[:2] in ("N-", "N+"):
            away = parse_span(text[2:]).elapsed
            return (self._now + away if text[1] == "+" else self._now - away).astimezone(self._zone)
        match = _AT.match(text)
        if match is None:
            raise ValueError(f"{text!r} is not a time of the script: write D-5 09:00, T-3 09:00 or N-PT6H")
        day = self._origin(match["from"], match["whose"] or self._who) + timedelta(days=int(match["days"]))
        if match["clock"] is None:
            return day
        return datetime.combine(day, time.fromisoformat(match["clock"]), self._zone)

    def filled(self, value: Any) -> Any:
        """The same with every "@time" turned into that time and "{who}" into the participant's code."""
        match value:
            case str() if value.startswith("@month "):
                return self.stated(value.removeprefix("@month ")).isoformat()[: len("2026-03")]
            case str() if value.startswith("@"):
                return self.stated(value[1:]).isoformat()
            case str():
                return value.replace("{who}", self._who)
            case dict():
                return {key: self.filled(each) for key, each in value.items()}
            case list() | tuple():
                return [self.filled(each) for each in value]
            case _:
                return value

    def _origin(self, letter: str, who: str) -> date:
        if letter == "T":
            return self._today
        life = self._lives.get(who)
        if life is None or life.day0 is None:
            raise ValueError(f"times counted from day 0 need the `day0` of {who}")
        return self._today - timedelta(days=life.day0)


def _acts_of(
    script: Script, participant: str, step: Step, protocol: Protocol, calendar: _Calendar
) -> Iterator[Act]:
    at = calendar.instant(step.at)
    happened = calendar.stated(step.happened or step.at).isoformat()
    for order, (role, body) in enumerate(_bodies(script, participant, step, protocol, calendar, happened)):
        actor = {"id": script.people[role], "role": role.value, "method": "simulated"}
        # Results typed in one sitting follow each other by a second.
        moment = at + timedelta(seconds=order)
        yield Act(moment, parse_command({**body, "actor": actor}), participant, step.refused)


def _bodies(
    script: Script, participant: str, step: Step, protocol: Protocol, calendar: _Calendar, happened: str
) -> Iterator[tuple[Role, dict[str, Any]]]:
    by = step.by or Role.COORDINATOR
    if step.do is not None:
        yield by, calendar.filled(step.do)
    elif step.register_ is not None:
        known = [{"observation": name, "value": value} for name, value in step.register_.items()]
        yield by, {"kind": "register_participant", "happened": happened, "results": known, "simulated": True}
    elif step.results is not None:
        for result in script.results[step.results]:
            yield by, {"kind": "record_result", "result": {**result, "on": happened}}
    elif step.sign is not None:
        meaning = protocol.gates[step.sign].meaning
        yield Role.INVESTIGATOR, {"kind": "sign_gate", "gate": step.sign, "meaning": meaning}
    elif step.record is not None:
        yield by, {"kind": "record_item", "item": step.record, "happened": happened}
    elif step.plan is not None and step.to is not None:
        appointment = calendar.stated(step.to).isoformat()
        why = {"reason": step.reason} if step.reason else {}
        yield by, {"kind": "plan_item", "item": step.plan, "appointment": appointment, **why}
    elif step.acknowledge is not None:
        yield by, {"kind": "acknowledge_alert", "alert": f"{participant}/{step.acknowledge}"}
    else:
        yield by, _ending(step, happened)


def _ending(step: Step, happened: str) -> dict[str, Any]:
    if step.miss is not None:
        return {"kind": "miss_visit", "item": step.miss, "reason": step.reason}
    if step.progression is not None:
        return {"kind": "record_progression", "happened": happened, "detail": step.progression}
    if step.end is not None:
        return {"kind": "end_participation", "end": step.end, "happened": happened, "reason": step.reason}
    raise ValueError(f"the step at {step.at} says nothing that is done")
