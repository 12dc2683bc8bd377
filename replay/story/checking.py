"""What a story says that its protocol, or the vocabulary, does not know.

The rule that keeps it honest: only names are judged here, each with the nearest one that is known; whether
something happens is for the play.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from domain.commands import COMMAND_KINDS, COMMAND_TYPES
from domain.events import EVENT_TYPES
from domain.protocol.expanded import Protocol
from domain.protocol.problem import Path, Problem
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code
from domain.standing import Standing
from domain.state import AlertKind, AlertStatus
from protocols.validation import problems_of
from replay.story.written import AND_MORE, Expected, Step, WrittenStory

_COMMANDS = dict(zip(COMMAND_KINDS, COMMAND_TYPES, strict=True))
_ACTOR = {"id": "coordinator-1", "role": "coordinator"}
_FOREIGN = (Code.UNKNOWN_ITEM, Code.MALFORMED, Code.TOO_LARGE, Code.UNKNOWN_STUDY)
"""Refusals that a story may expect by saying what nobody knows."""


def problems_in(story: WrittenStory, protocol: Protocol | None) -> list[Problem]:
    """Every name of the story that is unknown."""
    found: list[Problem] = []
    if STUDY_SUBJECT in story.people:
        found.append(
            Problem(("people", STUDY_SUBJECT), "nobody is called study", "write a code, such as P-001")
        )
    for number, step in enumerate(story.steps):
        found += _of_step(step, ("steps", number), story, protocol)
    return found


def _of_step(step: Step, path: Path, story: WrittenStory, protocol: Protocol | None) -> Iterator[Problem]:
    if step.publish is not None and step.publish.site is step.publish.protocol is step.publish.zone is None:
        yield Problem((*path, "publish"), "nothing is named", "write protocol, or site, or zone")
    if step.publish is not None and step.publish.protocol is None and story.protocol is None:
        yield Problem(
            (*path, "publish"), "a site is published with its study's protocol", "name it above, in protocol"
        )
    if step.who is not None:
        yield from _unknown((*path, "who"), step.who, [*story.people, STUDY_SUBJECT], "participant")
    yield from _events((*path, "then"), step.then or ())
    yield from _events((*path, "study"), step.study or ())
    yield from _alerts((*path, "alerts"), step)
    for item, standing in step.stands.items():
        yield from _unknown((*path, "stands", item), standing, [each.value for each in Standing], "standing")
        if protocol is not None:
            yield from _unknown((*path, "stands", item), item, _items(protocol, story), "item")
    bodies = (step.when,) if isinstance(step.when, dict) else step.when or ()
    code = step.refused[0] if isinstance(step.refused, tuple) else step.refused
    if code in (Code.MALFORMED, Code.TOO_LARGE):
        return
    for body in bodies:
        yield from _command((*path, "when"), body, protocol, story, foreign=code in _FOREIGN)


def _events(path: Path, expected: Expected) -> Iterator[Problem]:
    for each in expected:
        if isinstance(each, str):
            if each != AND_MORE:
                yield from _unknown(path, each, list(EVENT_TYPES), "event")
            continue
        for type_, said in each.items():
            yield from _unknown(path, type_, list(EVENT_TYPES), "event")
            known = [field.name for field in fields(EVENT_TYPES[type_])] if type_ in EVENT_TYPES else [*said]
            for name in said:
                yield from _unknown(path, name, known, f"field of {type_}")


def _alerts(path: Path, step: Step) -> Iterator[Problem]:
    for name, said in (step.alerts or {}).items():
        parts = name.split("/")
        if name != AND_MORE:
            kind = parts[-2] if parts[-1].isdigit() else parts[-1]
            yield from _unknown(path, kind, [each.value for each in AlertKind], "kind of alert")
        status = said[0] if isinstance(said, tuple) else said
        if status is not None:
            yield from _unknown(path, status, [each.value for each in AlertStatus], "status of an alert")


def _command(
    path: Path, body: dict[str, Any], protocol: Protocol | None, story: WrittenStory, *, foreign: bool
) -> Iterator[Problem]:
    if "kind" not in body:
        yield Problem(path, "'kind' is missing", "say which command it is, such as kind: record_item")
        return
    kind = str(body["kind"])
    if kind not in _COMMANDS:
        yield from _unknown((*path, "kind"), kind, COMMAND_KINDS, "command")
        return
    wrong = set(body) - set(_COMMANDS[kind].model_fields)
    for name in sorted(wrong):
        known = [each for each in _COMMANDS[kind].model_fields if each not in ("kind", "actor")]
        yield from _unknown((*path, name), name, known, f"field of {kind}")
    if not wrong and not _counted(body):
        try:
            _COMMANDS[kind].model_validate({"actor": _ACTOR, **body})
        except ValidationError as error:
            found = problems_of(error, {"actor": _ACTOR, **body}, _COMMANDS[kind])
            yield from (Problem((*path, *each.path), each.text, each.hint) for each in found)
    item = body.get("item")
    if isinstance(item, str) and protocol is not None and not foreign and item not in ("end", "progression"):
        yield from _unknown((*path, "item"), item, _items(protocol, story), "item")


def _counted(body: Any) -> bool:
    """Whether times counted from day 0, or a code to be filled in, stand in it."""
    match body:
        case str():
            return body.startswith("@") or "{who}" in body
        case dict():
            return any(map(_counted, body.values()))
        case list() | tuple():
            return any(map(_counted, body))
        case _:
            return False


def _items(protocol: Protocol, story: WrittenStory) -> Collection[str]:
    published = any(step.publish is not None for step in story.steps)
    # Another version may know it: with one published on the way, the play judges.
    return [*protocol.items, *(_said_items(story) if published else ())]


def _said_items(story: WrittenStory) -> Iterator[str]:
    for step in story.steps:
        yield from step.stands
        for body in (step.when,) if isinstance(step.when, dict) else step.when or ():
            yield str(body.get("item"))


def _unknown(path: Path, name: str, known: Collection[str], what: str) -> Iterator[Problem]:
    if name not in known:
        near = get_close_matches(name, list(known), n=1, cutoff=0.4)
        asked = f"did you mean {near[0]!r}? " if near else ""
        yield Problem(path, f"there is no {what} {name!r}", f"{asked}known are {', '.join(known)}")
