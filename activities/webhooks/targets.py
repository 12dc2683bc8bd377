"""Where messages may be sent: https, and no address inside the network unless it was named.

The rule that keeps it honest: the address that was judged is the one that is connected to, so that a name
cannot point elsewhere between the two.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_LONGEST = 500
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_NAT64 = ip_network("64:ff9b::/96")


class NoTarget(ValueError):
    """An address that no message is sent to; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver: its URL, and the address that is connected to."""

    url: SplitResult
    address: Address

    @property
    def connect(self) -> str:
        """The URL that reaches the judged address."""
        host = f"[{self.address}]" if isinstance(self.address, IPv6Address) else str(self.address)
        port = f":{self.url.port}" if self.url.port else ""
        return self.url._replace(netloc=host + port).geturl()

    @property
    def host(self) -> str:
        """The `Host` header: what the receiver is called."""
        return self.url.netloc


def parsed_networks(text: str) -> tuple[Network, ...]:
    """Networks as the settings name them, between commas.

    Raises:
        ValueError: one is no network.
    """
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def checked_url(text: str) -> SplitResult:
    """An address that messages can be sent to.

    Raises:
        NoTarget: it is no URL of a receiver, holds a password, or is not https.
    """
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise NoTarget(f"this is no address: {error}") from None
    if not text.isascii() or any(each.isspace() for each in text) or len(text) > _LONGEST or port == 0:
        raise NoTarget("an address is plain ASCII without spaces, of at most 500 characters")
    if not url.hostname or url.scheme not in ("http", "https"):
        raise NoTarget("write a whole address, such as https://receiver.example.org/day-zero")
    if url.username is not None or url.password is not None or url.fragment:
        raise NoTarget("an address holds no user, password or fragment: the signature shows who sends")
    if url.scheme == "http" and url.hostname not in _LOOPBACK_NAMES:
        raise NoTarget("messages are sent over https, except to this machine itself")
    return url


async def target_of(text: str, allowed: Sequence[Network]) -> Target:
    """The receiver at an address, with its name looked up and judged.

    Raises:
        NoTarget: it cannot be, is not known, or is inside a network that nobody allowed.
    """
    url = checked_url(text)
    host = url.hostname or ""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, url.port or (443 if url.scheme == "https" else 80), type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        raise NoTarget("the host's name is not known") from None
    addresses = [ip_address(each[4][0]) for each in found]
    for address in addresses:
        if not may_reach(address, host, allowed):
            raise NoTarget(
                f"{host} is {address}, inside a network: name it in DAYZERO_WEBHOOK_NETWORKS to allow it"
            )
    return Target(url, addresses[0])


def may_reach(address: Address, host: str, allowed: Sequence[Network]) -> bool:
    """Whether a message may go to this address; `host` is what the operator wrote."""
    if host in _LOOPBACK_NAMES and address.is_loopback:
        return True
    meant = _meant(address)
    if any(meant in network for network in allowed if network.version == meant.version):
        return True
    return meant.is_global and not meant.is_multicast


def _meant(address: Address) -> Address:
    """The address that is reached in the end: some of IPv6 stand for one of IPv4."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address
