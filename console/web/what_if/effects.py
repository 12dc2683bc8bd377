"""What would be another thing, by whom it concerns, with names for codes and days that can be compared.

The rule that keeps it honest: every change that `replay.effects` found is in one of the lists, and none is
judged anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import assert_never

from console.reading import StudyLook
from console.words import ALERT_KINDS, ENDS, EVENTS, STANDINGS, said
from console.words_review import DEVIATION_KINDS
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT
from domain.state import AlertKind
from replay.effects import Change, Effect


@dataclass(frozen=True, slots=True)
class Row:
    """One change. `label`: of the item, contact or event; `what`: its kind in words, where it has one.

    `days`: by how many it moves, where it stands on a day in both.
    """

    change: Change
    label: str
    what: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """Everything that would be another thing for one subject."""

    subject: str
    refused: tuple[Row, ...]
    dates: tuple[Row, ...]
    clashes: tuple[Row, ...]
    overdue: tuple[Row, ...]
    standings: tuple[Row, ...]
    alerts: tuple[Row, ...]
    deviations: tuple[Row, ...]
    stages: tuple[Row, ...]
    study: tuple[Row, ...]
    messages: tuple[Row, ...]

    @property
    def new_clashes(self) -> tuple[Row, ...]:
        """What would no longer fit."""
        return tuple(each for each in self.clashes if each.change.after is not None)


def more(rows: Sequence[Row]) -> int:
    """How many would be there that are not now."""
    return sum(each.change.before is None for each in rows)


def fewer(rows: Sequence[Row]) -> int:
    """How many would be there no more."""
    return sum(each.change.after is None for each in rows)


def affected(
    look: StudyLook, changes: Iterable[Change], first: str, other: Protocol | None = None
) -> tuple[Affected, ...]:
    """The changes by subject: `first`, the others, the study. `other`: a protocol that is tried."""
    by_subject = {subject: list(found) for subject, found in groupby(changes, key=lambda each: each.subject)}
    order = sorted(by_subject, key=lambda each: (each != first, each == STUDY_SUBJECT, each))
    return tuple(_affected(look, subject, by_subject[subject], other) for subject in order)


def _affected(look: StudyLook, subject: str, changes: Sequence[Change], other: Protocol | None) -> Affected:
    label = _labels(look, subject, other)

    def rows(*effects: Effect) -> tuple[Row, ...]:
        return tuple(_row(look, each, label) for each in changes if each.effect in effects)

    dates = rows(Effect.APPOINTMENT, Effect.WINDOW)
    return Affected(
        subject=subject,
        refused=rows(Effect.REFUSED),
        dates=tuple(sorted(dates, key=lambda each: each.change.before or each.change.after or "")),
        clashes=rows(Effect.CLASH),
        overdue=rows(Effect.OVERDUE),
        standings=rows(Effect.STANDING),
        alerts=rows(Effect.ALERT),
        deviations=rows(Effect.DEVIATION),
        stages=rows(Effect.STAGE),
        study=rows(Effect.STUDY),
        messages=rows(Effect.NOTICES),
    )


def _labels(look: StudyLook, subject: str, other: Protocol | None) -> Callable[[str], str]:
    row = look.reading.participant(look.study, subject)
    protocol = look.protocol(row) if row is not None else look.study_rules().protocol

    def label(code: str) -> str:
        if other is not None and code in other.items and code not in protocol.items:
            return other.items[code].labels.in_language(look.language)
        return look.item_label(protocol, code)

    return label


def _row(look: StudyLook, change: Change, label: Callable[[str], str]) -> Row:
    match change.effect:
        case Effect.ALERT:
            _, item, kind, *_again = [*change.about.split("/"), "", ""]
            kinds = {each.value: each for each in AlertKind}
            return Row(change, label(item), said(ALERT_KINDS, kinds.get(kind, kind), look.language))
        case Effect.DEVIATION:
            item, kind, *_again = [*change.about.split("/"), ""]
            return Row(change, label(item), said(DEVIATION_KINDS, kind, look.language))
        case Effect.OVERDUE | Effect.STANDING:
            before, after = (said(STANDINGS, each, look.language) if each else None for each in _both(change))
            return Row(replace(change, before=before, after=after), label(change.about))
        case Effect.WINDOW | Effect.APPOINTMENT:
            return Row(change, label(change.about), days=_days(change.before, change.after))
        case Effect.STUDY:
            kind, *about = change.about.removesuffix(")").split(" ")
            return Row(change, label(about[0] if about else ""), said(EVENTS, kind, look.language))
        case Effect.STAGE:
            before, after = (_stage(look, each) for each in _both(change))
            return Row(replace(change, before=before, after=after), "")
        case Effect.REFUSED | Effect.NOTICES | Effect.CLASH | Effect.WORK:
            return Row(change, change.about)
        case _:
            assert_never(change.effect)


def _both(change: Change) -> tuple[str | None, str | None]:
    return change.before, change.after


def _stage(look: StudyLook, code: str | None) -> str | None:
    stages = {each.code: each.labels for each in look.study_rules().protocol.document.stages}
    if not code or code not in stages:
        return said(ENDS, code, look.language) if code else None
    return stages[code].in_language(look.language)


def _days(before: str | None, after: str | None) -> int | None:
    """By how many days what is written moves: from its first day to its first day."""
    if before is None or after is None:
        return None
    try:
        return (date.fromisoformat(after[:10]) - date.fromisoformat(before[:10])).days
    except ValueError:
        return None
