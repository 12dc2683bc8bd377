"""The page of a what-if: what is tried, what it would lead to, and what keeps it from being recorded.

The rule that keeps it honest: it gathers; what is found comes from `trying`, words from forms and labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from console.reading import StudyLook
from console.web.form_pages import is_about
from console.web.forms.allowed import roles_for
from console.web.forms.bench import Bench, bench_of
from console.web.forms.choices import choices_of
from console.web.forms.fields import Field, fields_of
from console.web.forms.labels import label_of
from console.web.forms.titles import GROUPS, TITLES
from console.web.what_if.effects import Affected, affected
from console.web.what_if.load import Chart, charts
from console.web.what_if.recording import carried
from console.web.what_if.shifting import Movable, movable
from console.web.what_if.tries import Try
from console.web.what_if.trying import Answer, TooMuch, answer_to
from domain.permissions import PERMISSIONS
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Refused
from domain.roles import Actor, Role
from replay.applying import seen_by
from replay.change import Tried
from replay.effects import Change, Effect

AHEAD = (0, 1, 4, 12, 26)
"""Weeks for which time may go on."""

GIVERS = frozenset(role for kind, each in PERMISSIONS.items() if kind != "reach_clock" for role in each.roles)
"""Who gives any command at all, and may try one."""


@dataclass(frozen=True, slots=True)
class TriedSight:
    """One command with what became of it. `facts`: label -> what it states; `late`: its moment is over."""

    asked: Try
    title: str
    facts: tuple[tuple[str, str], ...]
    tried: Tried | None
    barrier: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """Commands of one subject that may be tried: (kind, title)."""

    title: str
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WhatIfPage:
    """`about`: a participant, or the study. `zones`: of everybody named. `too_much`: why there is no answer.

    `seen`: the versions the answer is about, as the form carries them. `reason`: one is asked for.
    """

    about: str
    weeks: int
    zone: str
    tried: tuple[TriedSight, ...]
    answer: Answer | None
    affected: tuple[Affected, ...]
    charts: tuple[Chart, ...]
    too_much: bool
    seen: str
    movable: tuple[Movable, ...]
    offered: tuple[Offered, ...]
    people: tuple[str, ...]

    @property
    def reason(self) -> bool:
        """Whether a reason has to be stated before it is recorded."""
        return self.answer is not None and bool(self.answer.reasons)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all would be another thing."""
        return not self.affected and not self.charts


def what_if(
    look: StudyLook, about: str, tries: Sequence[Try], weeks: int, actor: Actor, *, answered: bool = True
) -> WhatIfPage:
    """What these commands would lead to within so many weeks; `answered` False: they are only listed.

    Raises:
        Refused: there is no such participant.
    """
    bench = bench_of(look, None if about == STUDY_SUBJECT else about)
    answer, too_much = _answer(look, tries if answered else (), actor, weeks)
    found = answer.found if answer is not None else None
    return WhatIfPage(
        about=about,
        weeks=weeks,
        zone=bench.zone.key,
        tried=tuple(_tried(look, tries, answer)),
        answer=answer,
        affected=affected(look, _but_for_work(found.changes), about) if found is not None else (),
        charts=charts(found.work) if found is not None else (),
        too_much=too_much,
        seen=carried(seen_by(found)) if found is not None else "",
        movable=movable(bench) if actor.role in roles_for(bench, "plan_item") else (),
        offered=tuple(_offered(bench, actor.role)),
        people=tuple(each.participant for each in look.reading.participants(look.study)),
    )


def facts_of(bench: Bench, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a command states, with the words of its form."""
    kind = str(body["kind"])
    for each in fields_of(kind):
        value = _at_path(body, each.path)
        label = label_of(kind, each)
        if value not in (None, "", [], {}) and label is not None:
            yield bench.said(label), _said(bench, kind, each, value)


def _answer(look: StudyLook, tries: Sequence[Try], actor: Actor, weeks: int) -> tuple[Answer | None, bool]:
    if not tries:
        return None, False
    try:
        return answer_to(look, tries, actor, timedelta(weeks=weeks)), False
    except TooMuch:
        return None, True


def _but_for_work(changes: Sequence[Change]) -> list[Change]:
    return [each for each in changes if each.effect is not Effect.WORK]


def _tried(look: StudyLook, tries: Sequence[Try], answer: Answer | None) -> Iterator[TriedSight]:
    for number, each in enumerate(tries):
        bench = _bench(look, each.who)
        yield TriedSight(
            asked=each,
            title=bench.said(TITLES[each.kind]),
            facts=tuple(facts_of(bench, each.body)),
            tried=answer.tried[number] if answer is not None else None,
            barrier=answer.barriers[number] if answer is not None else None,
            late=answer is not None and number in answer.late,
        )


def _bench(look: StudyLook, who: str) -> Bench:
    try:
        return bench_of(look, None if who == STUDY_SUBJECT else who)
    except Refused:
        return bench_of(look, None)  # somebody new


def _offered(bench: Bench, role: Role) -> Iterator[Offered]:
    for title, kinds in GROUPS.values():
        may = [each for each in kinds if role in roles_for(bench, each) and _about(bench, each)]
        if may:
            yield Offered(bench.said(title), tuple((each, bench.said(TITLES[each])) for each in may))


def _about(bench: Bench, kind: str) -> bool:
    """Of a participant's page; on the study's, whom it is about is chosen."""
    return bench.participant is None or is_about(kind, bench.participant)


def _at_path(body: Mapping[str, Any], path: str) -> Any:
    value: Any = body
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _said(bench: Bench, kind: str, field: Field, value: Any) -> str:
    words = {each.value: each.words for each in choices_of(bench, kind, field) or ()}
    several = value if isinstance(value, list) else [value]
    return ", ".join(words.get(str(each)) or _plain(each) for each in several)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(each) for each in value.values())
    return {True: "✓", False: "✕"}.get(value, str(value)) if isinstance(value, bool) else str(value)
