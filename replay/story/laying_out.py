"""A played path as the steps of a story, and steps as text: times counted from day 0, stages as headings.

The rule that keeps it honest: every command that was taken is there and no other; what follows a command
stands beside it as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from domain.roles import Role
from replay.cohort.played import PlayedStudy, Step

StepValue = dict[str, Any]
"""One step as it is written."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)")
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Counting:
    """Turns what was said into what a story writes: days counted from day 0, the participant as {who}.

    `first`, `last`: the days between which a day is counted; another one means itself, as a birthday does.
    """

    who: str
    zero: date
    zone: ZoneInfo
    first: date
    last: date

    def moment(self, at: datetime) -> str:
        """A moment as a story tells it: D28 09:30."""
        local = at.astimezone(self.zone)
        clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        return f"D{(local.date() - self.zero).days} {clock}"

    def said(self, value: Any) -> Any:
        """A command's body as a story tells it."""
        match value:
            case dict():
                return {key: self.said(each) for key, each in value.items()}
            case list() | tuple():
                return [self.said(each) for each in value]
            case str() if _TIME.fullmatch(value):
                return f"@{self.moment(datetime.fromisoformat(value))}"
            case str() if _DAY.fullmatch(value):
                day = date.fromisoformat(value)
                return f"@D{(day - self.zero).days}" if self.first <= day <= self.last else value
            case str():
                return value.replace(self.who, "{who}")
            case _:
                return value


def steps_of(path: PlayedStudy, counting: Counting, later_versions: Iterable[str]) -> list[StepValue]:
    """What is asked, step by step, from the publishing of later versions to a look at the end."""
    before, after = path.began - timedelta(minutes=1), path.ended + timedelta(minutes=1)
    news = [
        {"at": counting.moment(before), "who": "study", "publish": {"protocol": each}}
        for each in later_versions
    ]
    taken = (each for each in path.steps if each.refused is None)
    asked = [
        _together(list(group), counting)
        for _, group in groupby(taken, key=lambda each: (each.at, each.subject, each.body["actor"]))
    ]
    return [*news, *asked, {"at": counting.moment(after)}]


def text_of(comments: str, head: Mapping[str, Any], steps: Sequence[tuple[str | None, StepValue]]) -> str:
    """The file: comments, what stands above the steps, and the steps, each with its heading if it has one."""
    lines = [f"{key}: {_flow(value)}\n" for key, value in head.items()]
    return "".join([comments, *lines, "steps:\n", *(part for each in steps for part in _told(*each))])


def _together(steps: list[Step], counting: Counting) -> StepValue:
    """The commands that one person gives at one moment, as one step."""
    first, actor = steps[0], steps[0].body["actor"]
    role, id_ = actor["role"], actor["id"]
    bodies = [
        counting.said({key: each for key, each in step.body.items() if key not in ("actor", "simulated")})
        for step in steps
    ]
    by = role if id_ == f"{role}-1" else {"id": id_, "role": role}
    return {
        "at": counting.moment(first.at),
        **({"who": first.subject} if first.subject != counting.who else {}),
        **({"by": by} if by != Role.COORDINATOR else {}),
        "when": bodies[0] if len(bodies) == 1 else bodies,
    }


def _told(heading: str | None, step: StepValue) -> Iterator[str]:
    if heading is not None:
        yield f"  # {heading}\n"
    for number, (key, value) in enumerate(step.items()):
        yield f"  {'  ' if number else '- '}{key}:{_value(value)}"


def _value(value: Any) -> str:
    """After its key: on the same line if it fits, else on lines of its own."""
    flow = _flow(value)
    if len(flow) < _WIDTH or not isinstance(value, list | dict):
        return f" {flow}\n"
    if isinstance(value, list):
        return "\n" + "".join(f"      - {_flow(each)}\n" for each in value)
    return "\n" + "".join(f"      {key}: {_flow(each)}\n" for key, each in value.items())


def _flow(value: Any) -> str:
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return text.removesuffix("\n").removesuffix("\n...")
