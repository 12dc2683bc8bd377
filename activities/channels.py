"""Channels: where a message goes out, by the names that sites use.

The rule that keeps it honest: a site names channels, never addresses; addresses are secrets of the
deployment, and a name nobody configured is said at once, never passed over.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import structlog
from pydantic import SecretStr

from activities.message import Message, Urgency
from activities.posting import NotSent, Patience, Poster, Sent

LOG, FILE = "log", "file"
"""Channels every deployment has."""

log = structlog.stdlib.get_logger(__name__)


class Channels:
    """The deployment's channel table: built-in `log` and `file`, and Apprise addresses by name.

    `file` is appended to, one JSON line per message. Safe to share between threads.

    Raises:
        ValueError: an address Apprise cannot read, one with several targets, or a reserved name.
    """

    def __init__(
        self,
        table: Mapping[str, SecretStr],
        *,
        file: Path,
        clock: Callable[[], datetime],
        patience: Patience | None = None,
    ) -> None:
        self._table, self._file, self._clock = dict(table), file, clock
        self._poster = Poster(patience or Patience())
        for name, address in table.items():
            self._refuse_unusable(name, address)

    @property
    def names(self) -> frozenset[str]:
        """Every channel there is."""
        return frozenset((LOG, FILE, *self._table))

    def send(self, channel: str, message: Message) -> Sent | NotSent:
        """Send a message once. Nothing is retried here: whoever owes it asks again."""
        if channel == LOG:
            return _say(message)
        if channel == FILE:
            return self._append(message)
        address = self._table.get(channel)
        if address is None:
            known = ", ".join(sorted(self.names))
            return NotSent(f"there is no channel {channel!r}; this deployment has {known}", permanent=True)
        return self._poster.post(address.get_secret_value(), message)

    def _append(self, message: Message) -> Sent | NotSent:
        at = self._clock().isoformat()
        body = {"at": at, "key": message.key, "subject": message.subject, "body": message.body}
        line = json.dumps({**body, **message.fields}, ensure_ascii=False) + "\n"
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            _append_durably(self._file, line.encode())
        except OSError as error:
            return NotSent(f"{self._file.name}: {error.strerror}", permanent=False)
        return Sent("written")

    def _refuse_unusable(self, name: str, address: SecretStr) -> None:
        if name in (LOG, FILE):
            raise ValueError(f"channel {name!r}: the name belongs to a built-in channel; choose another")
        try:
            targets = self._poster.targets(address.get_secret_value())
        except ValueError:
            # Neither the address nor Apprise's own words: both may hold a password.
            raise ValueError(f"channel {name!r}: not an address that Apprise can read; {_SHAPE}") from None
        if targets != 1:
            raise ValueError(
                f"channel {name!r}: {targets} targets in one address; make one channel of each, so that the "
                "outcome of each is known"
            )


_SHAPE = "write one such as json://host/path or mailtos://user:password@host?to=somebody@host"


def _say(message: Message) -> Sent:
    tell = {Urgency.INFO: log.info, Urgency.WARNING: log.warning, Urgency.ALARM: log.error}[message.urgency]
    tell("notice", key=message.key, subject=message.subject, **message.fields)
    return Sent("logged")


def _append_durably(path: Path, line: bytes) -> None:
    # One write at the end of the file: lines of other threads and processes do not mix with it.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        if os.write(handle, line) != len(line):
            raise OSError(errno.ENOSPC, "only part of the line could be written")
        os.fsync(handle)
    finally:
        os.close(handle)
