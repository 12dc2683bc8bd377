"""The identity provider as the door sees it: where people are sent, and what it says of who came back.

The rule that keeps it honest: nothing that comes back is believed before its signature, issuer, audience,
nonce and times were checked; who may sign in stays the table of users.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Protocol

from settings import Settings, SettingsInvalid

BACK = "/sign-in/back"
"""Where the identity provider sends people back to."""


class ProviderAway(Exception):
    """The identity provider does not answer, or answers what cannot be."""


class NotBelieved(Exception):
    """What came back proves nothing; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a way to the provider takes along. `anew`: it must ask who they are, whatever it knows."""

    state: str
    nonce: str
    verifier: str
    anew: bool


@dataclass(frozen=True, slots=True)
class Vouched:
    """Of whom the provider speaks: by its own name for them, and by an address that it verified, if any.

    `asked_at`: when it last asked who they are (UTC), if it says so.
    """

    identity: str
    address: str | None
    asked_at: datetime | None


class Provider(Protocol):
    """An identity provider."""

    @property
    def issuer(self) -> str:
        """Its issuer."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def skew(self) -> timedelta:
        """How far its clock and ours may be apart."""
        ...

    def way(self, leaving: Leaving) -> str:
        """The address people are sent to.

        Raises:
            ProviderAway: it cannot be asked for it.
        """
        ...

    def vouched(self, code: str, leaving: Leaving, now: datetime) -> Vouched:
        """Who came back with this code. `state` and `anew` of `leaving` are the caller's to check.

        Raises:
            ProviderAway: it cannot be asked.
            NotBelieved: what it gave does not hold.
        """
        ...

    def way_out(self) -> str | None:
        """Where somebody signs out there too; None if it has no such page."""
        ...


def provider_of(settings: Settings, now: Callable[[], datetime]) -> Provider | None:
    """The identity provider of the settings; None if none is set.

    Raises:
        SettingsInvalid: one is set, and what speaks with it is not installed.
    """
    if settings.oidc_issuer is None:
        return None
    if find_spec("authlib") is None:
        raise SettingsInvalid(
            "DAYZERO_OIDC_ISSUER is set, and Authlib is not installed: pip install 'dayzero[oidc]', "
            "or leave the issuer out"
        )
    from console.web.oidc_client import Client, Registration  # noqa: PLC0415 - an extra

    assert settings.oidc_client_id is not None and settings.console_url is not None  # the settings say so
    secret = settings.oidc_client_secret
    return Client(
        Registration(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            secret=secret.get_secret_value() if secret else None,
            name=settings.oidc_name,
            home=settings.console_url.rstrip("/"),
            skew=timedelta(seconds=settings.oidc_skew),
        ),
        now,
    )
