"""Programs are let in and told by what is typed; a token and a secret are shown once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.webhooks.messages import TYPES
from activities.webhooks.signing import Seal
from console.api.tokens import hash_of
from console.web.demo_users import add_demo_users
from domain.roles import Role
from store import open_store
from store.clients import all_clients, see_client
from store.sign_ins import user_named
from store.webhooks import WebhookMessage, fail_message, give_up_messages, owe_messages, webhook_named
from tests.activities.scripted_receiver import receiver
from tests.console.seeding import STUDY
from tests.console.terminal import Terminal
from tests.web.house import QUICK

KEYS = "k1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="


def test_a_client_gets_a_token_once(own_dayzero: Terminal, own_store: Path) -> None:
    """The token is printed when it is made and nowhere after; the store has its hash, role and study."""
    made = own_dayzero("client", "add", "ward-board", "--role", "coordinator", "--only", STUDY, "--json").data
    store = open_store(f"sqlite:///{own_store}")
    with store.reading() as reading:
        [client] = all_clients(reading)
    assert (client.client_id, client.role, client.study) == ("ward-board", Role.COORDINATOR, STUDY)
    assert client.token_hash == hash_of(made["token"])
    [listed] = own_dayzero("client", "list", "--json").data
    assert listed == {**made, "token": None}
    assert made["token"] not in own_dayzero("client", "list").out
    with store.writing() as tx:
        see_client(tx, "ward-board", datetime(2026, 3, 6, 7, 1, tzinfo=UTC))
    store.close()
    assert "2026-03-06 07:01" in own_dayzero("client", "list").out


def test_a_client_that_is_closed_stays_in_the_list(own_dayzero: Terminal) -> None:
    """Closing is told, keeps the line, and closing again changes nothing."""
    assert "kept nowhere" in own_dayzero("client", "add", "his", "--role", "auditor").out
    for _ in range(2):
        assert own_dayzero("client", "close", "his").out == "his: auditor, may use the API no longer\n"
    assert "closed" in own_dayzero("client", "list").out
    assert own_dayzero("client", "add", "his", "--role", "auditor", "--json").data["open"] is True


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("client", "add", "The Board", "--role", "coordinator"), "no id"),
        (("client", "add", "board", "--role", "system"), "no role"),
        (("client", "add", "board", "--role", "chief"), "no role"),
        (("client", "add", "board", "--role", "auditor", "--only", "NOWHERE"), "no protocol is published"),
        (("client", "close", "ghost"), "no client"),
        (("webhook", "add", "Board!", "https://receiver.example/"), "no id"),
        (("webhook", "add", "board", "http://receiver.example/"), "https"),
        (("webhook", "add", "board", "https://a:b@receiver.example/"), "no user, password"),
        (
            ("webhook", "add", "board", "https://receiver.example/", "--type", "visit.recorded"),
            "alert.raised",
        ),
        (("webhook", "add", "board", "https://receiver.example/", "--only", "NOWHERE"), "no protocol"),
        (("webhook", "close", "ghost"), "no webhook"),
        (("webhook", "test", "ghost"), "no webhook"),
    ],
)
def test_what_cannot_be_is_said(own_dayzero: Terminal, words: tuple[str, ...], reason: str) -> None:
    """A wrong id, role, study, address or type ends with one line that says what would be right."""
    said = own_dayzero(*words)
    assert said.code in (1, 2) and reason in said.err


def test_a_person_is_no_client(own_dayzero: Terminal, own_store: Path) -> None:
    """An id that a person signs in with is not given to a program: the record could not tell them apart."""
    store = open_store(f"sqlite:///{own_store}")
    with store.reading() as reading:
        assert user_named(reading, "coordinator-1") is None
    add_demo_users(store, QUICK, datetime.now(UTC))
    store.close()
    said = own_dayzero("client", "add", "coordinator-1", "--role", "coordinator")
    assert said.code == 2 and "a person" in said.err


def test_a_webhook_gets_a_secret_once_and_is_told_from_now_on(own_store: Path, tmp_path: Path) -> None:
    """The secret is printed once and sealed in the store; what lies behind is not told."""
    url = f"sqlite:///{own_store}"
    dayzero = Terminal(
        {"DAYZERO_HOME": str(tmp_path), "DAYZERO_DATABASE_URL": url, "DAYZERO_PAYLOAD_KEYS": KEYS}
    )
    made = dayzero("webhook", "add", "board", "https://receiver.example/hook", "--json").data
    store = open_store(url)
    with store.reading() as reading:
        webhook = webhook_named(reading, "board")
        assert webhook is not None and webhook.position == reading.position()
    store.close()
    assert made["types"] == list(TYPES)
    assert made["secret"] not in webhook.secret and webhook.secret.startswith("k1:")
    assert Seal({"k1": b"A" * 32}).opened(webhook.secret) == made["secret"]
    assert dayzero("webhook", "list", "--json").data == [{**made, "secret": None}]
    again = dayzero("webhook", "add", "board", "https://receiver.example/hook", "--json").data
    assert again["secret"] != made["secret"]
    assert "told nothing" in dayzero("webhook", "close", "board").out
    assert dayzero("webhook", "list", "--json").data[0]["open"] is False


def test_what_was_given_up_is_shown(own_dayzero: Terminal, own_store: Path) -> None:
    """The list says what waits, what failed and what was given up, with the last reason."""
    own_dayzero("webhook", "add", "board", "https://receiver.example/hook", "--type", "alert.raised")
    store, now = open_store(f"sqlite:///{own_store}"), datetime.now(UTC)
    messages = [
        WebhookMessage("board", number, f"participant/S/P/{number}", "alert.raised", "{}", owed_at)
        for number, owed_at in ((1, now - timedelta(days=9)), (2, now))
    ]
    with store.writing() as tx:
        owe_messages(tx, "board", 2, messages)
        assert fail_message(tx, messages[0], "HTTP 500") == 1
        assert give_up_messages(tx, "board", now - timedelta(days=3), now) == 1
    store.close()
    [listed] = own_dayzero("webhook", "list", "--json").data
    counts = {name: listed[name] for name in ("owed", "delivered", "given_up", "failures", "last_failure")}
    assert counts == {"owed": 1, "delivered": 0, "given_up": 1, "failures": 1, "last_failure": "HTTP 500"}
    assert "HTTP 500" in own_dayzero("webhook", "list").out


def test_a_test_message_says_what_came_of_it(own_dayzero: Terminal) -> None:
    """`webhook test` sends one signed message that says nothing, and tells the receiver's answer."""
    with receiver() as inbox:
        own_dayzero("webhook", "add", "board", inbox.url)
        assert own_dayzero("webhook", "test", "board").out == "board: taken (HTTP 204)\n"
        inbox.answers = [503]
        refused = own_dayzero("webhook", "test", "board", "--json")
    assert refused.code == 1 and refused.data["detail"] == "HTTP 503"
    [first, _] = inbox.got
    assert json.loads(first.body)["type"] == "webhook.test"
    assert first.headers["webhook-signature"].startswith("v1,")
