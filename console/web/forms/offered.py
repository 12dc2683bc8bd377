"""What somebody may do now about a participant or the study, by subject.

The rule that keeps it honest: only what their role may give, and for which the record has something to give
it about; the answer judges all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.web.forms.allowed import roles_for
from console.web.forms.bench import Bench
from console.web.forms.choices import choices_of
from console.web.forms.fields import Widget, fields_of
from console.web.forms.titles import GROUPS, LEADS, TITLES
from domain.product.collected import part_of
from domain.product.custody import is_released
from domain.roles import Role
from domain.state import Outcome, State


@dataclass(frozen=True, slots=True)
class Action:
    """One command that can be given. `choices`: how many things it could be about; None: itself."""

    kind: str
    title: str
    lead: str
    choices: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Actions about one subject."""

    code: str
    title: str
    actions: tuple[Action, ...]


_STUDY_ONLY = frozenset({"conduct"})
_BOTH = frozenset({"alerts"})


def offered(bench: Bench, role: Role) -> tuple[Group, ...]:
    """What somebody of a role may do now, by subject."""
    of_study = bench.participant is None
    found: list[Group] = []
    for code, (title, kinds) in GROUPS.items():
        subjects = [each for each in kinds if _about(code, each, of_study=of_study)]
        actions = [_action(bench, each) for each in subjects if _now(bench, each, role)]
        if actions:
            found.append(Group(code, bench.said(title), tuple(actions)))
    return tuple(found)


def _about(group: str, kind: str, *, of_study: bool) -> bool:
    if group in _BOTH:
        return True
    return of_study is (group in _STUDY_ONLY or kind == "register_participant")


def _action(bench: Bench, kind: str) -> Action:
    return Action(kind, bench.said(TITLES[kind]), bench.said(LEADS[kind]), _about_how_many(bench, kind))


def _now(bench: Bench, kind: str, role: Role) -> bool:
    if role not in roles_for(bench, kind) or _about_how_many(bench, kind) == 0:
        return False
    state, when = bench.state, _WHEN.get(kind)
    return when is None or (state is not None and when(state))


def _about_how_many(bench: Bench, kind: str) -> int | None:
    """How many things the command could be about; None where it is about nothing that is chosen."""
    for each in fields_of(kind):
        if each.required and each.widget is Widget.LINE:
            choices = choices_of(bench, kind, each)
            if choices is not None:
                return len(choices)
    return None


def _product(wanted: Callable[[State], bool]) -> Callable[[State], bool]:
    return lambda state: part_of(state) is not None and wanted(state)


def _collected(state: State) -> bool:
    newest = state.holding.newest
    return newest is not None and newest.failure is None


def _unreleased(state: State) -> bool:
    part, newest = part_of(state), state.holding.newest
    return (
        part is not None
        and newest is not None
        and newest.failure is None
        and not is_released(state, part, newest)
    )


def _to_bind(state: State) -> bool:
    part, newest = part_of(state), state.holding.newest
    if part is None or state.item(part.collected_at).outcome is not Outcome.DONE:
        return False
    return newest is None or newest.failure is not None


_WHEN: Mapping[str, Callable[[State], bool]] = {
    "bind_identity": _product(_to_bind),
    "correct_identity": _product(lambda state: state.holding.number is not None),
    "hand_over": _product(_collected),
    "complete_manufacture": _product(lambda state: _unreleased(state) and not _made(state)),
    "test_product": _product(lambda state: _unreleased(state) and _made(state)),
    "release_product": _product(lambda state: _unreleased(state) and _made(state)),
    "release_conditionally": _product(lambda state: _unreleased(state) and _made(state)),
    "fail_product": _product(_collected),
    "record_progression": lambda state: state.progression is None,
    "end_participation": lambda state: state.ending is None,
}
"""When a command makes sense that is about nothing that is chosen."""


def _made(state: State) -> bool:
    newest = state.holding.newest
    return newest is not None and newest.made is not None
