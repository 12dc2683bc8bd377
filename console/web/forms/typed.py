"""What was typed into a form, as the command takes it, or why it cannot be read.

The rule that keeps it honest: what was typed is kept as it was; an empty field states nothing, and a day or
a time that the site's clock does not show once is asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from console.web.forms.fields import Field, Widget
from console.web.stating import Unstated, stated_from

_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_BETWEEN = re.compile(r"[\s,;，；]+")
ROWS = 60
"""More rows than any form shows."""


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of a form, by name."""

    given: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The text of a field, trimmed."""
        return next((each.strip() for each in self.given.get(name, ())), "")

    def many(self, name: str) -> tuple[str, ...]:
        """Everything that was ticked under a name."""
        return tuple(each for each in self.given.get(name, ()) if each)

    def but(self, **changes: str) -> Typed:
        """The same with some fields changed."""
        return Typed({**self.given, **{name: (value,) for name, value in changes.items()}})


@dataclass(frozen=True)
class Reading:
    """`body`: what was stated, without who states it; `wrong`: field -> why it cannot be read."""

    body: dict[str, Any]
    wrong: dict[str, str]


def typed_in(pairs: Iterable[tuple[str, Any]]) -> Typed:
    """What a browser sent, by name; a file, which no form asks for, is nothing."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if isinstance(value, str):
            given.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return Typed(given)


def read(fields: Iterable[Field], typed: Typed, zone: ZoneInfo) -> Reading:
    """What was stated in these fields, on the clock of a zone."""
    body: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for each in fields:
        try:
            value = _value(each, typed, zone)
        except Unstated as unstated:
            wrong[_named(each, unstated)] = unstated.why
            continue
        if value is not None:
            _put(body, each.path, value)
    return Reading(body, wrong)


def _named(each: Field, unstated: Unstated) -> str:
    return f"{each.path}.clock" if unstated.field == "clock" else each.path


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parts, last = path.split(".")
    for part in parts:
        body = body.setdefault(part, {})
    body[last] = value


def _value(each: Field, typed: Typed, zone: ZoneInfo) -> Any:
    match each.widget:
        case Widget.WHEN:
            return _when(each, typed, zone)
        case Widget.MOMENT:
            return _moment(each, typed, zone)
        case Widget.PARTIAL:
            return _partial(each, typed, zone)
        case Widget.RESULTS:
            return _results(each, typed, zone)
        case Widget.MANY:
            return _many(each, typed)
        case _:
            return _said(each.widget, typed.one(each.path))


def _said(widget: Widget, text: str) -> Any:
    match widget:
        case Widget.NUMBER:
            return (int(text) if _WHOLE.fullmatch(text) else text) or (0 if text else None)
        case Widget.YES_NO:
            return {"yes": True, "no": False}.get(text)
        case Widget.TICK:
            return True if text else None
        case Widget.PERSONS:
            return [one for one in _BETWEEN.split(text) if one] or None
        case _:
            return text or None


def _many(each: Field, typed: Typed) -> list[str] | None:
    ticked = list(typed.many(each.path))
    if each.emptied and not typed.one(f"{each.path}.stated") and not ticked:
        return None
    return ticked if ticked or each.emptied else None


def _when(each: Field, typed: Typed, zone: ZoneInfo) -> str | None:
    day, clock = typed.one(each.path), typed.one(f"{each.path}.clock")
    if not day and not clock and not each.required:
        return None
    return stated_from(day, clock, zone)


def _moment(each: Field, typed: Typed, zone: ZoneInfo) -> str:
    if not typed.one(f"{each.path}.clock") and typed.one(each.path):
        raise Unstated("clock", "missing")
    return stated_from(typed.one(each.path), typed.one(f"{each.path}.clock"), zone)


def _partial(each: Field, typed: Typed, zone: ZoneInfo) -> str | None:
    text, clock = typed.one(each.path), typed.one(f"{each.path}.clock")
    if clock:
        return stated_from(text, clock, zone)
    return text or None


def _results(each: Field, typed: Typed, zone: ZoneInfo) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] = []
    for number in range(ROWS):
        row = f"{each.path}.{number}"
        value = typed.one(f"{row}.value")
        if not value:
            continue
        stated = {"observation": typed.one(f"{row}.observation"), "value": value}
        if typed.one(f"{row}.unit"):
            stated["unit"] = typed.one(f"{row}.unit")
        on = Field(f"{row}.on", Widget.WHEN, required=False)
        try:
            when = _when(on, typed, zone)
        except Unstated as unstated:
            raise Unstated("day", unstated.why) from unstated
        found.append(stated | ({"on": when} if when else {}))
    return found or None
