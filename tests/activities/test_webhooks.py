"""Posting to a real HTTP receiver."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk

from activities.message import Message
from activities.posting import HALF_READ, NotSent, Patience, Sent
from tests.activities.conftest import MakeChannels
from tests.activities.receivers import Webhook, free_port

MESSAGE = Message(
    key="P-001/D28/overdue/rung-1/1/coordinator-1/hook",
    subject="P-001 D28 overdue 已逾期 (1/3)",
    body="line 1\nline 2 & <b> \\n :smile:\n第28天",
    fields={"participant": "P-001", "due": "2026-03-30T16:00:00+00:00"},
)


def test_a_webhook_gets_text_fields_and_key(hook: Webhook, channels: MakeChannels) -> None:
    """One POST with the text untouched, the fields for machines, and the notice's id as idempotency key."""
    outcome = channels(hook=f"json://{hook.host}/in").send("hook", MESSAGE)
    assert outcome == Sent("accepted")
    [request] = hook.got
    assert (request.method, request.path) == ("POST", "/in")
    assert request.headers["Idempotency-Key"] == MESSAGE.key
    assert request.json["title"] == MESSAGE.subject
    assert request.json["message"] == MESSAGE.body
    assert request.json["participant"] == "P-001"
    assert request.json["due"] == "2026-03-30T16:00:00+00:00"


def test_fields_and_key_join_those_of_the_address(hook: Webhook, channels: MakeChannels) -> None:
    """An address with parameters of its own keeps them: user, header and field."""
    address = f"json://user:pa%2Fss@{hook.host}/in?+X-Site=hefei&:team=cell"
    assert isinstance(channels(hook=address).send("hook", MESSAGE), Sent)
    [request] = hook.got
    assert request.headers["X-Site"] == "hefei"
    assert request.headers["Authorization"].startswith("Basic ")
    assert request.json["team"] == "cell"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (500, False), (502, False), (503, False), (429, False), (408, False), (401, False), (403, False),
        (404, False), (400, True), (410, True), (413, True), (422, True),
    ],
)  # fmt: skip
def test_a_refusing_webhook_is_a_failure(
    hook: Webhook, channels: MakeChannels, status: int, permanent: bool
) -> None:
    """Every answer but 2xx is told with its code; only what the message itself caused is permanent."""
    hook.status = status
    outcome = channels(hook=f"json://{hook.host}").send("hook", MESSAGE)
    assert outcome == NotSent(f"HTTP {status}", permanent=permanent)
    assert len(hook.got) == 1


@pytest.mark.parametrize("trap", ["optional=yes", "retry=3", "retry=2&wait=1&optional=yes"])
def test_an_address_cannot_hide_or_multiply_a_failure(
    hook: Webhook, channels: MakeChannels, trap: str
) -> None:
    """Apprise's own `optional` (a failure counts as success) and `retry` have no effect here."""
    hook.status = 500
    assert isinstance(channels(hook=f"json://{hook.host}?{trap}").send("hook", MESSAGE), NotSent)
    assert len(hook.got) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(hook: Webhook, channels: MakeChannels, status: int) -> None:
    """A redirected POST would arrive as a GET without the message and look like success."""
    hook.status, hook.location = status, "/elsewhere"
    assert channels(hook=f"json://{hook.host}").send("hook", MESSAGE) == NotSent(
        f"HTTP {status}", permanent=False
    )
    assert [request.path for request in hook.got] == ["/"]


def test_a_slow_webhook_is_tried_again_later(hook: Webhook, channels: MakeChannels) -> None:
    """A receiver that does not answer in time is a failure that may pass, and holds nobody for long."""
    hook.delay = 2
    began = time.monotonic()
    outcome = channels(hook=f"json://{hook.host}").send("hook", MESSAGE)
    assert outcome == NotSent("no answer in time", permanent=False)
    assert time.monotonic() - began < 1.9


def test_a_trickling_webhook_cannot_hold_us(hook: Webhook, channels: MakeChannels) -> None:
    """A byte at a time never trips a socket's timeout; the limit for the whole does, and says so."""
    hook.trickles = True
    began = time.monotonic()
    outcome = channels(Patience(connect=1, answer=1, longest=1.5), hook=f"json://{hook.host}").send(
        "hook", MESSAGE
    )
    assert outcome == NotSent("no answer in time; it may have arrived", permanent=False)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (lambda: f"json://127.0.0.1:{free_port()}", "connection refused"),
        (lambda: "json://no-such-host.invalid/in", "the host's name is not known"),
    ],
)
def test_a_missing_webhook_is_tried_again_later(
    channels: MakeChannels, address: Callable[[], str], reason: str
) -> None:
    """Nobody there, and no such name: told as such, not permanent."""
    assert channels(hook=address()).send("hook", MESSAGE) == NotSent(reason, permanent=False)


def test_addresses_are_in_no_log(
    hook: Webhook, channels: MakeChannels, root_log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither password, token nor path of an address is logged, whether it works or fails (INV-16)."""
    table = channels(hook=f"json://office:hunter2@{hook.host}/token-9f3a?+X-Api=key-77")
    outcomes = [table.send("hook", MESSAGE)]
    hook.status = 500
    outcomes.append(table.send("hook", MESSAGE))
    told = root_log.getvalue() + "".join(capfd.readouterr()) + repr(outcomes)
    for secret in ("hunter2", "token-9f3a", "key-77", "office"):
        assert secret not in told


def test_a_robot_that_answers_200_is_not_taken_at_its_word(
    hook: Webhook, channels: MakeChannels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DingTalk says 200 also when it refuses: the record says that the outcome is not known."""
    monkeypatch.setattr(NotifyDingTalk, "notify_url", f"http://{hook.host}/robot/send?access_token={{token}}")
    table = channels(robot="dingtalk://abcdef0123456789")
    assert table.send("robot", MESSAGE) == Sent(HALF_READ)
    assert hook.got[0].json["text"]["content"].endswith(MESSAGE.body)
    hook.status = 500
    assert table.send("robot", MESSAGE) == NotSent("HTTP 500", permanent=False)


def test_many_at_once_each_get_their_own_outcome(hook: Webhook, channels: MakeChannels) -> None:
    """Forty messages from eight threads: each arrives once under its own key."""
    table = channels(Patience(connect=5, answer=5, longest=20), hook=f"json://{hook.host}")
    messages = [Message(key=f"n-{n}", subject="s", body="b") for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda each: table.send("hook", each), messages))
    assert all(isinstance(each, Sent) for each in outcomes)
    assert sorted(each.headers["Idempotency-Key"] for each in hook.got) == sorted(
        each.key for each in messages
    )
