"""Programs are kept alike on both databases: who may ask, who is told, and what is owed to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.roles import Role
from store import Store
from store.clients import (
    Client,
    all_clients,
    client_named,
    keep_client,
    note_wrong_token,
    see_client,
    wrong_tokens_from,
)
from store.webhooks import (
    MessageStatus,
    Webhook,
    WebhookMessage,
    all_webhooks,
    claim_webhook,
    extend_lease,
    fail_message,
    give_up_messages,
    keep_webhook,
    messages_of,
    next_message,
    owe_messages,
    put_off,
    release_webhook,
    settle_message,
    sweep_messages,
    webhook_counts,
    webhook_named,
)

AT = datetime(2026, 3, 6, 7, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
CLIENT = Client("board", Role.COORDINATOR, None, "0" * 64, AT)
HOOK = Webhook("board", "https://receiver.example/", "S", ("alert.raised", "stage.entered"), "s", AT, 7, AT)


def message(position: int, owed_at: datetime = AT) -> WebhookMessage:
    """A message about the event at a position."""
    return WebhookMessage("board", position, f"participant/S/P/{position}", "alert.raised", "{}", owed_at)


def test_a_client_is_kept_as_it_was_given(store: Store) -> None:
    """A client comes back with role, study and times; kept again it has the new values and no others."""
    with store.writing() as tx:
        keep_client(tx, CLIENT)
        see_client(tx, "board", LATER)
        keep_client(tx, replace(CLIENT, client_id="audit", role=Role.AUDITOR, study="S", closed_at=LATER))
    with store.reading() as reading:
        assert client_named(reading, "board") == replace(CLIENT, used_at=LATER)
        assert [each.client_id for each in all_clients(reading)] == ["audit", "board"]
        assert client_named(reading, "ghost") is None
    with store.writing() as tx:
        keep_client(tx, replace(CLIENT, token_hash="1" * 64))
        assert client_named(tx, "board") == replace(CLIENT, token_hash="1" * 64)


def test_wrong_tokens_are_counted_by_address_for_a_while(store: Store) -> None:
    """Tries count for the address they came from, and are swept away once they count no more."""
    keep = timedelta(minutes=15)
    with store.writing() as tx:
        for minutes in (0, 1, 20):
            note_wrong_token(tx, "-", "10.0.0.1", AT + timedelta(minutes=minutes), keep)
        note_wrong_token(tx, "-", "10.0.0.2", AT + timedelta(minutes=20), keep)
        assert wrong_tokens_from(tx, "10.0.0.1", AT - keep) == 1
        assert wrong_tokens_from(tx, "10.0.0.2", AT - keep) == 1
        assert wrong_tokens_from(tx, "10.0.0.3", AT - keep) == 0


def test_one_worker_at_a_time_holds_a_webhook(store: Store) -> None:
    """A lease keeps others away until it runs out or is given back; a closed webhook is nobody's."""
    with store.writing() as tx:
        keep_webhook(tx, HOOK)
        assert webhook_named(tx, "board") == HOOK
        assert claim_webhook(tx, "board", AT, LATER) == replace(HOOK, leased_until=LATER)
        assert claim_webhook(tx, "board", AT, LATER) is None
        extend_lease(tx, "board", LATER + timedelta(minutes=1))
        assert claim_webhook(tx, "board", LATER, LATER) is None
        release_webhook(tx, "board")
        assert claim_webhook(tx, "board", AT, LATER) is not None
        keep_webhook(tx, replace(HOOK, closed_at=AT))
        assert claim_webhook(tx, "board", LATER, LATER) is None
        assert [each.closed_at for each in all_webhooks(tx)] == [AT]


def test_what_is_owed_is_owed_once_and_goes_in_order(store: Store) -> None:
    """Owed again, an event is owed once; the oldest comes first until it was taken or given up."""
    with store.writing() as tx:
        keep_webhook(tx, HOOK)
        owe_messages(tx, "board", 9, [message(9), message(8)])
        owe_messages(tx, "board", 10, [message(9), message(10, LATER)])
        assert [each.position for each in messages_of(tx, "board")] == [8, 9, 10]
        first = next_message(tx, "board")
        assert first == message(8)
        assert fail_message(tx, message(8), "HTTP 500") == 1
        put_off(tx, "board", LATER)
        failing = webhook_named(tx, "board")
        assert failing == replace(HOOK, position=10, failures=1, next_at=LATER)
        again = next_message(tx, "board")
        assert again == replace(message(8), attempts=1, detail="HTTP 500")
        settle_message(tx, again, LATER)
        assert webhook_named(tx, "board") == replace(HOOK, position=10, failures=0, next_at=LATER)
        assert give_up_messages(tx, "board", LATER, LATER) == 1
        standing = {each.position: each.status for each in messages_of(tx, "board")}
        assert standing == {
            8: MessageStatus.DELIVERED,
            9: MessageStatus.GIVEN_UP,
            10: MessageStatus.OWED,
        }
        counts = webhook_counts(tx, "board")
        assert (counts.owed, counts.delivered, counts.given_up, counts.last_failure) == (1, 1, 1, None)
        sweep_messages(tx, "board", LATER + timedelta(days=1))
        assert [each.position for each in messages_of(tx, "board")] == [10]
