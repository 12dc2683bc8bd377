"""Ladders: everything that can be late has one, and each can be climbed.

The rule that keeps it honest: a ladder's delays have a fixed length, so that a frozen one needs no calendar.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.protocol.check_order import unknown_code
from domain.protocol.check_windows import is_negative, is_positive
from domain.protocol.document import Gate, Ladder, Milestone, ProtocolDocument, Visit
from domain.protocol.problem import Path, Problem
from domain.roles import Role
from domain.span import Span


def ladder_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """Ladders that are named and absent, and ladders that nobody could climb."""
    known = tuple(ladder.code for ladder in document.ladders)
    for path, user in _users(document):
        yield from unknown_code((*path, "ladder"), user.ladder, known, "ladder")
    for index, ladder in enumerate(document.ladders):
        yield from _ladder(ladder, ("ladders", index))


def _users(document: ProtocolDocument) -> Iterator[tuple[Path, Milestone | Visit | Gate]]:
    """Whatever alerts: gates, visits, and milestones that have a window."""
    for index, gate in enumerate(document.gates):
        yield ("gates", index), gate
    for index, visit in enumerate(document.visits):
        yield ("visits", index), visit
    for index, milestone in enumerate(document.milestones):
        if milestone.window is not None:
            yield ("milestones", index), milestone


def _ladder(ladder: Ladder, path: Path) -> Iterator[Problem]:
    for position, rung in enumerate(ladder.rungs):
        inner = (*path, "rungs", position)
        yield from _fixed_length((*inner, "after"), rung.after)
        if is_negative(rung.after):
            yield Problem((*inner, "after"), f"{rung.after} goes back in time", "write it without a sign")
        if rung.tell is Role.SYSTEM:
            yield Problem((*inner, "tell"), "the machine cannot be told", "name a role that people have")
    for name in ("repeat_every", "acknowledgement_lasts", "snooze_at_most"):
        span: Span = getattr(ladder, name)
        yield from _fixed_length((*path, name), span)
        if not is_positive(span):
            yield Problem((*path, name), f"{span} is no time at all", "write a duration such as P1D or PT30M")


def _fixed_length(path: Path, span: Span) -> Iterator[Problem]:
    if span.months:
        yield Problem(path, f"{span} counts months, which have no fixed length", "write days, such as P30D")
