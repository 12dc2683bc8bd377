"""Messages go to public receivers over TLS, and nowhere inside a network that nobody named."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.posting import NotSent
from activities.webhooks.posting import Letterbox
from activities.webhooks.signing import Seal, SecretLost, new_secret, signed_headers
from activities.webhooks.targets import NoTarget, checked_url, may_reach, parsed_networks, target_of

AT = datetime(2026, 3, 6, 7, tzinfo=UTC)
INSIDE = (
    "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "127.0.0.1", "0.0.0.1", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
    "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused(address: str) -> None:
    """Private, local, shared and multicast addresses are refused, in each way to write them."""
    assert not may_reach(ip_address(address), "receiver.example", ())


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_reached(address: str) -> None:
    """A public receiver is reached without a setting."""
    assert may_reach(ip_address(address), "receiver.example", ())


def test_a_network_that_was_named_is_reached() -> None:
    """What the operator names is reached, that network and no other."""
    allowed = parsed_networks("10.1.0.0/16, fd00::/8")
    assert may_reach(ip_address("10.1.2.3"), "board.hospital", allowed)
    assert may_reach(ip_address("::ffff:10.1.2.3"), "board.hospital", allowed)
    assert may_reach(ip_address("fd00::1"), "board.hospital", allowed)
    assert not may_reach(ip_address("10.2.0.1"), "board.hospital", allowed)
    assert parsed_networks("") == ()


@given(st.ip_addresses(v=4))
def test_no_way_to_write_an_address_is_a_way_around(address: Any) -> None:
    """An address of version 4 is judged alike by itself and within one of version 6."""
    mapped = ip_address(f"::ffff:{address}")
    assert may_reach(mapped, "x", ()) is may_reach(address, "x", ())


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/hook", "ftp://receiver.example", "https://", "receiver.example", "",
        "https://user:secret@receiver.example/", "https://receiver.example/#part", "https://a b/",
        "https://receiver.example:99999/", "https://receiver.example:0/", "javascript:alert(1)",
        "https://réceiver.example/", "https://[::1", "http://127.0.0.1.example/", "https://x/" + "y" * 500,
        "https://receiver.example/\r\nhost: other",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused(url: str) -> None:
    """Anything but https to a named host is refused when it is added, and says what would be right."""
    with pytest.raises(NoTarget):
        checked_url(url)


def test_this_machine_may_be_told_without_tls() -> None:
    """A receiver on this machine, written as such, needs no TLS."""
    for url in ("http://127.0.0.1:9000/x", "http://localhost/x", "http://[::1]:9000/x"):
        assert checked_url(url).scheme == "http"
    target = asyncio.run(target_of("http://[::1]:9000/x?y=1", ()))
    assert (target.connect, target.host) == ("http://[::1]:9000/x?y=1", "[::1]:9000")


async def test_a_name_that_points_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name that leads to a private address is refused at each try, one of several too."""
    for found in (["10.0.0.1"], ["93.184.216.34", "10.0.0.1"]):

        async def resolved(*_: Any, addresses: list[str] = found, **__: Any) -> Any:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
        outcome = await Letterbox().post("https://receiver.example/", new_secret(), "id", "{}", AT)
        assert isinstance(outcome, NotSent) and "DAYZERO_WEBHOOK_NETWORKS" in outcome.reason


async def test_the_judged_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once: what it says a moment later cannot lead elsewhere."""

    async def resolved(*_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
    target = await target_of("https://receiver.example:8443/hook?x=1", ())
    assert target.connect == "https://93.184.216.34:8443/hook?x=1"
    assert target.host == "receiver.example:8443"


async def test_a_receiver_that_never_answers_is_left() -> None:
    """One try ends after its time, whatever the receiver does."""
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(60), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    outcome = await Letterbox(longest=0.3).post(f"http://127.0.0.1:{port}/", new_secret(), "id", "{}", AT)
    assert isinstance(outcome, NotSent) and "no answer in time" in outcome.reason
    silent.close()


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the Standard Webhooks specification comes out as it is printed there."""
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_sealed_secret_is_opened_by_its_key_alone() -> None:
    """With a key, what is kept shows nothing of the secret; an older key still opens, another never."""
    secret, old, new = new_secret(), {"a": b"1" * 32}, {"b": b"2" * 32, "a": b"1" * 32}
    kept = Seal(old).sealed(secret)
    assert secret not in kept and kept.startswith("a:")
    assert Seal(new).opened(kept) == secret
    assert Seal(new).sealed(secret).startswith("b:")
    for wrong in ({}, {"a": b"3" * 32}):
        with pytest.raises(SecretLost):
            Seal(wrong).opened(kept)
    assert Seal({}).opened(Seal({}).sealed(secret)) == secret
