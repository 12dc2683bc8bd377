"""The outside heartbeat, against a real receiver."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from activities.heartbeat import Heartbeat
from tests.activities.receivers import Webhook, free_port
from tests.activities.trial import WORKING


def _heartbeat(address: str, **options: float) -> Heartbeat:
    return Heartbeat(SecretStr(address), **{"every_seconds": 60.0, "timeout_seconds": 1.0, **options})


def test_a_beat_asks_for_the_address(hook: Webhook) -> None:
    """One GET of exactly the address."""
    assert _heartbeat(f"http://{hook.host}/ping/abc?rid=1").beat(WORKING)
    assert [(each.method, each.path) for each in hook.got] == [("GET", "/ping/abc?rid=1")]


def test_beats_keep_their_distance(hook: Webhook) -> None:
    """Asked more often than wanted, it beats at its own pace."""
    heart = _heartbeat(f"http://{hook.host}/ping")
    for second in (0, 10, 59, 60, 119, 120):
        assert heart.beat(WORKING + timedelta(seconds=second))
    assert len(hook.got) == 3


def test_a_failed_beat_is_tried_at_the_next_round(hook: Webhook) -> None:
    """An answer that is no success is told, and does not count as a beat."""
    heart = _heartbeat(f"http://{hook.host}/ping")
    hook.status = 500
    assert not heart.beat(WORKING)
    hook.status = 200
    assert heart.beat(WORKING + timedelta(seconds=1))
    assert len(hook.got) == 2


def test_a_slow_or_missing_outside_holds_nobody(hook: Webhook) -> None:
    """No answer in time, and nobody there: no beat, no error, and soon."""
    hook.delay = 2
    began = time.monotonic()
    assert not _heartbeat(f"http://{hook.host}/ping").beat(WORKING)
    assert not _heartbeat(f"http://127.0.0.1:{free_port()}/ping").beat(WORKING)
    assert time.monotonic() - began < 1.9


@pytest.mark.parametrize(
    "address",
    [lambda hook: f"http://{hook.host}/key-4711", lambda _: f"http://127.0.0.1:{free_port()}/key-4711"],
)
def test_the_address_is_in_no_log(
    hook: Webhook, root_log: io.StringIO, capfd: pytest.CaptureFixture[str], address: Callable[[Webhook], str]
) -> None:
    """The address holds a key of the monitoring service: it is not logged when it fails."""
    hook.status = 404
    assert not _heartbeat(address(hook)).beat(WORKING)
    told = root_log.getvalue() + "".join(capfd.readouterr())
    assert "heartbeat not taken" in told
    assert "key-4711" not in told


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://host/x", "host/x", ""])
def test_only_web_addresses_are_taken(address: str) -> None:
    """Anything but http and https is refused when the process starts, without being repeated."""
    with pytest.raises(ValueError, match="does not begin with https:// or http://"):
        _heartbeat(address)
