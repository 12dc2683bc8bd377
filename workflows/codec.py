"""Encryption of everything Temporal stores: AES-256-GCM, with the key's id beside each payload.

The rule that keeps it honest: what cannot be opened is never passed on as if it were open, and never stops
the one who merely carries it: it becomes an unreadable payload, whose reading says which key is missing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    EncodingPayloadConverter,
    PayloadCodec,
)
from typing_extensions import override

from workflows.names import UNREADABLE

_ENCRYPTED = b"binary/encrypted"
_KEY_ID = "encryption-key-id"
_NONCE_BYTES = 12


class PayloadUnreadable(Exception):
    """A payload that no key of this process opens. The text names the key it needs."""


def data_converter(keys: Mapping[str, bytes]) -> DataConverter:
    """How payloads are written and read with these keys; without any key, in plain.

    `keys`: 32 bytes each by id; the first encrypts, all decrypt. Plain payloads are read too, so that
    encryption can be switched on under running workflows.
    """
    if not keys:
        return DataConverter(payload_converter_class=_PayloadConverter)
    return DataConverter(
        payload_converter_class=_PayloadConverter,
        payload_codec=SealedPayloads(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def key_of(payload: Payload) -> str | None:
    """The id of the key that opens a payload; None: it is in plain."""
    if payload.metadata.get("encoding") != _ENCRYPTED:
        return None
    return payload.metadata.get(_KEY_ID, b"").decode("utf-8", "replace")


class SealedPayloads(PayloadCodec):
    """Seals with the first key and opens with any."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._sealing = next(iter(self._ciphers))

    @override
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._seal(payload) for payload in payloads]

    @override
    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self._sealing.encode()
        sealed = self._ciphers[self._sealing].encrypt(nonce, payload.SerializeToString(), key_id)
        return Payload(metadata={"encoding": _ENCRYPTED, _KEY_ID: key_id}, data=nonce + sealed)

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCRYPTED:
            return payload
        key_id = payload.metadata.get(_KEY_ID, b"")
        cipher = self._ciphers.get(key_id.decode("utf-8", "replace"))
        if cipher is None:
            held = ", ".join(self._ciphers)
            return _unreadable(f"it is encrypted with the key {key_id!r}; this process holds {held}")
        try:
            opened = cipher.decrypt(payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:], key_id)
            return Payload.FromString(opened)
        except (InvalidTag, ValueError):
            return _unreadable(f"it was altered, or the key {key_id!r} here is another one of the same name")


def _unreadable(reason: str) -> Payload:
    return Payload(metadata={"encoding": UNREADABLE.encode()}, data=reason.encode())


class _UnreadableConverter(EncodingPayloadConverter):
    """Says why a payload cannot be read, where somebody reads it."""

    @property
    @override
    def encoding(self) -> str:
        return UNREADABLE

    @override
    def to_payload(self, value: Any) -> Payload | None:
        return None

    @override
    def from_payload(self, payload: Payload, type_hint: type | None = None) -> NoReturn:
        raise PayloadUnreadable(f"a payload cannot be read: {payload.data.decode('utf-8', 'replace')}")


class _PayloadConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        super().__init__(*DefaultPayloadConverter.default_encoding_payload_converters, _UnreadableConverter())
