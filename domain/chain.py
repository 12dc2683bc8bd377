"""Canonical bytes and the hash chain that makes a rewritten record visible.

The rule that keeps it honest: one value has exactly one canonical form, which any JSON library can produce
again in thirty years, and every link covers the one before.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator
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
    if not _is_clear(value, DEEPEST):
        raise NotCanonical(next(_unclear(value, "", DEEPEST)))
    try:
        form = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(f"no canonical form: {error}") from None
    if not form.isascii() and not unicodedata.is_normalized("NFC", form.decode()):
        raise NotCanonical("some text is not in Unicode normal form C; normalise it first")
    return form


def canonical_by_stdlib(value: Any) -> bytes:
    """The same form made with the standard library alone, as an offline verifier makes it."""
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
    """The first break of a chain whose links should count from 1, or None."""
    expected = start
    for count, each in enumerate(links, start=1):
        if each.seq != count:
            return Break(count, f"is missing: the next one stored is {each.seq}")
        if each.previous != expected:
            return Break(count, "is not linked to the one before it")
        if link(each.previous, each.content) != each.hash:
            return Break(count, "is not what was hashed when it was recorded")
        expected = each.hash
    return None


def _is_clear(value: Any, depth: int) -> bool:
    # Every append passes here: no path is kept, `_unclear` finds it again when there is something to say.
    if isinstance(value, str | bool) or value is None:
        return True
    if isinstance(value, int):
        return -LARGEST_INTEGER <= value <= LARGEST_INTEGER
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_clear(each, depth - 1) for key, each in value.items())
    return isinstance(value, list) and all(_is_clear(each, depth - 1) for each in value)


def _unclear(value: Any, where: str, depth: int) -> Iterator[str]:
    here = where[:200] or "the value"
    if _is_clear(value, depth):
        return
    if isinstance(value, int):
        yield f"{here} is an integer beyond 2**53; write it as text"
    elif isinstance(value, dict | list) and depth == 0:
        yield f"{here} is nested deeper than {DEEPEST}"
    elif isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str):
                yield f"{here} has the key {key!r}, which is not text"
            else:
                yield from _unclear(each, f"{where}.{key}" if where else key, depth - 1)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unclear(each, f"{where}[{index}]", depth - 1)
    else:
        yield f"{here} is a {type(value).__name__}; write it as text"
