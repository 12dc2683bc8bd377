"""The fields of a command's form, read from the command's own model.

The rule that keeps it honest: a field that a model has is asked for, and none besides; a type that no widget
is known for is an error and not a text box.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from domain.commands import COMMAND_TYPES, Asked, SignedAsk, StatedResult, Text
from domain.commands.product import Persons
from domain.safety.partial import PartialField
from domain.safety.seen import Measured
from domain.stated import Instant, StatedField


class Widget(StrEnum):
    """How a field is asked for."""

    LINE = "line"
    LONG = "long"
    WHEN = "when"
    MOMENT = "moment"
    PARTIAL = "partial"
    CHOICE = "choice"
    MANY = "many"
    TICK = "tick"
    YES_NO = "yes-no"
    NUMBER = "number"
    DECIMAL = "decimal"
    PERSONS = "persons"
    RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `path`: its name in the body, with dots; `values`: what its type allows, where it says so.

    `emptied`: a list that may be left as it is, or be stated as empty.
    """

    path: str
    widget: Widget
    required: bool
    values: tuple[str, ...] = ()
    emptied: bool = False

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition(".")[2]

    @property
    def group(self) -> str:
        """What it is part of; empty for the command itself."""
        return self.path.rpartition(".")[0]


NOT_ASKED = frozenset({"kind", "actor", "meaning", "content"})
"""Who asks is signed in, and what is signed is shown and not typed."""

BY_THE_MACHINE = frozenset({"reach_clock"})
"""Kinds that nobody gives: they have no form."""


@cache
def command_named(kind: str) -> type[Asked] | None:
    """The model of a command that a person may give; None: there is none."""
    if kind in BY_THE_MACHINE:
        return None
    return next((each for each in COMMAND_TYPES if each.model_fields["kind"].default == kind), None)


def is_signed(kind: str) -> bool:
    """Whether giving the command is signing."""
    model = command_named(kind)
    return model is not None and issubclass(model, SignedAsk)


@cache
def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a command's form, in the order of its model, parts of parts by their path.

    Raises:
        KeyError: nobody gives such a command.
    """
    model = command_named(kind)
    if model is None:
        raise KeyError(kind)
    return tuple(each for each in _of_model(model, "") if each.path not in NOT_ASKED)


def _of_model(model: type[BaseModel], before: str) -> list[Field]:
    hints = get_type_hints(model, include_extras=True)
    found: list[Field] = []
    for name, info in model.model_fields.items():
        path = f"{before}{name}"
        if path not in NOT_ASKED:
            found += _of_hint(path, hints[name], required=info.is_required())
    return found


def _of_hint(path: str, hint: Any, *, required: bool) -> list[Field]:
    inner, nullable = _without_none(hint)
    bare = get_args(inner)[0] if get_origin(inner) is Annotated else inner
    if _is_model(bare):
        return _of_model(bare, f"{path}.")
    widget, values = _widget(path, inner, bare, nullable=nullable, required=required)
    return [Field(path, widget, required, values, emptied=widget is Widget.MANY and nullable)]


_KNOWN: tuple[tuple[Any, Widget], ...] = (
    (StatedField, Widget.WHEN),
    (Instant, Widget.MOMENT),
    (PartialField, Widget.PARTIAL),
    (Text, Widget.LONG),
    (Measured, Widget.DECIMAL),
    (Persons, Widget.PERSONS),
)


def _widget(
    path: str, hint: Any, bare: Any, *, nullable: bool, required: bool
) -> tuple[Widget, tuple[str, ...]]:
    for known, widget in _KNOWN:
        if hint == known:
            return widget, ()
    if get_origin(bare) is Literal:
        return Widget.CHOICE, tuple(str(getattr(each, "value", each)) for each in get_args(bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return Widget.CHOICE, tuple(str(each.value) for each in bare)
    if bare is bool:
        return (Widget.YES_NO if nullable or required else Widget.TICK), ()
    if get_origin(bare) is tuple:
        return _of_many(path, get_args(bare)[0])
    simple: dict[Any, Widget] = {str: Widget.LINE, int: Widget.NUMBER, Decimal: Widget.DECIMAL}
    if bare in simple:
        return simple[bare], ()
    raise TypeError(f"no widget is known for {path}: {hint!r}")


def _of_many(path: str, each: Any) -> tuple[Widget, tuple[str, ...]]:
    if each is StatedResult:
        return Widget.RESULTS, ()
    if isinstance(each, type) and issubclass(each, Enum):
        return Widget.MANY, tuple(str(one.value) for one in each)
    raise TypeError(f"no widget is known for a list in {path}: {each!r}")


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        given = [each for each in get_args(hint) if each is not type(None)]
        # A day or an instant is a union itself.
        if len(given) == 1:
            return given[0], True
    return hint, False


def _is_model(bare: Any) -> bool:
    return isinstance(bare, type) and issubclass(bare, BaseModel)
