"""Giving the commands of a what-if for good, all of them or none.

The rule that keeps it honest: what is sent is exactly what was tried, with the versions it was tried on, so
that the desk takes it only while the record is still the one that was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.hearing import stream_of
from activities.together import LEAVES_A_RECORD, SIGNATURES, TOGETHER
from domain.recorded import STUDY_SUBJECT
from replay.change import Trial, WhatWouldBe


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
        NotApplicable: one would be refused, lies ahead, is given by itself only, or several people would give
            them.
    """
    for number, each in enumerate(found.tried, start=1):
        what = f"command {number} ({each.trial.body.get('kind')} of {each.trial.subject})"
        if each.refused is not None:
            raise NotApplicable(f"{what} would be refused [{each.refused}]: {each.text}")
        if each.trial.at > now:
            raise NotApplicable(f"{what} lies ahead ({each.trial.at.isoformat()}): give it when it is time")
        if each.trial.body.get("kind") in LEAVES_A_RECORD:
            raise NotApplicable(f"{what} leaves a record even when it is refused: give it by itself")
        if each.trial.body.get("kind") in SIGNATURES:
            raise NotApplicable(f"{what} is a signature, over what its signer is shown: give it by itself")
    trials = [each.trial for each in found.tried]
    actors = [each.body.get("actor") for each in trials]
    if any(each != actors[0] for each in actors):
        raise NotApplicable("several people would give them: one person gives all of them, or each their own")
    return whole_of(trials, seen_by(found))


def seen_by(found: WhatWouldBe) -> dict[str, int]:
    """The version of each stream that the commands are about, when they were tried, and of the study's."""
    subjects = dict.fromkeys(each.trial.subject for each in found.tried)
    return {
        # Others may have taken a turn or a place meanwhile: then what was shown is not what would happen.
        each: found.heads.get(stream_of(found.study, each), 0)
        for each in dict.fromkeys((*subjects, STUDY_SUBJECT))
    }


def whole_of(trials: Sequence[Trial], seen: Mapping[str, int]) -> Whole:
    """These commands, of one person, as one. `seen`: the versions of the streams they were tried on."""
    subjects = tuple(dict.fromkeys(each.subject for each in trials))
    subject = subjects[0] if len(subjects) == 1 else STUDY_SUBJECT
    body = {
        "kind": TOGETHER,
        "actor": trials[0].body.get("actor"),
        "seen": dict(seen),
        "parts": [_part(each.subject, each.body) for each in trials],
    }
    return Whole(subject, body, tuple(each for each in subjects if each != subject))


def _part(subject: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"subject": subject, "command": {name: each for name, each in body.items() if name != "actor"}}
