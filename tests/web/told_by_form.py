"""A step of a story as somebody does it in a browser: the record before it in a store, its command as typed.

The rule that keeps it honest: what is typed is only what the command says, in the clock of the site; who
asks, and what is signed, come from the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from activities.rulebook import Rulebook
from console.folding import study_views_of_store, views_of_store
from console.web.forms.fields import Field, Widget, fields_of
from replay.story.playing import Sheet, Stage
from replay.story.story import Line, Story
from store import DocumentKind, DocumentRow, Store
from store.rebuild import rebuild

KINDS_OF_DOCUMENT: tuple[DocumentKind, ...] = ("protocol", "site")


@dataclass(frozen=True)
class Deed:
    """One command of a story that was taken. `before`: the record until then; `events`: what it led to."""

    story: Story
    line: Line
    before: Sheet
    events: tuple[str, ...]

    @property
    def body(self) -> dict[str, Any]:
        """The command as the story says it."""
        return self.line.bodies[0]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its site."""
        return self.story.site.zone

    def put_into(self, store: Store, rulebook: Rulebook) -> None:
        """Write the record before it into an empty store, with what lists show."""
        sheet = self.before
        with store.writing() as tx:
            for row, body in _documents(sheet):
                tx.publish(row.kind, row.id, row.version, row.hash, body, row.published_at)
            for each in sheet.everything:
                tx.append(each.stream, each.seq - 1, [each.event], each.stamp)
        rebuild(store, views_of_store(store, rulebook), study_views_of_store(store, rulebook))


def deeds_of(story: Story, wanted: set[str]) -> Iterator[Deed]:
    """The first single command of each wanted kind that a story tells and that is taken."""
    stage, left = Stage(story), set(wanted)
    for line in story.lines:
        kind = line.bodies[0].get("kind") if len(line.bodies) == 1 else None
        before = _up_to(stage, line) if kind in left else None
        seen = stage.take(line)
        if before is not None and seen.refused is None:
            left.discard(str(kind))
            yield Deed(story, line, before, tuple(each.event.TYPE for each in seen.events))


def _up_to(stage: Stage, line: Line) -> Sheet:
    """The record when a step is about to be done: whatever falls due until then is decided."""
    stage.take(replace(line, bodies=(), news=None))
    copy = Sheet()
    for row, body in _documents(stage.sheet):
        copy.publish(row.kind, row.id, row.version, row.hash, body, row.published_at)
    copy.keep(stage.sheet.everything)
    return copy


def _documents(sheet: Sheet) -> Iterator[tuple[DocumentRow, dict[str, Any]]]:
    for kind in KINDS_OF_DOCUMENT:
        for row in sheet.documents(kind):
            body = sheet.document(kind, row.hash)
            assert body is not None
            yield row, body


def typed(kind: str, body: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What stands in the fields of the form when it says this."""
    found: dict[str, Any] = {}
    for field in fields_of(kind):
        value = _at(body, field.path)
        if value is not None:
            found |= _typed(field, value, zone)
    return found


def _at(body: Any, path: str) -> Any:
    for part in path.split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return body


def _typed(field: Field, value: Any, zone: ZoneInfo) -> dict[str, Any]:
    match field.widget:
        case Widget.WHEN | Widget.MOMENT | Widget.PARTIAL:
            return _when(field.path, str(value), zone)
        case Widget.RESULTS:
            rows = [_row(f"{field.path}.{number}", each, zone) for number, each in enumerate(value)]
            return {name: text for row in rows for name, text in row.items()}
        case Widget.MANY:
            return {field.path: [str(each) for each in value], f"{field.path}.stated": "yes"}
        case Widget.PERSONS:
            return {field.path: ", ".join(value)}
        case Widget.YES_NO:
            return {field.path: "yes" if value else "no"}
        case Widget.TICK:
            return {field.path: "yes"} if value else {}
        case _:
            return {field.path: str(value)}


def _row(name: str, result: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    plain = {
        f"{name}.{part}": str(result[part]) for part in ("observation", "value", "unit") if part in result
    }
    return plain | (_when(f"{name}.on", str(result["on"]), zone) if "on" in result else {})


def _when(name: str, stated: str, zone: ZoneInfo) -> dict[str, Any]:
    if "T" not in stated:
        return {name: stated}
    local = datetime.fromisoformat(stated).astimezone(zone)
    return {name: local.date().isoformat(), f"{name}.clock": local.strftime("%H:%M:%S")}
