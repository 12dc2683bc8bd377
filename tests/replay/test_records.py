"""Records are decided again together, and what differs is named by story, participant, event and date."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain import plan
from replay.accepted import Acceptance, judge
from replay.archive import archive_files, read_archive
from replay.difference import Difference, Kind
from replay.history import Foreign, History
from replay.rules import replay_records, replay_rules
from replay.telling import lines
from tests.replay.make_record import RECORD
from tests.stories.make_record import RECORD as STORIES
from tests.support.trial import PROVENANCE

NAMES = ("visits/late_entry", "visits/corrected_deviation", "study/nothing_published")
Records = list[tuple[str, History]]


@pytest.fixture(scope="module")
def records() -> Records:
    """Three of the stored stories: two of the same participant, and one without any."""
    found = dict(archive_files([STORIES]))
    return [(name, read_archive(found[name])) for name in NAMES]


@pytest.fixture
def later(records: Records, monkeypatch: pytest.MonkeyPatch) -> tuple[Difference, ...]:
    """What is different once every window closes a day later."""
    monkeypatch.setattr(plan, "window_from", _a_day_longer(plan.window_from))
    return replay_records(records, PROVENANCE).differences


def test_a_tolerance_that_grows_is_named_by_story_participant_event_and_date(
    later: tuple[Difference, ...],
) -> None:
    """A day more for every window shows in the plan of who is infused, with both dates and both stories,
    though neither story says a word about that window."""
    [infused] = [each for each in later if each.event == "plan.revised record_item:infusion"]
    assert (infused.subject, infused.kind, infused.at.date().isoformat()) == (
        "EX02-001", Kind.EVENT_CHANGED, "2026-03-02",
    )  # fmt: skip
    assert infused.records == NAMES[:2]
    details = {each.what: (each.was, each.now) for each in infused.details}
    assert details["windows[M9].closes"] == ("2026-12-16T16:00:00+00:00", "2026-12-17T16:00:00+00:00")
    told = list(lines(later))
    assert told[0] == "NCT06642025 EX02-001"
    assert "      in visits/late_entry, visits/corrected_deviation" in told


def test_what_is_alike_in_two_stories_is_accepted_once(later: tuple[Difference, ...]) -> None:
    """One entry accepts a difference in every story that has it, whatever the stories are called."""
    both = [each for each in later if len(each.records) > 1]
    entries = [Acceptance(study=e.study, difference=e.name, content=e.content, why="longer") for e in both]
    judged = judge(later, entries)
    assert set(judged.accepted) == set(both)
    assert judged.stale == ()


def test_records_are_counted_together(records: Records) -> None:
    """Timelines, commands and events of all records add up; one record alone is told as itself."""
    alone = [replay_rules(history, PROVENANCE) for _, history in records]
    together = replay_records(records, PROVENANCE)
    assert (together.records, together.differences) == (3, ())
    assert together.commands == sum(each.commands for each in alone) > 100
    assert together.events == sum(each.events for each in alone)
    assert replay_records(records[:1], PROVENANCE) == alone[0]


def test_archives_are_found_by_file_and_by_folder(tmp_path: Path) -> None:
    """A folder means every archive in it, called by its place there; a file is called by its own name."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.jsonl.gz").write_bytes(b"")
    (tmp_path / "two.jsonl").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    assert [name for name, _ in archive_files([tmp_path, RECORD])] == ["deep/one", "two", "record"]
    with pytest.raises(FileNotFoundError):
        archive_files([tmp_path / "three.jsonl"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(Foreign, match=r"there is no archive \(\*\.jsonl\.gz or \*\.jsonl\) in this folder"):
        archive_files([tmp_path / "empty"])


def test_a_compressed_archive_is_the_same_history(tmp_path: Path) -> None:
    """Compressed or not, the same record is read, and one that is cut or altered is refused in a sentence."""
    whole, file = gzip.compress(RECORD.read_bytes()), tmp_path / "record.jsonl.gz"
    file.write_bytes(whole)
    assert read_archive(file) == read_archive(RECORD)
    for broken in (whole[: len(whole) // 2], _flipped(whole), b"", b"not compressed"):
        file.write_bytes(broken)
        with pytest.raises(Foreign, match=r"record\.jsonl\.gz"):
            read_archive(file)


def _flipped(whole: bytes) -> bytes:
    place = len(whole) // 2
    return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


def _a_day_longer(before: Callable[..., Any]) -> Callable[..., Any]:
    def window(*rule: Any) -> Any:
        opens, target, closes = before(*rule)
        return opens, target, closes + timedelta(days=1)

    return window
