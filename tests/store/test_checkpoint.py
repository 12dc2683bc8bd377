"""INV-13: a line kept elsewhere shows what leaves no trace inside: a cut of the newest, and a rewrite."""

# ruff: noqa: S608 (a tamperer writes SQL by hand)
from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from domain.chain import canonical
from domain.roles import Role
from store import Store
from store.administration import Act, By, administer
from store.checkpoint import Checkpoint, against, checkpoint, parse_checkpoint
from store.sign_ins import User
from store.verify import verify
from tests.store.making import START, command, record, stamp, stream_of, views_of, visit
from tests.store.tampering import tamper

P01, P02 = stream_of("P01"), stream_of("P02")
BY = By("engineer-1", "password")
USER = User("coordinator-1", Role.COORDINATOR, "$argon2id$one", demo=False, opened_at=START)
BODY = {"id": "NCT06642025"}
RULES = sha256(canonical(BODY)).hexdigest()


@pytest.fixture
def recorded(store: Store) -> Store:
    """Two participants, rules, a command refused after everything else, and a user who was changed."""
    with store.writing() as tx:
        tx.publish("protocol", "NCT06642025", "1", RULES, BODY, START)
        tx.append("study/NCT06642025", 0, [visit()], stamp("publish/1", protocol=RULES))
    for participant in ("P01", "P02"):
        for number in range(3):
            with store.writing() as tx:
                record(tx, participant, f"c-{number}", [visit(f"D{number}")])
    with store.writing() as tx:
        administer(tx, Act.OPENED, USER, BY, "joins", START)
    with store.writing() as tx:
        moved = replace(USER, role=Role.DATA_MANAGER)
        administer(tx, Act.ROLE_CHANGED, moved, BY, "moves", START + timedelta(days=1))
        tx.settle_command(command(P01, "refused", accepted=False, code="ended", version=3, events=()))
    return store


def made(store: Store) -> Checkpoint:
    """The checkpoint of the store as it stands, written down and read again."""
    with store.reading() as reading:
        return parse_checkpoint(f" {checkpoint(reading)}\n")


def said(store: Store, kept: Checkpoint) -> list[str]:
    """What the checkpoint shows."""
    with store.reading() as reading:
        return [problem.what for problem in against(reading, kept)]


def sound_inside(store: Store) -> bool:
    """Whether nothing is found without a checkpoint."""
    return verify(store, views_of).sound


def test_it_holds_while_the_record_grows(recorded: Store) -> None:
    """A checkpoint made long ago holds for the same record, whatever came after it."""
    kept = made(recorded)
    assert (kept.position, kept.administration) == (7, 2)
    with recorded.writing() as tx:
        record(tx, "P02", "later", [visit("D5")])
        tx.settle_command(command(P02, "refused", accepted=False, code="ended", version=4, events=()))
        administer(tx, Act.CLOSED, replace(USER, closed_at=START), BY, "leaves", START)
    assert said(recorded, kept) == []
    assert verify(recorded, views_of, [kept, made(recorded)]).sound


def test_an_empty_store_has_one(store: Store) -> None:
    """Before anything was recorded there is a checkpoint already, and it holds afterwards."""
    kept = made(store)
    assert (kept.position, kept.commands, kept.administration) == (0, 0, 0)
    with store.writing() as tx:
        record(tx, "P01", "c-0", [visit()])
    assert said(store, kept) == []


def test_the_newest_records_cut_off_are_shown(recorded: Store) -> None:
    """Events that were cut with everything that follows from them are named by how far it once was."""
    with recorded.writing() as tx:
        tx.append("study/NCT06642025", 1, [visit()], stamp("publish/2", protocol=RULES))
    with recorded.reading() as reading:
        [first] = [each for each in reading.events("study/NCT06642025") if each.seq == 1]
        link = reading.connection.exec_driver_sql("SELECT hash FROM events WHERE position = 1").scalar_one()
    kept = made(recorded)
    tamper(
        recorded,
        "DELETE FROM events WHERE position = 8",
        f"UPDATE streams SET version = 1, hash = '{link}' WHERE stream = 'study/NCT06642025'",
    )
    assert first.seq == 1 and sound_inside(recorded)
    assert said(recorded, kept) == [
        "the newest records are gone: position 8 was reached, the last stored is 7"
    ]


def test_the_newest_refusals_cut_off_are_shown(recorded: Store) -> None:
    """An attempt that was refused, taken out with the end that counted it, leaves no trace inside: the
    checkpoint shows it.
    """
    kept = made(recorded)
    with recorded.reading() as reading:
        before = reading.connection.exec_driver_sql(
            f"SELECT hash, number FROM commands WHERE stream = '{P01}' AND ord = 3"
        ).one()
    tamper(
        recorded,
        "DELETE FROM commands WHERE command_id = 'refused'",
        f"UPDATE streams SET commands = 3, commands_hash = '{before[0]}' WHERE stream = '{P01}'",
    )
    assert sound_inside(recorded)
    [what] = said(recorded, kept)
    assert what.startswith(f"the newest commands are gone: number {kept.commands} was reached")


def test_the_newest_of_what_was_done_about_users_cut_off_is_shown(recorded: Store) -> None:
    """A role that was taken back together with the entry that gave it leaves no trace inside: the checkpoint
    shows it.
    """
    kept = made(recorded)
    tamper(
        recorded,
        "DELETE FROM administration WHERE number = 2",
        f"UPDATE users SET role = '{Role.COORDINATOR}'",
    )
    assert sound_inside(recorded)
    assert said(recorded, kept) == [
        "the newest entries about users are gone: entry 2 was reached, the last stored is 1"
    ]


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE events SET hash = '{'1' * 64}' WHERE stream = '{P02}' AND seq = 3",
        f"UPDATE commands SET hash = '{'1' * 64}' WHERE stream = '{P01}' AND ord = 4",
        f"UPDATE administration SET hash = '{'1' * 64}' WHERE number = 2",
        "UPDATE commands SET hash = 'e\u0301' WHERE command_id = 'refused'",
    ],
)
def test_a_rewritten_chain_does_not_match(recorded: Store, statement: str) -> None:
    """A record whose hashes were all made anew is not the one the checkpoint was made of."""
    kept = made(recorded)
    tamper(recorded, statement)
    marks = f"position 7, command {kept.commands} and entry 2 about users"
    assert said(recorded, kept) == [f"the record up to {marks} is not the one the checkpoint was made of"]


def test_one_of_the_first_form_still_holds(recorded: Store) -> None:
    """A checkpoint that an earlier release made, of events alone, is verified as it was then."""
    with recorded.reading() as reading:
        rows = reading.connection.exec_driver_sql(
            "SELECT e.stream, e.seq, e.hash FROM events e JOIN streams s "
            "ON s.stream = e.stream AND s.version = e.seq ORDER BY e.stream"
        )
        digest = sha256(canonical([list(row) for row in rows])).hexdigest()
    kept = parse_checkpoint(f"7:{digest}")
    assert str(kept) == f"7:{digest}"
    assert said(recorded, kept) == []
    assert said(recorded, replace(kept, position=8)) != []
    tamper(recorded, f"UPDATE events SET hash = '{'1' * 64}' WHERE stream = '{P02}' AND seq = 3")
    assert said(recorded, kept) == ["the record up to position 7 is not the one the checkpoint was made of"]


def test_no_command_becomes_visible_behind_one(store: Store) -> None:
    """Numbers become visible in their order: a refusal that is still being written when a checkpoint is made
    is not behind its mark afterwards.
    """
    written, checked = threading.Event(), threading.Event()

    def slow() -> None:
        with store.writing() as tx:
            tx.settle_command(command(P01, "slow", accepted=False, code="ended", version=0, events=()))
            written.set()
            checked.wait(0.3)

    def quick() -> None:
        with store.writing() as tx:
            tx.settle_command(command(P02, "quick", accepted=False, code="ended", version=0, events=()))
        checked.set()

    first = threading.Thread(target=slow)
    first.start()
    assert written.wait(10)
    second = threading.Thread(target=quick)
    second.start()
    kept = made(store)
    first.join(10)
    second.join(10)
    assert kept.commands == 0
    assert said(store, kept) == []
    assert said(store, made(store)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "7",
        "7:abc",
        ":" + "a" * 64,
        "-1:" + "a" * 64,
        "7:" + "A" * 64,
        "2:7:" + "a" * 64,
        "2:7:7:" + "a" * 64,
        "3:7:7:7:" + "a" * 64,
        "2:7:7:-1:" + "a" * 64,
        "2:7:7:7:" + "a" * 63,
        "2:7:7:\u0667:" + "a" * 64,
    ],
)
def test_one_written_down_wrongly_is_refused(wrong: str) -> None:
    """A checkpoint that was copied wrongly is refused with what one looks like."""
    with pytest.raises(ValueError, match="one looks like"):
        parse_checkpoint(wrong)
