"""Anchoring: a sealed checkpoint of the record, kept again and again where nobody here can change it.

The rule that keeps it honest: a place counts as anchored only once it took the line; until then it is asked
again each round, and the watchdog tells who should know.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from pydantic import SecretStr

from activities.channels import Channels
from activities.drift import Condition, What
from activities.message import Message
from activities.posting import NotSent, Sent
from activities.sealing import Sealed, key_id_of, seal
from store import Reading, Store
from store.checkpoint import checkpoint

log = structlog.stdlib.get_logger(__name__)

_HOW = (
    "Keep this message. It proves the record up to this moment:\n"
    "dayzero verify --checkpoint FILE --public-key KEY, with this message as FILE."
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where checkpoints are kept: a file they are appended to, and channels; in each one `every` so often."""

    file: Path | None
    channels: tuple[str, ...]
    every: timedelta

    @property
    def names(self) -> tuple[str, ...]:
        """What each place is called."""
        return (*([str(self.file)] if self.file else ()), *self.channels)


class Anchoring:
    """Keeps checkpoints of one store in its places. `secret`: the key they are sealed with.

    Raises:
        ValueError: a channel that nobody configured, or a key that is none.
    """

    def __init__(self, store: Store, channels: Channels, places: Places, secret: SecretStr) -> None:
        if unknown := sorted(set(places.channels) - channels.names):
            known = ", ".join(sorted(channels.names))
            raise ValueError(
                f"DAYZERO_ANCHOR_CHANNELS: no channel is named {', '.join(unknown)}; there are {known}"
            )
        log.info("anchoring", places=places.names, key=key_id_of(secret.get_secret_value()))
        self._store, self._channels = store, channels
        self._places, self._secret = places, secret

    def anchor(self, now: datetime) -> list[Condition]:
        """Keep one line wherever the last is old enough; what could not be kept.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._store.reading() as reading:
            due = [name for name, at in anchored(reading, self._places) if at is None or self._old(at, now)]
            made = str(checkpoint(reading)) if due else ""
        if not due:
            return []
        line = seal(Sealed.CHECKPOINT, made, now, self._secret.get_secret_value())
        failed = {name: why for name in due if (why := self._kept(name, line, now)) is not None}
        if not failed:
            return []
        told = "; ".join(f"{name}: {why}" for name, why in failed.items())
        return [Condition(What.ANCHOR, len(failed), f"no checkpoint was taken by {told}")]

    def _old(self, at: datetime, now: datetime) -> bool:
        return now - at >= self._places.every or at > now

    def _kept(self, name: str, line: str, now: datetime) -> str | None:
        if self._places.file is not None and name == str(self._places.file):
            try:
                append_line(self._places.file, line)
            except OSError as error:
                return error.strerror or type(error).__name__
        elif isinstance(sent := send_seal(self._channels, name, line), NotSent):
            return sent.reason
        with self._store.writing() as tx:
            tx.put_note(_note(name), now.isoformat())
        log.info("anchored", place=name)
        return None


def anchored(reading: Reading, places: Places) -> Iterator[tuple[str, datetime | None]]:
    """Each place with the moment it last took a checkpoint."""
    for name in places.names:
        said = reading.note(_note(name))
        yield name, datetime.fromisoformat(said) if said else None


def append_line(file: Path, line: str) -> None:
    """Put a line at the end of a file, on the disk before it returns; half a line before it is closed off.

    Raises:
        OSError: it cannot be written.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        size = os.fstat(handle).st_size
        cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        text = f"{chr(10) if cut else ''}{line}\n".encode()
        if os.write(handle, text) != len(text):
            raise OSError(None, "only part of the line could be written")
        os.fsync(handle)
    finally:
        os.close(handle)


def send_seal(channels: Channels, name: str, line: str) -> Sent | NotSent:
    """Send a sealed checkpoint through a channel."""
    _, _, _, subject, moment, *_ = line.split()
    message = Message(
        key=f"{subject}/{moment}",
        subject=f"Day Zero: checkpoint of the record, {moment}",
        body=f"{line}\n\n{_HOW}",
        fields={"seal": line},
    )
    return channels.send(name, message)


def _note(name: str) -> str:
    return f"anchored/{name}"
