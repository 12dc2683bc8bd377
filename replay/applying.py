"""Giving the commands of a what-if for good, all of them or none.

The rule that keeps it honest: what is sent is exactly what was tried, with the versions it was tried on, so
that the desk takes it only while the record is still the one that was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.hearing import stream_of
from activities.together import TOGETHER
from domain.recorded import STUDY_SUBJECT
from replay.change import WhatWouldBe


class NotApplicable(ValueError):
    """What was tried cannot be given as one; the text says why."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One command that holds all: `subject` hears it, `others` want to be told afterwards."""

    subject: str
    body: dict[str, Any]
    others: tuple[str, ...]


def as_one(found: WhatWouldBe, now: datetime) -> Whole:
    """The commands of a what-if as one, to be given at `now` (UTC).

    Raises:
        NotApplicable: one would be refused, lies ahead, or several people would give them.
    """
    for number, each in enumerate(found.tried, start=1):
        what = f"command {number} ({each.trial.body.get('kind')} of {each.trial.subject})"
        if each.refused is not None:
            raise NotApplicable(f"{what} would be refused [{each.refused}]: {each.text}")
        if each.trial.at > now:
            raise NotApplicable(f"{what} lies ahead ({each.trial.at.isoformat()}): give it when it is time")
    actors = [each.trial.body.get("actor") for each in found.tried]
    if any(each != actors[0] for each in actors):
        raise NotApplicable("several people would give them: one person gives all of them, or each their own")
    subjects = tuple(dict.fromkeys(each.trial.subject for each in found.tried))
    subject = subjects[0] if len(subjects) == 1 else STUDY_SUBJECT
    body = {
        "kind": TOGETHER,
        "actor": actors[0],
        "seen": {each: found.heads.get(stream_of(found.study, each), 0) for each in _looked_at(subjects)},
        "parts": [_part(each.trial.subject, each.trial.body) for each in found.tried],
    }
    return Whole(subject, body, tuple(each for each in subjects if each != subject))


def _looked_at(subjects: tuple[str, ...]) -> tuple[str, ...]:
    # Others may have taken a turn or a place meanwhile: then what was shown is not what would happen.
    return tuple(dict.fromkeys((*subjects, STUDY_SUBJECT)))


def _part(subject: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"subject": subject, "command": {name: each for name, each in body.items() if name != "actor"}}
