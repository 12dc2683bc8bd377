"""A record can be replayed from its archive, without the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code
from replay.archive import read_archive
from replay.history import Foreign, History
from replay.rules import replay_rules
from store.archive import write_archive
from tests.replay.record import FIRST, Recording, recording
from tests.support.trial import PROVENANCE, register_body


@pytest.fixture
def archive(lives: Recording, tmp_path: Path) -> Path:
    """The record's archive."""
    return _archived(lives, tmp_path / "record.jsonl")


def test_an_archive_is_the_same_history(archive: Path, history: History) -> None:
    """Documents, commands and events come out of an archive as they come out of the store, in one order."""
    read = read_archive(archive)
    assert read == history
    assert replay_rules(read, PROVENANCE).differences == ()


def test_a_refusal_stands_after_what_it_was_refused_for(tmp_path: Path) -> None:
    """Refused because of what another stream recorded just before, a command is decided again after it,
    though an archive names its stream first."""
    record, january = recording(tmp_path), datetime(2026, 1, 5, 2, tzinfo=UTC)
    sponsor = {"id": "sponsor-1", "role": "sponsor", "method": "cli"}
    paused = {"kind": "set_recruitment", "actor": sponsor, "recruitment": "paused", "reason": "A review"}
    assert record.ask(STUDY_SUBJECT, paused, january).refused is None
    later = january + timedelta(minutes=1)
    assert record.ask(FIRST, register_body("2026-01-05"), later).refused == Code.RECRUITMENT_CLOSED
    history = read_archive(_archived(record, tmp_path / "record.jsonl"))
    record.trial.store.close()
    assert replay_rules(history, PROVENANCE).differences == ()


@pytest.mark.parametrize(
    "part", [b'"item":"release"', b'"accepted":true,"actor":"', b'"recorded_at":"2026-02-1']
)
def test_an_archive_with_one_flipped_bit_is_not_replayed(archive: Path, part: bytes) -> None:
    """One changed bit anywhere is told as the first link that does not hold (INV-13)."""
    whole = archive.read_bytes()
    place = whole.index(part) + len(part) - 2
    archive.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with pytest.raises(Foreign, match=r"record\.jsonl"):
        read_archive(archive)


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"line":"header","archive":9}'])
def test_what_is_no_archive_is_refused(tmp_path: Path, text: str) -> None:
    """Another file is told apart from an archive in one sentence."""
    file = tmp_path / "other"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Foreign):
        read_archive(file)


def test_a_truncated_archive_is_refused(archive: Path) -> None:
    """An archive that breaks off in the middle is not replayed as if it were whole."""
    lines = archive.read_bytes().splitlines(keepends=True)
    archive.write_bytes(b"".join(lines[: len(lines) // 2]))
    with pytest.raises(Foreign):
        read_archive(archive)


def _archived(record: Recording, file: Path) -> Path:
    with record.trial.store.reading() as reading, file.open("wb") as out:
        write_archive(reading, out, datetime(2027, 9, 1, tzinfo=UTC))
    return file
