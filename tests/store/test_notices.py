"""What is owed is owed once, sent by one at a time, and every attempt leaves a row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from store import NoticeStatus, Store, UnknownNotice
from tests.store.making import START, STUDY, notice

N1, N2 = notice(1), notice(2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def owing(store: Store) -> Store:
    """A store that owes two notices."""
    with store.writing() as tx:
        tx.owe(STUDY, "P01", [N1, N2], START)
    return store


def claim(store: Store, at: int = 0, lease_seconds: float = 60) -> bool:
    """Claim the first notice some minutes after the start."""
    with store.writing() as tx:
        return tx.claim(STUDY, N1.notice, START + at * MINUTE, lease_seconds)


def status(store: Store) -> NoticeStatus:
    """Where the first notice stands."""
    with store.reading() as reading:
        found = reading.notice(STUDY, N1.notice)
    assert found is not None
    return found.status


def test_a_notice_is_owed_once(owing: Store) -> None:
    """INV-17: owing the same step again changes nothing, also after it was delivered."""
    with owing.writing() as tx:
        tx.delivered(STUDY, N1.notice, START, "250 ok")
        tx.owe(STUDY, "P01", [N1, N2, notice(3)], START + MINUTE)
    with owing.reading() as reading:
        found = reading.notices(STUDY)
    assert [(each.notice, each.status) for each in found] == [
        (N1.notice, NoticeStatus.DELIVERED),
        (N2.notice, NoticeStatus.OWED),
        (notice(3).notice, NoticeStatus.OWED),
    ]


def test_what_is_unsettled_is_what_no_outcome_has_ended(owing: Store) -> None:
    """A participant's unsettled notices are those owed or being sent, and nobody else's."""
    with owing.writing() as tx:
        tx.owe(STUDY, "P01", [notice(3), notice(4)], START + MINUTE)
        tx.owe(STUDY, "P02", [notice(5)], START)
        tx.delivered(STUDY, N1.notice, START, "250 ok")
        tx.failed(STUDY, notice(3).notice, START + MINUTE, "no such address", final=True)
        tx.claim(STUDY, N2.notice, START + MINUTE, 60)
        assert tx.unsettled(STUDY, "P01") == [N2.notice, notice(4).notice]
        assert tx.unsettled(STUDY, "P03") == []


def test_a_notice_says_whom_what_and_how(owing: Store) -> None:
    """Every field of a notice is kept, and lists narrow by participant and by one or several states."""
    with owing.reading() as reading:
        found = reading.notice(STUDY, N1.notice)
        assert found is not None
        assert (found.alert, found.rung, found.round, found.contact, found.channel) == (
            N1.alert,
            N1.rung,
            N1.round,
            N1.contact,
            N1.channel,
        )
        assert (found.participant, found.owed_at, found.attempts, found.leased_until) == (
            "P01",
            START,
            0,
            None,
        )
        assert reading.notices(STUDY, "P02") == []
        assert len(reading.notices(status=NoticeStatus.OWED)) == 2
        assert len(reading.notices(status=(NoticeStatus.SENDING, NoticeStatus.FAILED))) == 0


def test_one_deliverer_at_a_time(owing: Store) -> None:
    """A claimed notice is nobody else's until its lease ends."""
    assert claim(owing)
    assert status(owing) is NoticeStatus.SENDING
    assert not claim(owing)
    assert claim(owing, at=2)


def test_ten_deliverers_at_once_get_one_lease(owing: Store) -> None:
    """Of ten that claim at the same moment exactly one sends."""
    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(lambda _: claim(owing), range(10))) == 1


def test_a_delivered_notice_is_never_claimed_again(owing: Store) -> None:
    """What was delivered is not sent again, however late one asks."""
    assert claim(owing)
    with owing.writing() as tx:
        tx.delivered(STUDY, N1.notice, START, "250 ok")
    assert status(owing) is NoticeStatus.DELIVERED
    assert not claim(owing, at=10_000)


def test_a_failed_attempt_leaves_the_notice_owed(owing: Store) -> None:
    """A channel that fails gives the lease back; the attempt and its words are kept."""
    assert claim(owing)
    with owing.writing() as tx:
        tx.failed(STUDY, N1.notice, START, "421 try later\x00", final=False)
    assert status(owing) is NoticeStatus.OWED
    assert claim(owing)
    with owing.writing() as tx:
        tx.delivered(STUDY, N1.notice, START + MINUTE, "250 ok")
    with owing.reading() as reading:
        tried = reading.attempts(STUDY, N1.notice)
        found = reading.notice(STUDY, N1.notice)
    assert [(each.attempt, each.outcome, each.detail) for each in tried] == [
        (1, "failed", "421 try later\ufffd"),
        (2, "delivered", "250 ok"),
    ]
    assert found is not None
    assert (found.attempts, found.settled_at, found.detail) == (2, START + MINUTE, "250 ok")


def test_a_final_failure_is_settled_until_somebody_asks(owing: Store) -> None:
    """A notice given up is listed as failed, and can be claimed again when a person wants it sent."""
    assert claim(owing)
    with owing.writing() as tx:
        tx.failed(STUDY, N1.notice, START, "550 no such address", final=True)
    assert status(owing) is NoticeStatus.FAILED
    assert claim(owing)


def test_a_late_failure_does_not_undo_a_delivery(owing: Store) -> None:
    """Of two attempts whose lease overlapped, one delivery is enough; the other's row is kept."""
    with owing.writing() as tx:
        tx.delivered(STUDY, N1.notice, START, "250 ok")
        tx.failed(STUDY, N1.notice, START + MINUTE, "timeout", final=True)
    assert status(owing) is NoticeStatus.DELIVERED
    with owing.reading() as reading:
        assert len(reading.attempts(STUDY, N1.notice)) == 2


def test_an_outcome_of_nothing_owed_is_an_error(owing: Store) -> None:
    """A notice that was never owed cannot be delivered, failed or claimed."""
    with pytest.raises(UnknownNotice, match="nobody"), owing.writing() as tx:
        tx.delivered(STUDY, "nobody", START, "")
    with pytest.raises(UnknownNotice, match="nobody"), owing.writing() as tx:
        tx.failed(STUDY, "nobody", START, "", final=True)
    with owing.writing() as tx:
        assert not tx.claim(STUDY, "nobody", START, 60)
