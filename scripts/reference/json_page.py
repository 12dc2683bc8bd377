"""docs/reference/json.md: what `--json` prints, field by field, from the types that are printed."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin, get_type_hints

from typing_extensions import Doc

from console.cli import shapes, shapes_programs
from console.cohorts import shapes as cohort_shapes
from console.endpoints.sights import EndpointReport
from console.health import Finding
from console.product_sights import CustodySight, PreviewSight
from console.safety_sights import SafetySight
from console.sights import (
    AlertInFull,
    AlertSight,
    AmendmentPreview,
    ApprovalSight,
    ChangeSight,
    CommandSight,
    DeviationSight,
    ExplanationSight,
    ParticipantInFull,
    ParticipantSight,
    TimelineSight,
)
from console.study_sight import StudySight
from console.worklist import Worklist
from scripts.reference.sentences import first_paragraph

_HEAD = """\
# JSON

What `--json` prints. Fields may be added; none is renamed or dropped. An instant is UTC with a `Z`; a day is
a day of the site's zone; what a person stated (`happened`, `appointment`) is kept as stated, a day or an
instant with its offset. `target` and `closes` are exclusive: the window's last day is `last_day`. This page
is made from the types that are printed, by `make docs`.

| verb | prints |
|---|---|
"""

_TAIL = """
Every verb that writes prints one of the three command shapes on stdout, `results` an array of the first when
all are recorded. `rebuild` prints `participants`, `events` and `removed`; `version` an object of names and
versions; `protocol check` and `site check` an array of `file`, `line`, `field`, `text` and `hint`; `protocol
show` and `site show` an object with `hash` and the `document`; `protocol schema` is a JSON Schema.
"""


@dataclass(frozen=True, slots=True)
class Printed:
    """What one way to call the command line prints. `many`: an array of it."""

    call: str
    shape: type[Any]
    many: bool = False


PRINTED = (
    Printed("status", ParticipantSight, many=True),
    Printed("status PARTICIPANT", ParticipantInFull),
    Printed("today", Worklist),
    Printed("timeline PARTICIPANT", TimelineSight),
    Printed("explain PARTICIPANT ITEM", ExplanationSight),
    Printed("endpoints", EndpointReport),
    Printed("safety PARTICIPANT", SafetySight),
    Printed("product show PARTICIPANT", CustodySight),
    Printed("booking slip PARTICIPANT ITEM", PreviewSight),
    Printed("study show", StudySight),
    Printed("alerts", AlertSight, many=True),
    Printed("alerts ALERT", AlertInFull),
    Printed("commands", CommandSight, many=True),
    Printed("amendment diff OLD NEW", ChangeSight, many=True),
    Printed("amendment preview PARTICIPANT VERSION", AmendmentPreview),
    Printed("approval list", ApprovalSight, many=True),
    Printed("deviation list", DeviationSight, many=True),
    Printed("doctor", Finding, many=True),
    Printed("enroll, record, ack, ...: recorded", shapes.CommandRecorded),
    Printed("enroll, record, ack, ...: refused (exit 1)", shapes.CommandRefused),
    Printed("enroll, record, ack, ...: no answer (exit 6)", shapes.CommandUnknown),
    Printed("verify", shapes.Verified),
    Printed("replay", shapes.ReplayDone),
    Printed("replay rules", shapes.RulesReplayDone),
    Printed("story run", shapes.StoriesRun),
    Printed("story record PARTICIPANT", shapes.StoryMade),
    Printed("story new PROTOCOL", shapes.StoryBegun),
    Printed("story coverage", shapes.StoriesCovered),
    Printed("cohort simulate", cohort_shapes.CohortSimulated),
    Printed("cohort play", cohort_shapes.CohortPlayed),
    Printed("replay protocol", shapes.UnderProtocol),
    Printed("replay change", shapes.ChangeTried),
    Printed("rehydrate", shapes.RehydrationDone),
    Printed("migrate", shapes.Migrated),
    Printed("publish", shapes.Published),
    Printed("user add, user close, user unlock, user list (a list)", shapes.ConsoleUser),
    Printed("user log (a list)", shapes.UserEntry),
    Printed("client add, client close, client list (a list)", shapes_programs.ApiClient),
    Printed("webhook add, webhook close, webhook list (a list)", shapes_programs.WebhookShown),
    Printed("webhook test", shapes_programs.WebhookTested),
    Printed("export jsonl, export csv, export endpoints", shapes.Exported),
)


def json_page() -> str:
    """Which verb prints which shape, then every shape."""
    calls = "".join(f"| `{each.call}` | {_linked(each.shape, many=each.many)} |\n" for each in PRINTED)
    return _HEAD + calls + _TAIL + "".join(map(_section, _all_shapes()))


def _all_shapes() -> list[type[Any]]:
    found: dict[type[Any], None] = {}
    for each in PRINTED:
        found.update(dict.fromkeys(_within(each.shape)))
    return list(found)


def _within(shape: type[Any]) -> Iterator[type[Any]]:
    yield shape
    for hint in get_type_hints(shape).values():
        for inner in _dataclasses(hint):
            yield from _within(inner)


def _dataclasses(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _dataclasses(inner)


def _section(shape: type[Any]) -> str:
    hints = get_type_hints(shape, include_extras=True)
    rows = "".join(_row(field.name, hints[field.name]) for field in fields(shape))
    said = first_paragraph(shape.__doc__)
    return f"\n## {_title(shape)}\n\n{said}\n\n| field | type | what it says |\n|---|---|---|\n{rows}"


def _row(name: str, hint: Any) -> str:
    plain, said = hint, ""
    if get_origin(hint) is typing.Annotated:
        plain, *notes = get_args(hint)
        said = next((note.documentation for note in notes if isinstance(note, Doc)), "")
    return f"| `{name}` | {_type(plain)} | {said} |\n"


def _type(hint: Any) -> str:
    if hint in _WORDS:
        return _WORDS[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join("null" if each is types.NoneType else _type(each) for each in inner)
    if origin is tuple or origin is Sequence or (isinstance(origin, type) and issubclass(origin, Sequence)):
        return f"array of {_type(inner[0])}"
    if origin is Literal:
        return "text"
    if origin is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return "object"
    return _linked(hint) if isinstance(hint, type) and is_dataclass(hint) else "text"


_WORDS: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    datetime: "instant",
    date: "day",
    Any: "object",
}


def _linked(shape: type[Any], *, many: bool = False) -> str:
    title = _title(shape)
    return f"{'array of ' if many else ''}[{title}](#{title.replace(' ', '-')})"


def _title(shape: type[Any]) -> str:
    words = "".join(f" {each.lower()}" if each.isupper() else each for each in shape.__name__)
    return words.strip().removesuffix(" sight")
