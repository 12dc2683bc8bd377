"""A form ready to be shown: each field with its words, what may be chosen, what was typed and what is wrong.

The rule that keeps it honest: it gathers and words; it reads nothing that was typed and judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

from console.web.asking import Trouble
from console.web.forms.bench import Bench
from console.web.forms.choice import Choice, Choices
from console.web.forms.choices import choices_of
from console.web.forms.fields import Field, Widget, fields_of, is_signed
from console.web.forms.labels import PARTS, help_of, label_of
from console.web.forms.moving import MOVES, Moving
from console.web.forms.signing import Shown
from console.web.forms.titles import LEADS, TITLES
from console.web.forms.typed import Typed
from domain.stated import day_of

Fault = tuple[str, str]
"""What kind of fault, and its sentence where it has one of its own."""

TOXICITIES = ("crs", "icans")
NEW = Field("participant", Widget.LINE, required=True)
"""The code of somebody new, which is no part of the command but of its address."""

_PAST = frozenset({"happened", "known", "sent", "consented", "onset", "resolved", "on"})
_MORE_ROWS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One result of a list of results: typed so far. `number` is its place in the names."""

    number: int
    observation: str
    value: str
    unit: str
    on: str


@dataclass(frozen=True, slots=True)
class Box:
    """One field as it is shown. `latest`: the last day that can be, where it is in the past."""

    field: Field
    label: str
    help: str
    choices: Choices | None
    value: str
    ticked: tuple[str, ...]
    clock: str
    latest: str
    fault: Fault | None
    clock_fault: Fault | None
    rows: tuple[Row, ...] = ()
    units: Choices = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that belong together; without a label, those of the command itself."""

    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Said:
    """What came of a form that was sent. `whole`: why, of the form as a whole; `faults`: beside fields.

    `changed`: what was shown to be signed is no longer what is on the record.
    """

    faults: Mapping[str, Fault] = field(default_factory=dict)
    whole: Trouble | None = None
    shown: Shown | None = None
    changed: bool = False
    moving: Moving | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing was recorded because something is wrong."""
        return bool(self.faults) or self.whole is not None


@dataclass(frozen=True)
class Sheet:
    """A form. `variants`: what must be chosen before it can be shown, as parts of an address."""

    kind: str
    title: str
    lead: str
    parts: tuple[Part, ...]
    signed: bool
    moves: bool
    takes_back: bool
    typed: Typed
    variants: tuple[str, ...] = ()


def sheet_of(bench: Bench, kind: str, typed: Typed, faults: Mapping[str, Fault]) -> Sheet:
    """The form of a command over what is on the record."""
    toxicity = typed.one("toxicity")
    choosing = kind == "assess_toxicity" and toxicity not in TOXICITIES
    fields = () if choosing else asked_for(kind, typed)
    boxes = [(each, _box(bench, kind, each, typed, faults)) for each in fields]
    parts = [
        Part(bench.said(PARTS[group]) if group else "", tuple(box for _, box in found))
        for group, found in groupby(boxes, key=lambda pair: pair[0].group)
    ]
    return Sheet(
        kind=kind,
        title=bench.said(TITLES[kind]),
        lead=bench.said(LEADS[kind]),
        parts=tuple(parts),
        signed=is_signed(kind),
        moves=kind in MOVES,
        takes_back=kind == "plan_item",
        typed=typed,
        variants=TOXICITIES if choosing else (),
    )


def as_planned(bench: Bench, kind: str, typed: Typed) -> Typed:
    """With the appointment as it stands, or the booking, where it is moved; a time is never presumed."""
    state = bench.state
    if state is None:
        return typed
    stands, name = None, "starts"
    if kind == "plan_item":
        stands, name = state.item(typed.one("item")).appointment, "appointment"
    elif kind == "move_booking" and typed.one("resource") in state.holding.bookings:
        stands = state.holding.bookings[typed.one("resource")].starts
    if stands is None or typed.one(name):
        return typed
    return typed.but(**{name: day_of(stands, bench.zone).isoformat()})


def asked_for(kind: str, typed: Typed) -> tuple[Field, ...]:
    """The fields a form asks for: of a toxicity, what is seen of the other is left out."""
    fields = fields_of(kind)
    if kind == "register_participant":
        return (NEW, *fields)
    if kind == "assess_toxicity":
        other = TOXICITIES[1] if typed.one("toxicity") == TOXICITIES[0] else TOXICITIES[0]
        fields = tuple(each for each in fields if not each.path.startswith(f"{other}."))
    return tuple(sorted(fields, key=_place)) if any(each.path == "grade" for each in fields) else fields


_ORDER = ("ae", "term", "onset", "happened", "grade", "scale", "version")


def _place(each: Field) -> int:
    """Of what is graded: what it is, since when, and how grave, before all else."""
    return _ORDER.index(each.path) if each.path in _ORDER else len(_ORDER)


def _box(bench: Bench, kind: str, each: Field, typed: Typed, faults: Mapping[str, Fault]) -> Box:
    label = label_of(kind, each)
    offered = choices_of(bench, kind, each)
    value = typed.one(each.path) or _only(each, offered) or _presumed(bench, each, typed)
    return Box(
        field=each,
        label=bench.said(label) if label is not None else each.path,
        help=bench.said(help_of(kind, each)),
        choices=_with(offered, value) if each.widget is not Widget.RESULTS else offered,
        value=value,
        ticked=typed.many(each.path),
        clock=typed.one(f"{each.path}.clock"),
        latest=bench.today.isoformat() if each.name in _PAST else "",
        fault=faults.get(each.path),
        clock_fault=faults.get(f"{each.path}.clock"),
        rows=tuple(_rows(bench, kind, each, typed, offered or ())),
        units=tuple(_units(bench, kind)) if each.widget is Widget.RESULTS else (),
    )


def _only(each: Field, offered: Choices | None) -> str:
    """What is meant where there is only one that can be."""
    if each.required and offered is not None and len(offered) == 1 and each.widget is Widget.LINE:
        return offered[0].value
    return ""


def _presumed(bench: Bench, each: Field, typed: Typed) -> str:
    """The scale that is meant where the protocol has one for it, on a form that nobody sent yet."""
    rules = bench.protocol.document.adverse_events
    if each.path != "scale" or rules is None or typed.one("id"):
        return ""
    toxicity = typed.one("toxicity") or None
    fitting = {one.code for one in rules.scales if (one.toxicity.value if one.toxicity else None) == toxicity}
    return fitting.pop() if len(fitting) == 1 else ""


def _with(offered: Choices | None, value: str) -> Choices | None:
    """The choices, and what stands in the field already though it is none of them."""
    if offered is None or not value or value in {each.value for each in offered}:
        return offered
    return (*offered, Choice(value, value))


def _rows(bench: Bench, kind: str, each: Field, typed: Typed, offered: Choices) -> list[Row]:
    if each.widget is not Widget.RESULTS:
        return []
    asked = _expected(bench, kind, offered)
    most = min(len(offered), max(len(asked) + _MORE_ROWS, _typed_rows(each, typed)))
    return [_row(each, typed, number, asked) for number in range(most)]


def _row(each: Field, typed: Typed, number: int, asked: list[str]) -> Row:
    name = f"{each.path}.{number}"
    presumed = asked[number] if number < len(asked) else ""
    return Row(
        number,
        typed.one(f"{name}.observation") or presumed,
        typed.one(f"{name}.value"),
        typed.one(f"{name}.unit"),
        typed.one(f"{name}.on"),
    )


def _typed_rows(each: Field, typed: Typed) -> int:
    numbers = [name.split(".")[1] for name in typed.given if name.startswith(f"{each.path}.")]
    return max((int(one) + 1 for one in numbers if one.isdecimal() and len(one) < 3), default=0)


def _expected(bench: Bench, kind: str, offered: Choices) -> list[str]:
    """What is stated at consent, or every release test that has no result."""
    if kind == "test_product":
        product = bench.state.holding.newest if bench.state is not None else None
        done = product.tests if product is not None else {}
        return [each.value for each in offered if each.value not in done]
    return [each for each in bench.checked_at_consent if each in {one.value for one in offered}]


def _units(bench: Bench, kind: str) -> list[Choice]:
    part = bench.protocol.document.product
    if kind == "test_product":
        known = [each.unit for each in part.specification] if part is not None else []
    else:
        known = [unit for each in bench.protocol.observations.values() for unit in (each.unit, *each.units)]
    return [Choice(each, each) for each in dict.fromkeys(known) if each]
