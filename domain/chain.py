"""Canonical bytes and the hash chain that makes a rewritten record visible.

The rule that keeps it honest: one value has exactly one canonical form, which any JSON library can produce
again in thirty years, and every link covers the one before.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

GENESIS = "0" * 64
"""What the first link of a chain is linked to."""

LARGEST_INTEGER = 2**53 - 1
"""Beyond this, JSON readers disagree about what an integer is."""

DEEPEST = 64
"""How deep a value may nest; an event is nowhere near it."""


class NotCanonical(ValueError):
    """A value without one canonical form: a float, text that is not NFC, a key that is not text."""


def canonical(value: Any) -> bytes:
    """The one form of a JSON value: UTF-8, sorted keys, no whitespace, no floats, NFC text only.

    Raises:
        NotCanonical: the value has no such form; the message says where.
    """
    _refuse_unclear(value, "", 0)
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(f"no canonical form: {error}") from None
    if not data.isascii() and not unicodedata.is_normalized("NFC", data.decode()):
        raise NotCanonical("some text is not in Unicode normal form C; normalise it first")
    return data


def canonical_by_stdlib(value: Any) -> bytes:
    """The same form made with the standard library alone: what an offline verifier uses."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def link(previous: str, content: bytes) -> str:
    """The hash (SHA-256, hex) that ties `content` to the link before it."""
    return hashlib.sha256(previous.encode() + b"\n" + content).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """One link as it was stored."""

    seq: int
    previous: str
    content: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain first fails to hold, and how."""

    seq: int
    what: str


def verify_links(links: Iterable[Link], start: str = GENESIS) -> Break | None:
    """The first break of a chain that should count its links from 1, or None."""
    expected = start
    for count, each in enumerate(links, start=1):
        if each.seq != count:
            return Break(count, f"link {count} is missing: the next one stored is {each.seq}")
        if each.previous != expected:
            return Break(count, "is not linked to the one before it")
        if link(each.previous, each.content) != each.hash:
            return Break(count, "its content is not what was hashed")
        expected = each.hash
    return None


def _refuse_unclear(value: Any, where: str, depth: int) -> None:
    if isinstance(value, str | bool) or value is None:
        return
    if depth > DEEPEST:
        raise NotCanonical(f"{where[:80]}...: nested deeper than {DEEPEST}")
    if isinstance(value, dict):
        _refuse_unclear_members(value, where, depth)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _refuse_unclear(each, f"{where}[{index}]", depth + 1)
    elif not isinstance(value, int):
        raise NotCanonical(f"{where or 'the value'} is a {type(value).__name__}; write it as text")
    elif not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise NotCanonical(f"{where or 'the value'} is an integer beyond 2**53; write it as text")


def _refuse_unclear_members(value: dict[Any, Any], where: str, depth: int) -> None:
    for key, each in value.items():
        if not isinstance(key, str):
            raise NotCanonical(f"{where or 'the value'} has the key {key!r}, which is not text")
        _refuse_unclear(each, f"{where}.{key}" if where else key, depth + 1)
