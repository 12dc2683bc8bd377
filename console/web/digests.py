"""What is kept of a token: its hash, and never the token."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A random token of 256 bits, as it travels."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """SHA-256 (hex) of a token. Enough, because nobody can guess what it is of."""
    return hashlib.sha256(token.encode()).hexdigest()
