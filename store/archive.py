"""Writes the whole record as JSON Lines that anybody can read and verify without this product.

The rule that keeps it honest: every line is canonical JSON, every link stands beside its content, and
`verify_archive.py`, which needs nothing but Python, checks it all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

import orjson

from domain.chain import GENESIS
from store import raw
from store.content import command_members, event_members
from store.instants import utc_text
from store.reading import Reading

ARCHIVE = 1
"""Rises when the lines below change their shape."""

_HOW = (
    "Each line is one JSON object. The hash of an event or command is SHA-256 (hex) over the UTF-8 bytes of "
    "`previous`, a line feed, and `content` as canonical JSON: keys sorted, no spaces, no floats, text in "
    "normal form C and not escaped beyond what JSON demands. Events are chained per stream by seq, commands "
    "per stream by ord, from `genesis`. A document's hash is SHA-256 over its body as canonical JSON. The "
    "last line counts the lines and gives SHA-256 over all bytes before it, and over the lines of each kind."
)


def write_archive(reading: Reading, out: BinaryIO, at: datetime, study: str | None = None) -> dict[str, int]:
    """Write the record of one study, or of all, and return how many lines of each kind were written.

    `at`: when the archive is made (stands in its header).
    """
    whole = sha256()
    counts: Counter[str] = Counter()
    parts: defaultdict[str, Any] = defaultdict(sha256)
    for line in _lines(reading, at, study):
        text, kind = orjson.dumps(line, option=orjson.OPT_SORT_KEYS) + b"\n", str(line["line"])
        whole.update(text)
        parts[kind].update(text)
        counts[kind] += 1
        out.write(text)
    told = {kind: part.hexdigest() for kind, part in parts.items()}
    end = {"line": "end", "counts": dict(counts), "parts": told, "sha256": whole.hexdigest()}
    out.write(orjson.dumps(end, option=orjson.OPT_SORT_KEYS) + b"\n")
    return dict(counts)


def _lines(reading: Reading, at: datetime, study: str | None) -> Iterator[dict[str, Any]]:
    connection = reading.connection
    yield {
        "line": "header",
        "archive": ARCHIVE,
        "written_at": utc_text(at),
        "study": study,
        "genesis": GENESIS,
        "how": _HOW,
    }
    for row in raw.all_documents(connection):
        yield {"line": "document", **row, "published_at": _time(row), "body": orjson.Fragment(row["body"])}
    for row in raw.all_events(connection):
        if _wanted(row["stream"], study):
            yield _link("event", row, event_members(row, orjson.Fragment(row["body"])))
    for stream in raw.stream_names(connection):
        if _wanted(stream, study):
            yield from _stream_lines(reading, stream)


def _stream_lines(reading: Reading, stream: str) -> Iterator[dict[str, Any]]:
    for row in raw.commands_of(reading.connection, stream):
        yield _link("command", row, command_members(row))
    end = raw.end_of(reading.connection, stream)
    if end is not None:
        names = ("stream", "version", "hash", "commands", "commands_hash")
        yield {"line": "head", **{name: end[name] for name in names}}


def _link(kind: str, row: raw.Row, content: dict[str, Any]) -> dict[str, Any]:
    return {"line": kind, "previous": row["prev_hash"], "hash": row["hash"], "content": content}


def _time(row: raw.Row) -> str:
    published: datetime | str = row["published_at"]
    return published if isinstance(published, str) else utc_text(published)


def _wanted(stream: str, study: str | None) -> bool:
    return study is None or stream == f"study/{study}" or stream.startswith(f"participant/{study}/")
