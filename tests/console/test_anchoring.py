"""Checkpoints kept outside by themselves: in a file, a mailbox, behind a webhook; and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.anchoring import Anchoring, Places, append_line
from activities.channels import Channels
from activities.drift import What
from activities.posting import Patience
from activities.sealing import NoKey, SealBroken, Sealed, new_key, seal
from console.anchors_health import examine_anchors
from console.health import Health
from console.kept_checkpoints import NoCheckpoint, NoPublicKey, kept_checkpoints
from settings import Settings, SettingsInvalid, read_settings
from store import Store, open_store
from store.checkpoint import checkpoint
from tests.activities.receivers import Mailbox, Webhook, free_port, mailbox, webhook
from tests.console.terminal import Terminal
from tests.console.test_proof import tamper

NOW = datetime(2026, 3, 6, 7, tzinfo=UTC)
SECRET, PUBLIC = new_key()
EVERY = timedelta(hours=6)


@pytest.fixture
def own(own_store: Path) -> Iterator[Store]:
    """A copy of the told trial."""
    store = open_store(f"sqlite:///{own_store}")
    yield store
    store.close()


@pytest.fixture
def hook() -> Iterator[Webhook]:
    """A webhook receiver on loopback."""
    with webhook() as receiver:
        yield receiver


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """An SMTP receiver on loopback."""
    with mailbox() as receiver:
        yield receiver


def anchoring(store: Store, folder: Path, **table: str) -> Anchoring:
    """Into `folder`/anchors and through every channel of the table, every six hours."""
    secret = {name: SecretStr(address) for name, address in table.items()}
    channels = Channels(secret, file=folder / "notices.jsonl", clock=lambda: NOW, patience=Patience(1, 1, 3))
    places = Places(folder / "anchors", tuple(table), EVERY)
    return Anchoring(store, channels, places, SecretStr(SECRET))


def cut(store: Path) -> None:
    """Cut the newest event of the study off, with everything that would tell of it inside."""
    tamper(store, "DELETE FROM events WHERE position = (SELECT max(position) FROM events)")


def test_each_place_takes_a_line_that_proves_the_record(
    own: Store,
    own_store: Path,
    own_dayzero: Terminal,
    hook: Webhook,
    box: Mailbox,
    tmp_path: Path,
) -> None:
    """INV-13: file, mail and webhook each get a sealed line; given back to `verify` as they were saved, each
    holds for the record, and each shows that its end was cut off.
    """
    keeper = anchoring(own, tmp_path, mail=box.address(), hook=f"json://127.0.0.1:{hook.port}/anchors")
    assert keeper.anchor(NOW) == []
    (tmp_path / "saved.eml").write_bytes(box.got[0].as_bytes())
    (tmp_path / "hook.json").write_bytes(hook.got[0].body)
    files = [tmp_path / name for name in ("anchors", "saved.eml", "hook.json")]
    for file in files:
        said = own_dayzero("verify", "--checkpoint", str(file), "--public-key", PUBLIC)
        assert said.code == 0, said.err
        assert own_dayzero("verify", "--checkpoint", str(file)).code == 2
        other = own_dayzero("verify", "--checkpoint", str(file), "--public-key", new_key()[1])
        assert (other.code, "made with the key" in other.err) == (4, True)
    cut(own_store)
    for file in files:
        said = own_dayzero("verify", "--checkpoint", str(file), "--public-key", PUBLIC, "--json")
        assert said.code == 4
        assert any("the newest records are gone" in each for each in said.data["problems"])


def test_a_place_is_asked_again_until_it_takes_one(own: Store, tmp_path: Path, hook: Webhook) -> None:
    """Nothing is sent before it is due; a place that did not take its line is told and asked again, and the
    others are not bothered.
    """
    hook.status = 503
    keeper = anchoring(own, tmp_path, hook=f"json://127.0.0.1:{hook.port}/anchors")
    [condition] = keeper.anchor(NOW)
    assert (condition.what, condition.count) == (What.ANCHOR, 1)
    assert condition.detail == "no checkpoint was taken by hook: HTTP 503"
    hook.status = 200
    assert keeper.anchor(NOW + timedelta(minutes=1)) == []
    assert keeper.anchor(NOW + timedelta(minutes=2)) == []
    assert len(hook.got) == 2
    assert len((tmp_path / "anchors").read_text().splitlines()) == 1
    assert keeper.anchor(NOW + EVERY) == []
    assert len((tmp_path / "anchors").read_text().splitlines()) == 2
    assert len(hook.got) == 2
    keeper.anchor(NOW + EVERY + timedelta(minutes=1))
    assert len(hook.got) == 3


def test_two_workers_send_one_line(own: Store, tmp_path: Path, hook: Webhook) -> None:
    """What one worker's round has anchored is not due for another's."""
    address = f"json://127.0.0.1:{hook.port}/anchors"
    assert anchoring(own, tmp_path, hook=address).anchor(NOW) == []
    assert anchoring(own, tmp_path, hook=address).anchor(NOW + timedelta(seconds=30)) == []
    assert len(hook.got) == 1


def test_a_folder_that_is_not_there_is_told(own: Store, tmp_path: Path) -> None:
    """A file that cannot be written keeps no line, and why is told."""
    [condition] = anchoring(own, tmp_path / "gone").anchor(NOW)
    assert "No such file or directory" in condition.detail


def test_what_cannot_be_sent_to_is_refused_at_the_start(own: Store, tmp_path: Path) -> None:
    """A channel nobody configured, or a key that is none, is said before anything begins."""
    channels = Channels({}, file=tmp_path / "notices.jsonl", clock=lambda: NOW)
    with pytest.raises(ValueError, match="no channel is named auditor; there are file, log"):
        Anchoring(own, channels, Places(None, ("auditor",), EVERY), SecretStr(SECRET))
    with pytest.raises(NoKey):
        Anchoring(own, channels, Places(None, ("log",), EVERY), SecretStr("AAAA"))


def test_places_need_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that name a place and no key are refused in one line."""
    monkeypatch.setenv("DAYZERO_ANCHOR_CHANNELS", "log, file")
    with pytest.raises(SettingsInvalid, match="need DAYZERO_SEAL_KEY"):
        read_settings()
    monkeypatch.setenv("DAYZERO_SEAL_KEY", SECRET)
    assert read_settings().anchoring_channels() == ("log", "file")


def test_doctor_says_how_well_the_record_is_anchored(own: Store, tmp_path: Path) -> None:
    """No place at all, one that took nothing yet, one in time and one that is late are told apart."""
    file = tmp_path / "anchors"
    place = Settings(seal_key=SecretStr(SECRET), anchor_file=file, anchor_every=int(EVERY.total_seconds()))

    def health(settings: Settings, at: datetime) -> list[Health]:
        return [each.health for each in examine_anchors(settings, own, at)]

    assert health(Settings(), NOW) == [Health.WARN]
    assert health(place, NOW) == [Health.WARN]
    anchoring(own, tmp_path).anchor(NOW)
    assert health(place, NOW + EVERY) == [Health.OK]
    assert health(place, NOW + 3 * EVERY) == [Health.BAD]
    broken = Settings(seal_key=SecretStr("x"), anchor_file=file)
    assert health(broken, NOW) == [Health.BAD]


def line(store: Store, at: datetime = NOW) -> str:
    """A seal of the store as it stands."""
    with store.reading() as reading:
        return seal(Sealed.CHECKPOINT, str(checkpoint(reading)), at, SECRET)


def test_a_line_is_never_glued_to_half_a_line(tmp_path: Path) -> None:
    """After a line that a crash cut short, the next begins on a line of its own."""
    file = tmp_path / "anchors"
    append_line(file, "first")
    file.write_bytes(file.read_bytes() + b"hal")
    append_line(file, "second")
    assert file.read_text() == "first\nhal\nsecond\n"


@pytest.mark.parametrize(
    "wrapped",
    [
        "{}",
        "Forwarded:\n\n> {} \n\nregards",
        '{{"message": "x", "seal": "{}"}}',
        '{{"at": "now", "body": "other"}}\n{{"body": "{}\\n\\nKeep this"}}\n',
        "Subject: kept\nContent-Type: text/html\n\n<p>{}</p>\n",
    ],
)
def test_a_seal_is_found_in_whatever_kept_it(own: Store, tmp_path: Path, wrapped: str) -> None:
    """A line, a quoted and wrapped mail, a webhook's body, the file of notices and a mail in HTML all give
    the checkpoint back.
    """
    file = tmp_path / "kept"
    made = line(own)
    text = made.replace(" ", "\n> ") if "Forwarded" in wrapped else made
    file.write_text(wrapped.format(text), encoding="utf-8")
    [found] = kept_checkpoints(str(file), PUBLIC)
    assert str(found) == made.split()[3]


def test_every_line_of_a_file_is_held_against_the_record(own: Store, tmp_path: Path) -> None:
    """A file of anchors gives all of them, sealed and bare; one that was altered or cut is told by number."""
    file = tmp_path / "kept"
    lines = [line(own), line(own, NOW + EVERY)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert len(kept_checkpoints(str(file), PUBLIC)) == 2
    file.write_text("\n".join([lines[0], lines[1].replace("2026", "2025", 1)]), encoding="utf-8")
    with pytest.raises(SealBroken, match="checkpoint 2: the signature does not hold"):
        kept_checkpoints(str(file), PUBLIC)
    file.write_text(f"{lines[0]}\n{lines[1][:40]}\n", encoding="utf-8")
    with pytest.raises(SealBroken, match="checkpoint 2: no seal"):
        kept_checkpoints(str(file), PUBLIC)
    bare = [f"7:{'a' * 64}", f"2:7:7:1:{'b' * 64}"]
    file.write_text("\n".join(bare), encoding="utf-8")
    assert [str(each) for each in kept_checkpoints(str(file), None)] == bare
    file.write_text("\n".join([bare[0], lines[0], bare[1]]), encoding="utf-8")
    mixed = [str(each) for each in kept_checkpoints(str(file), PUBLIC)]
    assert mixed == [lines[0].split()[3], *bare]


def test_what_holds_no_checkpoint_is_refused(own: Store, tmp_path: Path) -> None:
    """A word, an empty file, a folder, bytes of something else and a seal of an archive prove nothing."""
    for said in ("yesterday", str(tmp_path), "x" * 5000, "a\0b"):
        with pytest.raises(NoCheckpoint, match="neither a file nor a checkpoint"):
            kept_checkpoints(said, PUBLIC)
    file = tmp_path / "kept"
    for content in (b"", b"\xff\xfe\x00", json.dumps(["x"]).encode(), b"Subject: x\n\n"):
        file.write_bytes(content)
        with pytest.raises(NoCheckpoint, match="holds no checkpoint"):
            kept_checkpoints(str(file), PUBLIC)
    with pytest.raises(NoPublicKey):
        kept_checkpoints(line(own), None)
    with pytest.raises(SealBroken, match="give --archive"):
        kept_checkpoints(seal(Sealed.ARCHIVE, "9f" * 32, NOW, SECRET), PUBLIC)


def test_a_missing_mail_server_is_told(own: Store, tmp_path: Path) -> None:
    """Nobody listens: the reason is told, and no address with it."""
    [condition] = anchoring(own, tmp_path, mail=Mailbox(port=free_port()).address()).anchor(NOW)
    assert condition.detail == "no checkpoint was taken by mail: connection refused"
