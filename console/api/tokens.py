"""Tokens: how a program shows who it is.

The rule that keeps it honest: the store keeps the hash of a token and never the token; a wrong one is told
nothing but that it is wrong, and who tries too many is turned away for a while.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.api.problems import NOT_AUTHORISED, TOO_OFTEN, Trouble
from console.web.parts import Parts
from domain.roles import Actor, Role
from store.clients import Client, client_named, note_wrong_token, see_client, wrong_tokens_from

METHOD = "token"
"""How a client was recognised, as it goes on the record with each command."""

_SHAPE = re.compile(r"dz_([a-z0-9][a-z0-9._-]{0,63})_([0-9a-f]{64})")
_SEEN_AGAIN = timedelta(minutes=1)


def new_token(client_id: str) -> str:
    """A token for the client: its id, and 256 random bits."""
    return f"dz_{client_id}_{secrets.token_hex(32)}"


def hash_of(token: str) -> str:
    """What is kept of a token: SHA-256 (hex). The bits are random, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of(client: Client) -> Actor:
    """Who the client is on the record."""
    return Actor(id=client.client_id, role=client.role, method=METHOD)


@dataclass(frozen=True, slots=True)
class Gate:
    """The one way in for programs."""

    parts: Parts

    def client(self, token: str | None, address: str) -> Client:
        """Who holds this token.

        Raises:
            Trouble: nobody does, or the address tried too many.
        """
        now = self.parts.now()
        known = self._known(token, address, now) if token else None
        if known is None:
            raise _unknown(tried=bool(token))
        if known.used_at is None or now - known.used_at > _SEEN_AGAIN:
            with self.parts.store.writing() as tx:
                see_client(tx, known.client_id, now)
        return known

    def _known(self, token: str, address: str, now: datetime) -> Client | None:
        shaped = _SHAPE.fullmatch(token)
        policy, named = self.parts.policy, shaped.group(1) if shaped else "-"
        with self.parts.store.reading() as reading:
            since = now - policy.failures_count_for
            if wrong_tokens_from(reading, address, since) >= policy.failures_from_address:
                wait = str(round(policy.failures_count_for.total_seconds()))
                raise Trouble(
                    TOO_OFTEN, "too many wrong tokens from this address", headers={"Retry-After": wait}
                )
            found = client_named(reading, named) if shaped else None
        kept = found.token_hash if found is not None else hash_of("")
        matched = hmac.compare_digest(kept, hash_of(token))
        if found is not None and matched and found.closed_at is None and found.role is not Role.SYSTEM:
            return found
        with self.parts.store.writing() as tx:
            # Counted apart from people's tries: a forgotten program must not lock a hospital's door.
            note_wrong_token(tx, named, address, now, policy.failures_count_for)
        return None


def _unknown(*, tried: bool) -> Trouble:
    challenge = 'Bearer realm="dayzero"' + (', error="invalid_token"' if tried else "")
    says = "nobody has this token" if tried else "send the client's token: Authorization: Bearer dz_..."
    return Trouble(NOT_AUTHORISED, says, headers={"WWW-Authenticate": challenge})
