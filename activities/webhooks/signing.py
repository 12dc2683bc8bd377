"""Signing messages, as Standard Webhooks has it: HMAC-SHA256 over id, time and body.

The rule that keeps it honest: the secret is shown once and kept sealed where the deployment has keys; the
time is of the try, so that a message caught by somebody cannot be played back later.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "whsec_"
_SECRET_BYTES, _NONCE_BYTES = 32, 12
_OPEN = "plain"


class SecretLost(ValueError):
    """A secret that none of the deployment's keys opens."""


def new_secret() -> str:
    """A new secret, in the form that libraries of Standard Webhooks take."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The headers of a message that is sent at `at`."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{stamp}.{body}".encode()
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
        "user-agent": "DayZero-Webhooks/1",
    }


class Seal:
    """Keeps secrets unreadable in the store. `keys`: AES-256 keys by id, the active one first, or none."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    def sealed(self, secret: str) -> str:
        """What is kept of a secret; without a key, the secret itself."""
        if not self._keys:
            return f"{_OPEN}:{secret}"
        key_id, key = next(iter(self._keys.items()))
        nonce = os.urandom(_NONCE_BYTES)
        closed = nonce + AESGCM(key).encrypt(nonce, secret.encode(), key_id.encode())
        return f"{key_id}:{base64.b64encode(closed).decode()}"

    def opened(self, kept: str) -> str:
        """The secret that was sealed.

        Raises:
            SecretLost: its key is not among those of this process.
        """
        key_id, _, text = kept.partition(":")
        if key_id == _OPEN:
            return text
        key = self._keys.get(key_id)
        if key is None:
            raise SecretLost(
                f"the secret is sealed with the key {key_id!r}, which DAYZERO_PAYLOAD_KEYS lacks"
            )
        closed = base64.b64decode(text)
        try:
            opened = AESGCM(key).decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], key_id.encode())
        except InvalidTag:
            raise SecretLost(f"the key {key_id!r} is another one than the secret was sealed with") from None
        return opened.decode()
