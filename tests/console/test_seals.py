"""Seals: what was sealed and kept elsewhere shows every alteration, with the public key alone."""

from __future__ import annotations

import gzip
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.sealing import NoKey, SealBroken, Sealed, new_key, opened, seal
from tests.console.terminal import Terminal
from tests.console.test_proof import tamper

AT = datetime(2026, 3, 6, 15, tzinfo=timezone(timedelta(hours=8)))
CHECKPOINT = "2:171:204:9:" + "9f" * 32
SECRET, PUBLIC = new_key()
LINE = seal(Sealed.CHECKPOINT, CHECKPOINT, AT, SECRET)


def test_a_seal_opens_with_the_public_key() -> None:
    """What was sealed, and when (UTC), comes out as it went in."""
    found = opened(LINE, PUBLIC)
    assert (found.what, found.subject, found.at) == (Sealed.CHECKPOINT, CHECKPOINT, AT.astimezone(UTC))


@given(st.integers(0, len(LINE) - 1), st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyzAZ:-=+/ "))
@example(len(LINE) - 3, chr(ord(LINE[-3]) + 1))
def test_a_seal_with_one_other_character_is_broken(place: int, other: str) -> None:
    """INV-24: no single character of the line can be changed."""
    if LINE[place] == other:
        return
    with pytest.raises(SealBroken):
        opened(LINE[:place] + other + LINE[place + 1 :], PUBLIC)


def test_another_key_does_not_open_it() -> None:
    """A seal of somebody else's key says whose it is."""
    with pytest.raises(SealBroken, match="made with the key"):
        opened(LINE, new_key()[1])


def test_seals_of_the_first_checkpoints_still_open() -> None:
    """A seal made before commands and users were covered opens as it did."""
    old = seal(Sealed.CHECKPOINT, "171:" + "9f" * 32, AT, SECRET)
    assert opened(old, PUBLIC).subject == "171:" + "9f" * 32


@pytest.mark.parametrize("text", ["", "x", "AAAA", "é" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    """A key of another length or alphabet is named as none."""
    with pytest.raises(NoKey, match="32 bytes"):
        opened(LINE, text)


@pytest.fixture
def keyed(own_dayzero: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A deployment with a key; its public one."""
    file = tmp_path / "seal.key"
    public = str(own_dayzero("seal", "key", str(file), "--json").data["public"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert own_dayzero("seal", "key", str(file)).code == 2
    monkeypatch.setenv("DAYZERO_SEAL_KEY", file.read_text(encoding="utf-8").strip())
    return public


def test_a_sealed_checkpoint_shows_what_was_cut(
    own_dayzero: Terminal, own_store: Path, keyed: str, tmp_path: Path
) -> None:
    """INV-24: sealed and appended to a file, it holds for the same record and not for a shorter one."""
    kept = tmp_path / "anchors"
    line = own_dayzero("seal", "make", "--to", str(kept), "--channel", "file").lines[-1]
    assert kept.read_text(encoding="utf-8") == f"{line}\n"
    assert own_dayzero("verify", "--checkpoint", line, "--public-key", keyed).code == 0
    assert own_dayzero("verify", "--checkpoint", line).code == 2
    altered = line.replace("checkpoint 2:1", "checkpoint 2:2")
    assert own_dayzero("verify", "--checkpoint", altered, "--public-key", keyed).code == 4
    tamper(own_store, "DELETE FROM events WHERE position = (SELECT max(position) FROM events)")
    said = own_dayzero("verify", "--checkpoint", line, "--public-key", keyed)
    assert said.code == 4


def test_a_sealed_archive_is_verified_with_the_public_key_alone(
    own_dayzero: Terminal, keyed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written anew as a whole, an archive is still not the one that was sealed."""
    own_dayzero("export", "jsonl", "--to", str(tmp_path / "one"))
    monkeypatch.delenv("DAYZERO_SEAL_KEY")
    [archive] = (tmp_path / "one").glob("*.jsonl")
    assert own_dayzero("verify", "--archive", str(archive), "--public-key", keyed).code == 0
    own_dayzero("export", "jsonl", "--to", str(tmp_path / "two"))
    [other] = (tmp_path / "two").glob("*.jsonl")
    assert own_dayzero("verify", "--archive", str(other), "--public-key", keyed).code == 4
    sealed = tmp_path / "one" / f"{archive.name}.seal"
    sealed.replace(tmp_path / "two" / f"{other.name}.seal")
    text = other.read_text(encoding="utf-8").replace('"written_at":"', '"written_at":"1')
    other.write_text(text, encoding="utf-8")
    said = own_dayzero("verify", "--archive", str(other), "--public-key", keyed)
    assert said.code == 4
    assert "is not the one that was sealed" in said.err


def test_an_archive_that_was_compressed_is_still_the_one_that_was_sealed(
    own_dayzero: Terminal, keyed: str, tmp_path: Path
) -> None:
    """The seal beside `FILE.jsonl` holds for `FILE.jsonl.gz`, and for no other content."""
    own_dayzero("export", "jsonl", "--to", str(tmp_path))
    [archive] = tmp_path.glob("*.jsonl")
    packed = tmp_path / f"{archive.name}.gz"
    packed.write_bytes(gzip.compress(archive.read_bytes()))
    archive.unlink()
    assert own_dayzero("verify", "--archive", str(packed), "--public-key", keyed).code == 0
    text = gzip.decompress(packed.read_bytes()).replace(b'"written_at":"', b'"written_at":"1')
    packed.write_bytes(gzip.compress(text))
    assert own_dayzero("verify", "--archive", str(packed), "--public-key", keyed).code == 4


def test_without_a_key_nothing_is_sealed(own_dayzero: Terminal) -> None:
    """It says which setting is missing and how a key is made."""
    said = own_dayzero("seal", "make")
    assert said.code == 2
    assert "dayzero seal key FILE" in said.err
