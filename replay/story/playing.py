"""Playing a story on the pure core, in virtual time.

The rule that keeps it honest: a whole record on paper is kept and the desk's own hearing decides; a step that
differs is told, and the story goes on, so that everything wrong is told at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import override

from activities.hearing import Hearing, Provenance
from activities.publishing import publish
from activities.rulebook import Rulebook
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT, Recorded
from domain.refusal import Refused
from domain.roles import Actor, Role
from domain.site import Site
from replay.course import Course
from replay.paper import Documents, Paper
from replay.story.judging import differences
from replay.story.seeing import Seen, see
from replay.story.story import Line, Story
from store import DocumentKind, DocumentRow, Reading

PUBLISHER = Actor(id="engineer-1", role=Role.ENGINEER)
BEFORE_THE_FIRST = timedelta(hours=1)
PROVENANCE = Provenance(software="story", zone_table="story")


@dataclass(frozen=True, slots=True)
class Difference:
    """What one step of a story should have led to and did not."""

    file: str
    line: int
    step: int
    at: str
    text: str

    @override
    def __str__(self) -> str:
        return f"{self.file}:{self.line}: step {self.step} at {self.at}: {self.text}"


@dataclass(frozen=True, slots=True)
class Played:
    """A story as it came out: every event and refused command in order, and what is not as told."""

    story: Story
    events: tuple[Recorded, ...]
    refusals: tuple[tuple[datetime, str, str, str], ...]
    differences: tuple[Difference, ...]


def play(story: Story) -> Played:
    """Play a story from its documents to its last step."""
    stage = Stage(story)
    refusals: list[tuple[datetime, str, str, str]] = []
    found: list[Difference] = []
    for line in story.lines:
        seen = stage.take(line)
        if seen.refused is not None:
            kind = str(line.bodies[-1].get("kind")) if line.bodies else "publish"
            refusals.append((line.at, line.who, kind, seen.refused))
        if not line.told or seen.refused is not None:
            found += judged(line, seen)
    return Played(story, tuple(stage.sheet.everything), tuple(refusals), tuple(found))


def judged(line: Line, seen: Seen) -> Iterator[Difference]:
    """What of a step is not as told."""
    for text in differences(line.said, seen):
        yield Difference(line.file, line.line, line.number, line.said.at, text)


class Sheet(Paper):
    """A record on paper that documents can be published on. `everything`: all events, in order."""

    def __init__(self) -> None:
        self._rows: list[DocumentRow] = []
        self._bodies: dict[tuple[str, str], dict[str, Any]] = {}
        self.everything: list[Recorded] = []
        super().__init__(Documents((), self._bodies))

    @override
    def documents(self, kind: DocumentKind) -> list[DocumentRow]:
        return [each for each in self._rows if each.kind == kind]

    @override
    def publish(
        self,
        kind: DocumentKind,
        id: str,
        version: str,
        hash: str,
        body: dict[str, Any],
        at: datetime,
    ) -> None:
        self._rows.append(DocumentRow(kind, id, version, hash, at))
        self._bodies[kind, hash] = body

    @override
    def _add(self, recorded: Recorded) -> None:
        super()._add(recorded)
        self.everything.append(recorded)


class _KnownRules(Rulebook):
    """A rulebook that knows the story's own protocols without reading them from the paper."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        named = [story.protocol, *(each.news for each in story.lines)]
        self._known = {each.hash: each for each in named if isinstance(each, Protocol)}

    @override
    def protocol(self, reading: Reading, content_hash: str) -> Protocol:
        return self._known.get(content_hash) or super().protocol(reading, content_hash)


class Stage:
    """One story on one sheet of paper."""

    def __init__(self, story: Story) -> None:
        self.sheet = Sheet()
        self._story = story
        self.rulebook: Rulebook = _KnownRules(story)
        self._hearing = Hearing(self.rulebook, PROVENANCE)
        self._course = Course(self.sheet, self._hearing, story.study)
        self._asked = 0
        if story.protocol is not None:
            self._publish(story.protocol, [story.site], story.lines[0].at - BEFORE_THE_FIRST)

    def take(self, line: Line) -> Seen:
        """Let time pass up to the step, do what it says, and look."""
        before = len(self.sheet.everything)
        self._course.pass_time(line.at)
        refused, text = None, ""
        if line.bodies or line.news is not None:
            before = len(self.sheet.everything)
            refused, text = self._done(line)
        events = self.sheet.everything[before:]
        return see(self.sheet, self._hearing, self._story.study, line.who, line.at, events, refused, text)

    def _done(self, line: Line) -> tuple[str | None, str]:
        if line.news is not None:
            return self._published(line.news, line.at)
        for body in line.bodies:
            self._asked += 1
            command_id = line.said.id or f"told/{self._asked:04}"
            outcome = self._course.ask(line.who, body, line.at, command_id)
            if outcome.refused is not None:
                return outcome.refused, outcome.text
        return None, ""

    def _published(self, news: Protocol | Site, at: datetime) -> tuple[str | None, str]:
        protocol = news if isinstance(news, Protocol) else self._story.protocol
        assert protocol is not None, "a site is published with its protocol"
        try:
            self._publish(protocol, [] if isinstance(news, Protocol) else [news], at)
        except Refused as refused:
            return refused.code.value, refused.text
        return None, ""

    def _publish(self, protocol: Protocol, sites: list[Site], at: datetime) -> None:
        publish(self.sheet, protocol, sites, PUBLISHER, at, PROVENANCE)
        self._course.look(STUDY_SUBJECT)
