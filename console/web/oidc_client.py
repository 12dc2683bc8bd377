"""Speaking with an identity provider: OpenID Connect, authorisation code with PKCE.

The rule that keeps it honest: only what it signed with a published key of its own is read, and only over TLS
or on this machine. Needs the extra `oidc`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from console.identities import of_subject, verified_address
from console.web.oidc import BACK, Leaving, NotBelieved, ProviderAway, Vouched

_PATIENCE_S = 10.0
_KNOWN_FOR = timedelta(hours=1)
_AWAY_FOR = timedelta(seconds=10)
# What a key that everybody may see can check; never a shared secret, and never `none`.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


@dataclass(frozen=True, slots=True)
class Registration:
    """What provider and console know of each other. `home`: the address people open the console under."""

    issuer: str
    client_id: str
    secret: str | None
    name: str
    home: str
    skew: timedelta


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider publishes of itself."""

    about: Mapping[str, Any]
    keys: KeySet
    at: datetime


class Client:
    """An identity provider that is spoken with over the network. Safe to share between threads."""

    def __init__(self, registration: Registration, now: Callable[[], datetime]) -> None:
        self._as = registration
        self._now = now
        self._known: _Known | None = None
        self._away: tuple[datetime, ProviderAway] | None = None
        self._one_at_a_time = Lock()

    @property
    def issuer(self) -> str:
        return self._as.issuer

    @property
    def name(self) -> str:
        return self._as.name

    @property
    def skew(self) -> timedelta:
        return self._as.skew

    def way(self, leaving: Leaving) -> str:
        """See `Provider.way`."""
        asked = {
            "response_type": "code",
            "client_id": self._as.client_id,
            "redirect_uri": self._as.home + BACK,
            "scope": "openid email",
            "state": leaving.state,
            "nonce": leaving.nonce,
            "code_challenge": create_s256_code_challenge(leaving.verifier),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if leaving.anew else {}),
        }
        return str(add_params_to_uri(self._place("authorization_endpoint"), list(asked.items())))

    def vouched(self, code: str, leaving: Leaving, now: datetime) -> Vouched:
        """See `Provider.vouched`."""
        given = self._exchange(code, leaving.verifier)
        claims = self._claims(given, leaving.nonce, now)
        address = verified_address(claims) or self._address(given, claims["sub"])
        asked = claims.get("auth_time")
        return Vouched(
            identity=of_subject(self._as.issuer, claims["sub"]),
            address=address,
            asked_at=datetime.fromtimestamp(asked, UTC) if asked is not None else None,
        )

    def way_out(self) -> str | None:
        """See `Provider.way_out`."""
        try:
            place = self._look().about.get("end_session_endpoint")
        except ProviderAway:
            return None
        if not isinstance(place, str) or not _safe(place):
            return None
        back = [("client_id", self._as.client_id), ("post_logout_redirect_uri", f"{self._as.home}/sign-in")]
        return str(add_params_to_uri(place, back))

    def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._as.home + BACK,
            "code_verifier": verifier,
            "client_id": self._as.client_id,
        }
        auth = httpx.BasicAuth(self._as.client_id, self._as.secret) if self._as.secret else None
        answer = _asked("POST", self._place("token_endpoint"), data=fields, auth=auth)
        if answer.status_code in (400, 401):
            raise NotBelieved(f"the code was not taken: {answer.text[:200]!r}")
        return _object(answer)

    def _claims(self, given: Mapping[str, Any], nonce: str, now: datetime) -> Mapping[str, Any]:
        token = given.get("id_token")
        if not isinstance(token, str):
            raise NotBelieved("no id_token was given")
        try:
            signed = self._decoded(token)
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": self._as.issuer},
                    "aud": {"essential": True, "value": self._as.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._as.client_id,
                    "access_token": given.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=int(self._as.skew.total_seconds()))
        except (JoseError, ValueError, TypeError) as error:
            raise NotBelieved(f"the id_token does not hold: {error}") from error
        if not isinstance(claims["sub"], str):
            raise NotBelieved("the id_token names nobody")
        return dict(claims)

    def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._look().keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # A key of today may be unknown since yesterday: the published ones are read once more.
            return jwt.decode(token, self._look(anew=True).keys, algorithms=_ALGORITHMS)

    def _address(self, given: Mapping[str, Any], subject: str) -> str | None:
        token = given.get("access_token")
        if "userinfo_endpoint" not in self._look().about or not isinstance(token, str):
            return None
        about = _object(
            _asked("GET", self._place("userinfo_endpoint"), headers={"Authorization": f"Bearer {token}"})
        )
        return verified_address(about) if about.get("sub") == subject else None

    def _place(self, name: str) -> str:
        place = self._look().about.get(name)
        if not isinstance(place, str) or not _safe(place):
            raise ProviderAway(f"{self._as.issuer} names no safe {name}")
        return place

    def _look(self, *, anew: bool = False) -> _Known:
        with self._one_at_a_time:
            known, now = self._known, self._now()
            if known is None or anew or now - known.at > _KNOWN_FOR:
                known = self._known = self._found(now)
            return known

    def _found(self, now: datetime) -> _Known:
        # Somebody who is away is not asked by everybody who waits: each would hold a thread for as long.
        if self._away is not None and now - self._away[0] < _AWAY_FOR:
            raise ProviderAway(str(self._away[1])) from self._away[1]
        try:
            found = self._published(now)
        except ProviderAway as away:
            self._away = (now, away)
            raise
        self._away = None
        return found

    def _published(self, now: datetime) -> _Known:
        about = _object(_asked("GET", f"{self._as.issuer.rstrip('/')}/.well-known/openid-configuration"))
        if about.get("issuer") != self._as.issuer:
            raise ProviderAway(f"{self._as.issuer} calls itself {about.get('issuer')!r}")
        place = about.get("jwks_uri")
        if not isinstance(place, str) or not _safe(place):
            raise ProviderAway(f"{self._as.issuer} names no safe jwks_uri")
        try:
            keys: Any = _object(_asked("GET", place))
            return _Known(about, KeySet.import_key_set(keys), now)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderAway(f"the keys of {self._as.issuer} cannot be read: {error}") from error


def _asked(verb: str, place: str, **more: Any) -> httpx.Response:
    try:
        return httpx.request(verb, place, timeout=_PATIENCE_S, follow_redirects=False, **more)
    except httpx.HTTPError as error:
        raise ProviderAway(f"{place}: {error}") from error


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    if answer.status_code != httpx.codes.OK:
        raise ProviderAway(f"{answer.request.url} answered {answer.status_code}")
    try:
        given = answer.json()
    except ValueError as error:
        raise ProviderAway(f"{answer.request.url} answered no JSON") from error
    if not isinstance(given, dict):
        raise ProviderAway(f"{answer.request.url} answered no object")
    return given


def _safe(place: str) -> bool:
    parts = urlsplit(place)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )
