"""A small identity provider on loopback that speaks OpenID Connect, and lies where a test asks it to."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "dayzero-test", "a shared secret of the test"


@cache
def key(name: str) -> RSAKey:
    """A key of its own for each name; all call themselves alike."""
    assert name
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@dataclass
class IdentityProvider:
    """Signs in `subject` without asking. `lies`: claims it changes or, where None, leaves out."""

    now: Callable[[], datetime]
    issuer: str = ""
    subject: str = "f3a9"
    address: str = "coordinator@example.org"
    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: key("own"))
    algorithm: str = "RS256"
    published: RSAKey = field(default_factory=lambda: key("own"))
    calls_itself: str | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def about(self) -> dict[str, str]:
        """What it publishes of itself."""
        return {
            "issuer": self.calls_itself or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorise",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/sign-out",
        }

    def authorise(self, asked: dict[str, str]) -> str:
        """Where somebody who was let in is sent."""
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def token(self, code: str, verifier: str) -> dict[str, str] | None:
        """The id_token for a code; None where the code is unknown, or its verifier is another's."""
        asked = self.codes.pop(code, None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != digest or asked["code_challenge_method"] != "S256":
            return None
        return {"id_token": self._signed(asked), "access_token": "of-no-use", "token_type": "Bearer"}

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
            "email": self.address,
            "email_verified": True,
            **self.lies,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        key = OctKey.import_key(SECRET.encode()) if self.algorithm.startswith("HS") else self.key
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, told, key, algorithms=[self.algorithm])


@contextmanager
def identity_provider(now: Callable[[], datetime]) -> Iterator[IdentityProvider]:
    """One that answers on loopback for as long as the block lasts."""
    provider = IdentityProvider(now)
    server = uvicorn.Server(uvicorn.Config(_app(provider), host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.issuer = f"http://127.0.0.1:{port}"
    yield provider
    server.should_exit = True
    thread.join(10)


def _app(provider: IdentityProvider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def about() -> dict[str, str]:
        return provider.about()

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [provider.published.as_dict(private=False)]}

    @app.get("/authorise")
    def authorise(request: Request) -> Response:
        return RedirectResponse(provider.authorise(dict(request.query_params)), 302)

    @app.post("/token")
    def token(
        request: Request, code: Annotated[str, Form()], code_verifier: Annotated[str, Form()]
    ) -> Response:
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {known}":
            return JSONResponse({"error": "invalid_client"}, 401)
        given = provider.token(code, code_verifier)
        return JSONResponse(given) if given else JSONResponse({"error": "invalid_grant"}, 400)

    return app
