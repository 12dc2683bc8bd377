"""Seals: one line that says of a checkpoint or an archive who made it, when, and that it is unaltered.

The rule that keeps it honest: an Ed25519 signature over every word before it; whoever has the public key
needs nothing else, and a line with one other character is no seal.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_FORM = re.compile(
    r"(dayzero-seal 1 (checkpoint|archive) ([0-9a-f:]{64,130}) "
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([0-9a-f]{16})) ([A-Za-z0-9+/]{86}==)"
)
_KEY_BYTES = 32


class Sealed(StrEnum):
    """What a seal is of."""

    CHECKPOINT = "checkpoint"
    ARCHIVE = "archive"


class SealBroken(ValueError):
    """A line that is no seal, or not one made with that key; the text says which."""


class NoKey(ValueError):
    """A text that is no key."""


@dataclass(frozen=True, slots=True)
class Seal:
    """`subject`: a checkpoint as it is written, or the SHA-256 (hex) of an archive's bytes. `at`: UTC."""

    what: Sealed
    subject: str
    at: datetime


def new_key() -> tuple[str, str]:
    """A pair of keys, secret and public, as they are written down (base64)."""
    secret = Ed25519PrivateKey.generate()
    raw = secret.private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    return _text(raw), _text(_public_bytes(secret.public_key()))


def key_id_of(secret: str) -> str:
    """What seals made with a secret key call it.

    Raises:
        NoKey: the secret is none.
    """
    return _key_id(Ed25519PrivateKey.from_private_bytes(_bytes(secret)).public_key())


def seal(what: Sealed, subject: str, at: datetime, secret: str) -> str:
    """The line that seals it with a secret key.

    Raises:
        NoKey: the secret is none.
    """
    key = Ed25519PrivateKey.from_private_bytes(_bytes(secret))
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = f"dayzero-seal 1 {what} {subject} {moment} {_key_id(key.public_key())}"
    return f"{said} {_text(key.sign(said.encode()))}"


def opened(line: str, public: str) -> Seal:
    """What a line seals, once its signature holds.

    Raises:
        SealBroken: it is no seal, another key's, or altered.
        NoKey: the public key is none.
    """
    found = _FORM.fullmatch(line.strip())
    if found is None:
        raise SealBroken(
            "no seal: one line that begins with `dayzero-seal 1`, as `dayzero seal make` prints it"
        )
    said, what, subject, moment, key_id, signature = found.groups()
    key = Ed25519PublicKey.from_public_bytes(_bytes(public))
    if key_id != _key_id(key):
        raise SealBroken(f"made with the key {key_id}, and {_key_id(key)} was given")
    raw = base64.b64decode(signature)
    try:
        # The last letter has bits to spare: of those that mean the same bytes one alone is right.
        if _text(raw) != signature:
            raise InvalidSignature
        key.verify(raw, said.encode())
    except InvalidSignature:
        raise SealBroken("the signature does not hold: the line was altered") from None
    return Seal(Sealed(what), subject, datetime.fromisoformat(moment))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise NoKey(f"a key is {_KEY_BYTES} bytes in base64 (44 characters), as `dayzero seal key` makes it")
    return raw


def _public_bytes(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _key_id(key: Ed25519PublicKey) -> str:
    return sha256(_public_bytes(key)).hexdigest()[:16]
