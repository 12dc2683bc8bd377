"""Checkpoints read back out of what kept them: a file of lines, a saved mail, the body of a webhook.

The rule that keeps it honest: whatever begins like a seal and is none is told, never passed over; what holds
no checkpoint at all is no proof of anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path

from activities.sealing import SealBroken, Sealed, opened
from store.checkpoint import Checkpoint, parse_checkpoint

_BEGINS = "dayzero-seal"
# A mail may have been wrapped at its spaces, and quoted with marks before each line.
_SEAL = re.compile(rf"{_BEGINS}(?:[\s>]+[0-9A-Za-z:+/=-]+){{6}}")
_BARE = re.compile(r"^\s*((?:2:\d+:\d+:)?\d+:[0-9a-f]{64})\s*$", re.MULTILINE)
_MAIL = {"from", "subject", "content-type"}


class NoCheckpoint(ValueError):
    """A text that is no checkpoint, and no file that holds one."""


class NoPublicKey(ValueError):
    """A seal, and no key to open it with."""


def kept_checkpoints(said: str, public: str | None) -> list[Checkpoint]:
    """The checkpoint that was said, or all of those in the file that was named.

    Raises:
        NoCheckpoint: it is neither, or the file holds none.
        NoPublicKey: it is sealed, and `public` is None.
        SealBroken: a seal does not hold; with a file, the text says which one of it.
    """
    if said.lstrip().startswith(_BEGINS) or _BARE.match(said):
        return [_opened(said, public)]
    found = list(_in(_bytes(said)))
    if not found:
        raise NoCheckpoint(f"{said} holds no checkpoint")
    checkpoints: list[Checkpoint] = []
    for number, line in enumerate(found, start=1):
        try:
            checkpoints.append(_opened(line, public))
        except SealBroken as error:
            raise SealBroken(f"{said}, checkpoint {number}: {error}") from None
    return checkpoints


def _opened(line: str, public: str | None) -> Checkpoint:
    if not line.lstrip().startswith(_BEGINS):
        return parse_checkpoint(line)
    if public is None:
        raise NoPublicKey("a seal is opened by its key: give --public-key")
    found = opened(line, public)
    if found.what is not Sealed.CHECKPOINT:
        raise SealBroken("it seals an archive, not a checkpoint: give --archive FILE")
    return parse_checkpoint(found.subject)


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError):
        raise NoCheckpoint(
            f"{path!r} is neither a file nor a checkpoint; one looks like 2:171:204:9:9f2c... "
            "(numbers and 64 hex digits)"
        ) from None


def _in(raw: bytes) -> Iterator[str]:
    for text in _texts(raw):
        seals = list(_SEAL.finditer(text))
        # A line that was cut reaches into the next one: what is left over began like a seal too.
        lines = [" ".join(each[0].replace(">", " ").split()) for each in seals]
        lines += [_BEGINS] * (text.count(_BEGINS) - len(lines))
        yield from lines
        # Those from before there was a key, or beside it: what a seal holds itself is not told twice.
        yield from _BARE.findall(_SEAL.sub("\n", text))


def _texts(raw: bytes) -> list[str]:
    """The texts of a mail, of JSON (whole, or line by line), or the text itself."""
    message = message_from_bytes(raw, policy=default)
    if {name.lower() for name in message} & _MAIL:
        part = message.get_body(("plain", "html"))
        return [unescape(part.get_content())] if part is not None else []
    text = raw.decode("utf-8", errors="replace")
    return [_strings(line) for line in _json(text)] or [text]


def _json(text: str) -> list[object]:
    for pieces in ([text], [line for line in text.splitlines() if line.strip()]):
        try:
            found = [json.loads(piece) for piece in pieces]
        except ValueError:
            continue
        return [each for each in found if isinstance(each, dict)]
    return []


def _strings(value: object) -> str:
    """The first text in a JSON value that holds a seal: a message may tell the same one twice."""
    every = list(_every(value))
    return next((each for each in every if _BEGINS in each), "\n".join(every))


def _every(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _every(each)
