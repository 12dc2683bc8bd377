"""The stored records, decided again by this checkout: a release with an unaccepted difference fails here."""

from __future__ import annotations

import pytest

from replay.accepted import judge, read_accepted
from replay.archive import archive_files, read_archive
from replay.history import Asked
from replay.rules import RulesReplayed, replay_records
from replay.telling import lines
from tests.replay.make_record import ACCEPTED, RECORD
from tests.stories.make_record import RECORD as STORIES
from tests.support.trial import PROVENANCE

AGAIN = "dayzero replay rules --archive tests/replay/record.jsonl --archive tests/stories/record"


@pytest.fixture(scope="module")
def replayed() -> RulesReplayed:
    """A whole participation, and what every story led to, decided again."""
    records = [(name, read_archive(path)) for name, path in archive_files([RECORD, STORIES])]
    return replay_records(records, PROVENANCE)


def test_what_was_decided_is_decided_again(replayed: RulesReplayed) -> None:
    """Every command of the stored records leads to the events or the refusal on it, but for what
    `accepted.yaml` names with a reason; and nothing is named there that does not happen any more (INV-6)."""
    judged = judge(replayed.differences, read_accepted(ACCEPTED))
    assert list(lines(judged.unaccepted)) == [], f"see docs/how-to/replay.md, and: {AGAIN}"
    assert [each.difference for each in judged.stale] == []


def test_all_stories_are_decided_again(replayed: RulesReplayed) -> None:
    """Each story has its record among those that are replayed, with thousands of commands and events."""
    assert replayed.records == 1 + len(archive_files([STORIES]))
    assert (replayed.commands > 4000, replayed.events > 8000) == (True, True)


def test_the_stored_record_is_worth_replaying() -> None:
    """It holds a whole participation, late entries, alerts, deviations, and refusals of several kinds."""
    asked = [each for each in read_archive(RECORD).entries if isinstance(each, Asked)]
    types = {event.event.TYPE for each in asked for event in each.events}
    assert {"visit.recorded", "plan.revised", "alert.raised", "deviation.opened", "gate.signed"} <= types
    assert len({each.command.code for each in asked if each.command.code}) > 2
