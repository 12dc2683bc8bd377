"""Change what-if: commands tried on the record as it stands, and time going on to a horizon.

The rule that keeps it honest: the record is taken as it is, the commands are heard by the desk's own hearing,
and both courses, with and without them, run on to the same moment; nothing is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.hearing import Hearing, Provenance
from activities.rulebook import Rulebook
from domain.recorded import STUDY_SUBJECT
from replay.course import Course
from replay.effects import Change, changes
from replay.history import Asked, Foreign, History
from replay.paper import Paper
from replay.patience import Patience
from replay.plans import Load, loads, plan_changes


@dataclass(frozen=True, slots=True)
class Trial:
    """One command to try: its JSON body, asked of a subject at a moment (UTC)."""

    subject: str
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one command: events by type, or why it would be refused."""

    trial: Trial
    events: tuple[str, ...]
    refused: str | None
    text: str


@dataclass(frozen=True, slots=True)
class WhatWouldBe:
    """What the commands lead to by `until` (UTC). `heads`: the record's versions they were tried on.

    `work`: the visits of each week without and with them, equal ones included.
    """

    study: str
    until: datetime
    heads: dict[str, int]
    tried: tuple[Tried, ...]
    changes: tuple[Change, ...]
    work: tuple[Load, ...]


def try_change(
    history: History,
    study: str,
    trials: Sequence[Trial],
    until: datetime,
    provenance: Provenance,
    patience: Patience | None = None,
) -> WhatWouldBe:
    """Try commands on a study's record, in the order of their moments, and let time go on to `until`.

    Messages are counted without those that say at the last rung once more what was said there before.

    Raises:
        Foreign: nothing is recorded of the study, or a moment is before what is on the record already.
        replay.course.Standstill: a deadline never passes.
        replay.patience.OutOfPatience: it takes too long.
    """
    course = _as_it_stands(history.of(study), study, provenance, patience)
    in_order = sorted(trials, key=lambda each: each.at)
    newest = _newest(course)
    early = next((each for each in in_order if each.at < newest), None)
    if early is not None or until < newest:
        asked_for = early.at if early is not None else until
        raise Foreign(f"{asked_for.isoformat()} is before the newest record ({newest.isoformat()})")
    heads = {stream: course.paper.head(stream).version for stream in course.paper.streams()}
    before, after = course, course.fork()
    tried = tuple(_tried(after, each, number) for number, each in enumerate(in_order, start=1))
    last = in_order[-1].at if in_order else newest
    before.pass_time(last)
    work = loads(before, after, last)
    planned = list(plan_changes(before, after, last, work))
    before.pass_time(until)
    after.pass_time(until)
    found = [*planned, *changes(before, after, until)]
    found.sort(key=lambda each: (each.subject == STUDY_SUBJECT, each.subject))
    return WhatWouldBe(study, until, heads, tried, tuple(found), work)


def _as_it_stands(history: History, study: str, provenance: Provenance, patience: Patience | None) -> Course:
    if not history.entries:
        raise Foreign(f"nothing is recorded of study {study!r}")
    paper = Paper(history.documents)
    subjects: dict[str, None] = {}
    for entry in history.entries:
        if isinstance(entry, Asked):
            paper.keep(entry.events)
            paper.settle_command(entry.command)
            subjects[entry.subject] = None
        else:
            paper.keep([entry.event])
    course = Course(paper, Hearing(Rulebook(), provenance), study, quiet=True, patience=patience)
    for subject in (*subjects, STUDY_SUBJECT):
        course.look(subject)
    return course


def _newest(course: Course) -> datetime:
    moments = [course.paper.head(stream).recorded_at for stream in course.paper.streams()]
    return max(each for each in moments if each is not None)


def _tried(course: Course, trial: Trial, number: int) -> Tried:
    outcome = course.ask(trial.subject, trial.body, trial.at, f"what-if/{number}")
    return Tried(trial, tuple(outcome.events), outcome.refused, outcome.text)
