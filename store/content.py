"""What a hash covers: the content of an event and of a command, as canonical bytes.

The rule that keeps it honest: every stored column is covered or can be worked out again from those that are;
an archive writes the same content, so that nobody needs this product to verify it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from domain.chain import NotCanonical, canonical
from store.errors import NotStorable
from store.instants import utc_text

FORMAT = 1
"""Rises when the content below changes its shape; old records keep theirs."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_AS_STORED = orjson.OPT_SORT_KEYS


def event_content(row: Mapping[str, Any]) -> bytes:
    """Canonical bytes of an event's row; `body` is its canonical text."""
    return orjson.dumps(event_members(row, orjson.Fragment(row["body"])), option=_AS_STORED)


def event_members(row: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """The members of an event's content, with its body in whatever form the caller needs."""
    return {
        "actor": {"id": row["actor_id"], "method": row["actor_method"], "role": row["actor_role"]},
        "body": body,
        "command_id": row["command_id"],
        "format": FORMAT,
        "position": row["position"],
        "protocol": row["protocol"],
        "recorded_at": _time(row["recorded_at"]),
        "seq": row["seq"],
        "site": row["site"],
        "software": row["software"],
        "stream": row["stream"],
        "type": row["type"],
        "version": row["version"],
        "zone_table": row["zone_table"],
    }


def command_content(row: Mapping[str, Any]) -> bytes:
    """Canonical bytes of a command's row; `body`, `actor` and `events` are covered as the text kept."""
    return orjson.dumps(command_members(row), option=_AS_STORED)


def command_members(row: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a command's content."""
    return {
        "accepted": bool(row["accepted"]),
        "actor": row["actor"],
        "asked_at": _time(row["asked_at"]),
        "body": row["body"],
        "body_hash": row["body_hash"],
        "code": row["code"],
        "command_id": row["command_id"],
        "events": row["events"],
        "format": FORMAT,
        "kind": row["kind"],
        "ord": row["ord"],
        "protocol_hash": row["protocol_hash"],
        "site_hash": row["site_hash"],
        "stream": row["stream"],
        "text": row["text"],
        "version": row["version"],
    }


def kept_json(value: Any) -> str:
    """JSON text of what somebody asked, however odd: an attempt is evidence even when it makes no sense."""
    try:
        return canonical(value).decode()
    except NotCanonical:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def kept_text(text: str) -> str:
    """Text as it can be kept: normal form C; what no database takes is replaced by U+FFFD."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("\ufffd", text))


def exact_name(text: str, what: str) -> str:
    """A name that must be kept exactly as it is.

    Raises:
        NotStorable: it is empty or holds what cannot be kept.
    """
    if not text or kept_text(text) != text:
        raise NotStorable(f"the {what} {text!r} cannot be kept: write printable text in normal form C")
    return text


def listed(text: str) -> list[str] | None:
    """The event types a command says it recorded; None if that is no longer readable."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, list) else None


def _time(value: datetime | str) -> str:
    # A verifier hands on SQLite's text as it is, whatever was made of it.
    return value if isinstance(value, str) else utc_text(value)
