"""The trial of what somebody asks about: the record without it and with it, side by side up to a moment.

The rule that keeps it honest: one snapshot of the store, `replay.change` over it, and nothing is written; a
command whose moment is over is said to be so and none is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from activities.hearing import Provenance
from console.reading import StudyLook
from console.web.forms.bench import bench_of
from console.web.what_if.shifting import lacks_reason
from console.web.what_if.tries import Try, barrier
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Refused
from domain.roles import Actor
from replay.change import Trial, Tried, WhatWouldBe, try_change
from replay.course import Standstill
from replay.history import Asked, Foreign, History, history_of
from replay.patience import OutOfPatience, Patience

SECONDS = 15.0
"""So long somebody waits for an answer."""

MOST_EVENTS = 60_000
"""A record with more is read for so long that nobody would wait for it here."""

NOT_STATED = "(not stated yet)"
"""Stands for a reason that is asked for once the move is recorded: no rule reads it."""

_ONLY_LOOKED = Provenance(software="", zone_table="")


class TooMuch(Exception):
    """The answer takes longer than anybody waits for a page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`tried`: what became of each command, as asked; `barriers`: why each is not recorded from here.

    `late`: numbers of the commands whose moment is before the newest record or now: then nothing was tried.
    `reasons`: of these somebody has to state the reason before they are recorded.
    """

    found: WhatWouldBe | None
    tried: tuple[Tried | None, ...]
    barriers: tuple[str | None, ...]
    late: frozenset[int]
    reasons: frozenset[int]

    @property
    def recordable(self) -> bool:
        """Whether exactly this can be recorded as one."""
        return self.found is not None and bool(self.tried) and not any(self.barriers)


def answer_to(look: StudyLook, tries: Sequence[Try], actor: Actor, ahead: timedelta) -> Answer:
    """What these commands of one person would lead to, with time going on for `ahead`.

    Raises:
        TooMuch: it takes too long.
        Refused: one is about somebody who is not on the record.
    """
    history = _history(look)
    now = max(look.now, _newest(history))
    late = frozenset(number for number, each in enumerate(tries) if each.at is not None and each.at < now)
    reasons = frozenset(number for number, each in enumerate(tries) if _without_reason(look, each))
    if late:
        nothing = (None,) * len(tries)
        return Answer(None, nothing, nothing, late, reasons)
    trials = [_trial(each, actor, now, unstated=number in reasons) for number, each in enumerate(tries)]
    until = max([now + ahead, *(each.at for each in trials)])
    try:
        found = try_change(history, look.study, trials, until, _ONLY_LOOKED, Patience(SECONDS))
    except (OutOfPatience, Standstill) as error:
        raise TooMuch(str(error)) from error
    became = {id(each.trial): each for each in found.tried}
    tried = tuple(became[id(each)] for each in trials)
    return Answer(found, tried, tuple(map(_barrier, tries, tried, [now] * len(tries))), late, reasons)


def trial_of(each: Try, actor: Actor, now: datetime) -> Trial:
    """The command in the name of whoever tries it."""
    body: dict[str, Any] = {**each.body, "actor": actor.model_dump(mode="json")}
    return Trial(each.who, body, each.at or now)


def _history(look: StudyLook) -> History:
    if look.reading.position() > MOST_EVENTS:
        raise TooMuch(f"the record holds more than {MOST_EVENTS} events")
    try:
        return history_of(look.reading).of(look.study)
    except Foreign as error:
        raise TooMuch(str(error)) from error


def _newest(history: History) -> datetime:
    return max(
        event.stamp.recorded_at
        for entry in history.entries
        for event in (entry.events if isinstance(entry, Asked) else (entry.event,))
    )


def _trial(each: Try, actor: Actor, now: datetime, *, unstated: bool) -> Trial:
    trial = trial_of(each, actor, now)
    return Trial(trial.subject, {**trial.body, "reason": NOT_STATED}, trial.at) if unstated else trial


def _barrier(each: Try, tried: Tried, now: datetime) -> str | None:
    return "refused" if tried.refused is not None else barrier(each, now)


def _without_reason(look: StudyLook, each: Try) -> bool:
    if each.who == STUDY_SUBJECT:
        return False
    try:
        state = bench_of(look, each.who).state
    except Refused:
        return False  # somebody new: the trial says so, if it is not the registration
    return lacks_reason(state, each.body)
