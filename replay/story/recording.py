"""A story made from a real participant: pseudonymised, moved in time, and green at once.

The rule that keeps it honest: the story is played before it is given away, and what it leads to is compared
with the record, event by event and moment by moment; others are told of only if their lives matter to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from domain.events import ProtocolPublished, SitePublished
from domain.recorded import STUDY_SUBJECT, Recorded
from domain.refusal import Code
from domain.roles import Role
from replay.history import Asked, Entry, Foreign, History, Unasked
from replay.story.moving import moved, moved_instant
from replay.story.playing import play
from replay.story.pseudonyms import Pseudonyms
from replay.story.reading import read_story
from replay.story.shelf import Shelf

NO_HASH = "0" * 64
HEAD = """\
# Made from a record: codes, people, numbers and free text are replaced, and dates are moved by 28 years,
# after which weekdays, months and leap days fall as they did. Pseudonymised, not anonymous: measured values
# and the distances between days are the real ones.
"""

Event = tuple[str, str]
"""An event as it is compared: its type, and when it was recorded (ISO, UTC, as the story has it)."""


@dataclass(frozen=True, slots=True)
class RecordedStory:
    """The text of a story. `others`: how many other participants it tells of, because they matter."""

    text: str
    events: int
    others: int


def record_story(history: History, study: str, participant: str, shelf: Shelf) -> RecordedStory:
    """A story of one participant.

    Raises:
        replay.history.Foreign: nobody of that code, a protocol that is not on the shelf, or a record that
            the story does not lead to.
    """
    entries = history.of(study).entries
    people = _people(entries)
    if participant not in people:
        raise Foreign(f"nobody of the code {participant!r} is recorded in {study}: {', '.join(people)}")
    wanted = _course(_own(entries, participant))
    everybody = [participant, *(each for each in people if each != participant)]
    for told in ([participant], [participant, STUDY_SUBJECT], [*everybody, STUDY_SUBJECT]):
        text = _written(history, study, entries, told, shelf)
        if _comes_out(text, shelf) == wanted:
            return RecordedStory(text, len(wanted), len({*told} & {*people}) - 1)
    raise Foreign(
        f"the record of {participant} is not what its commands lead to with this code: "
        "run `dayzero replay rules` to see what differs"
    )


def _people(entries: Sequence[Entry]) -> list[str]:
    asked = (each.subject for each in entries if isinstance(each, Asked) and each.command.accepted)
    return [each for each in dict.fromkeys(asked) if each != STUDY_SUBJECT]


def _everybody(entries: Sequence[Entry]) -> list[str]:
    asked = (each.subject for each in entries if isinstance(each, Asked))
    return [each for each in dict.fromkeys(asked) if each != STUDY_SUBJECT]


def _own(entries: Sequence[Entry], participant: str) -> Iterator[Recorded]:
    for entry in entries:
        if isinstance(entry, Asked) and entry.subject == participant:
            yield from (each for each in entry.events if each.stream == entry.command.stream)


def _course(events: Iterator[Recorded]) -> list[Event]:
    return [(each.event.TYPE, moved_instant(each.stamp.recorded_at).isoformat()) for each in events]


def _comes_out(text: str, shelf: Shelf) -> list[Event] | None:
    """The first participant's events; None if the story is not green."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recorded.yaml"
        path.write_text(text, encoding="utf-8")
        played = play(read_story(path, shelf))
    if played.differences:
        return None
    stream = f"participant/{played.story.study}/{played.story.people[0]}"
    own = (each for each in played.events if each.stream == stream)
    return [(each.event.TYPE, each.stamp.recorded_at.isoformat()) for each in own]


def _written(
    history: History, study: str, entries: Sequence[Entry], told: Sequence[str], shelf: Shelf
) -> str:
    names = Pseudonyms(dict.fromkeys((told[0], *_everybody(entries))))
    writer = _Writer(history, names, told[0], shelf)
    published, later = _published(entries)
    first = [writer.published(each) for each in published]
    protocol = next(each["protocol"] for each in first if "protocol" in each)
    site = next(each["site"] for each in first if "site" in each)
    steps: list[dict[str, Any]] = []
    for entry in later:
        steps += writer.steps(entry, told)
    value = {
        "promise": f"What happened to one participant of {study} comes out as it was recorded.",
        "protocol": protocol,
        "site": site,
        "people": {names.participant(each): {} for each in told if each != STUDY_SUBJECT},
        "steps": steps,
    }
    return HEAD + yaml.safe_dump(
        value, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )


def _published(entries: Sequence[Entry]) -> tuple[list[Unasked], list[Entry]]:
    """What was published before anybody asked for anything, and all that came then."""
    start = next(index for index, each in enumerate(entries) if isinstance(each, Asked))
    return [each for each in entries[:start] if isinstance(each, Unasked)], list(entries[start:])


class _Writer:
    """Writes entries of a record as steps of a story about `target`."""

    def __init__(self, history: History, names: Pseudonyms, target: str, shelf: Shelf) -> None:
        self._documents, self._names, self._target, self._shelf = history.documents, names, target, shelf
        self._zone = ZoneInfo("UTC")

    def published(self, entry: Unasked) -> dict[str, Any]:
        """What was published, as a story names it."""
        event = entry.event.event
        if isinstance(event, ProtocolPublished):
            name = f"{event.protocol_id}:{event.protocol_version}"
            known = self._shelf.protocols.get((event.protocol_id, event.protocol_version))
            if known is None or self._shelf.protocol(name, Path()).hash != event.protocol_hash:
                raise Foreign(f"protocol {name} of the record is not among the protocol files: add it there")
            return {"protocol": name}
        if isinstance(event, SitePublished):
            return {"site": self._site(self._documents.bodies["site", event.site_hash])}
        raise Foreign(f"{event.TYPE} is recorded without a command")

    def steps(self, entry: Entry, told: Sequence[str]) -> list[dict[str, Any]]:
        """The steps of one entry; none of whom the story does not tell."""
        if isinstance(entry, Unasked):
            at = self._moment(entry.event)
            return [{"at": at, "who": STUDY_SUBJECT, "publish": self.published(entry)}]
        if entry.subject not in told:
            return []
        return [self._asked(entry)] if entry.command.kind != "reach_clock" else self._passed(entry)

    def _asked(self, entry: Asked) -> dict[str, Any]:
        command = entry.command
        actor = command.body.get("actor")
        role = Role(actor["role"]) if isinstance(actor, dict) else Role.COORDINATOR
        by = {"id": self._names.person(actor["id"], role) if actor else "coordinator-1", "role": role.value}
        body = dict(command.body)
        if command.code == Code.OTHER_CONTENT:
            body["content"] = NO_HASH
        else:
            body.pop("content", None)
        local = moved_instant(command.asked_at.astimezone(self._zone).replace(tzinfo=None))
        step = {
            "at": local.isoformat(sep=" "),
            "who": self._names.participant(entry.subject),
            "by": role.value if by["id"] == f"{role.value}-1" else by,
            "when": moved(self._names.body(body)),
        }
        if command.code is not None:
            return {**step, "refused": command.code}
        return {**step, "then": self._types(entry)} if entry.subject == self._target else step

    def _passed(self, entry: Asked) -> list[dict[str, Any]]:
        types = self._types(entry)
        if entry.subject != self._target or not types:
            return []
        who = self._names.participant(entry.subject)
        return [{"at": self._moment(entry.events[0]), "who": who, "then": types}]

    def _types(self, entry: Asked) -> list[str]:
        return [each.event.TYPE for each in entry.events if each.stream == entry.command.stream]

    def _moment(self, recorded: Recorded) -> str:
        local = recorded.stamp.recorded_at.astimezone(self._zone).replace(tzinfo=None)
        return moved_instant(local).isoformat(sep=" ")

    def _site(self, body: dict[str, Any]) -> dict[str, Any]:
        """The site without its names: what its clock, holidays and rota say stays."""
        self._zone = ZoneInfo(body["zone"])
        contacts = [
            {
                "id": self._names.person(each["id"], Role(each["role"])),
                "role": each["role"],
                "channels": ["log"],
            }
            for each in body["contacts"]
        ]
        known = {**body, "id": self._names.site(body["id"]), "contacts": contacts}
        known["labels"] = {"en": "A site", "zh-CN": "中心"}
        return dict(moved(self._with_rota(known)))

    def _with_rota(self, value: Any) -> Any:
        match value:
            case dict():
                return {
                    key: self._names.person(each) if key == "contact" else self._with_rota(each)
                    for key, each in value.items()
                }
            case list():
                return [self._with_rota(each) for each in value]
            case _:
                return value
