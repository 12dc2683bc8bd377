"""Makes the record of each story, to be decided again by every later release: make record

What is missing is added, nothing is changed: a stored record is evidence of what was decided. A story whose
commands are others now needs its record removed first, which everybody sees.
"""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from activities.hearing import Hearing
from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, clock_command_id
from activities.publishing import publish
from activities.rulebook import Rulebook
from domain.protocol.expanded import Protocol
from domain.refusal import Refused
from domain.site import Site
from replay.story.playing import BEFORE_THE_FIRST, PROVENANCE, PUBLISHER
from replay.story.reading import read_story, story_files
from replay.story.shelf import Shelf, stocked
from replay.story.story import Line, Story
from settings import ROOT
from store import Store, open_store
from store.archive import write_archive

STORIES = Path(__file__).parent
RECORD = STORIES / "record"
SUFFIX = ".jsonl.gz"


def main() -> None:
    """Tell every story that has no record yet to a store, and keep the store's archive."""
    shelf = stocked(ROOT / "protocols", ROOT / "sites")
    for path in told():
        file = record_of(path)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(recorded(path, shelf))
            sys.stdout.write(f"{file.relative_to(ROOT)}: {file.stat().st_size} bytes\n")


def told() -> list[Path]:
    """The stories that promise something; what comes before one is in its record."""
    return [path for path in story_files([STORIES]) if path.parent.name != "chapters"]


def record_of(path: Path) -> Path:
    """Where the record of a story is."""
    place = RECORD / path.relative_to(STORIES)
    return place.with_name(f"{place.stem}{SUFFIX}")


def recorded(path: Path, shelf: Shelf) -> bytes:
    """The archive of one story, compressed; the same bytes each time."""
    story = read_story(path, shelf)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'record.sqlite3'}")
        try:
            store.migrate()
            _Telling(story, store).all()
            return gzip.compress(_archive(store, story.lines[-1].at), mtime=0)
        finally:
            store.close()


def _archive(store: Store, at: datetime) -> bytes:
    out = io.BytesIO()
    with store.reading() as reading:
        write_archive(reading, out, at)
    return out.getvalue()


class _Telling:
    """A story told to a desk with a store."""

    def __init__(self, story: Story, store: Store) -> None:
        self._story, self._store = story, store
        self._hearing = Hearing(Rulebook(), PROVENANCE)
        self._asked = 0

    def all(self) -> None:
        """From its documents to its last step."""
        story = self._story
        if story.protocol is not None:
            self._publish(story.protocol, [story.site], story.lines[0].at - BEFORE_THE_FIRST)
        for line in story.lines:
            self._pass_time(line.at)
            if line.news is not None:
                self._announce(line.news, line.at)
            self._ask(line)

    def _ask(self, line: Line) -> None:
        for body in line.bodies:
            self._asked += 1
            command_id = line.said.id or f"told/{self._asked:04}"
            if self._hear(line.who, body, line.at, command_id).refused is not None:
                return  # of several commands of a step, those after a refused one are not asked

    def _pass_time(self, until: datetime) -> None:
        last = None
        while True:
            with self._store.reading() as reading:
                due = next(((row.participant, row.next_due) for row in reading.due(until, 1)), None)
            if due is None:
                return
            assert due != last, f"the deadline {due} stays"
            last = due
            self._hear(due[0], REACH_CLOCK, due[1], clock_command_id(due[1].isoformat()))

    def _hear(self, who: str, body: object, at: datetime, command_id: str) -> DeskOutcome:
        with self._store.writing() as tx:
            return self._hearing.hear(tx, DeskOrder(self._story.study, who, command_id, body, at.isoformat()))

    def _announce(self, news: Protocol | Site, at: datetime) -> None:
        protocol = news if isinstance(news, Protocol) else self._story.protocol
        assert protocol is not None, "a site is published with its protocol"
        with suppress(Refused):  # the story tells it so; nothing of it is on record
            self._publish(protocol, [news] if isinstance(news, Site) else [], at)

    def _publish(self, protocol: Protocol, sites: list[Site], at: datetime) -> None:
        with self._store.writing() as tx:
            publish(tx, protocol, sites, PUBLISHER, at, PROVENANCE)


if __name__ == "__main__":
    main()
