"""Making keys and seals, and anchoring a seal in a file or a channel."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, cast

from activities.anchoring import append_line, send_seal
from activities.channels import Channels
from activities.posting import NotSent
from activities.sealing import NoKey, SealBroken, Sealed, new_key, opened, seal
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store, present
from console.cli.printing import print_json, print_line
from console.cli.shapes import KeyMade, SealMade
from settings import Settings, read_settings
from store.checkpoint import checkpoint
from store.verify_archive import opened as opened_archive

if TYPE_CHECKING:
    from io import BufferedReader

_OWNER_ONLY = 0o600
SUFFIX = ".seal"


def make_key(local: Local, file: Path) -> None:
    """Write a new secret key, for its owner only, and print the public one.

    Raises:
        Stopped: the file is there already, or cannot be written.
    """
    secret, public = new_key()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w") as out:
            out.write(f"{secret}\n")
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{file}: {error.strerror}; a key is never written over") from error
    if local.as_json:
        print_json(KeyMade(str(file), public))
    else:
        print_line(f"secret key in {file}; give it to the process as DAYZERO_SEAL_KEY")
        print_line(f"public key, for whoever verifies: {public}")


def seal_now(local: Local, to: Path | None, channel: str | None) -> None:
    """Seal the record as it stands, print the line, and anchor it where it was asked.

    Raises:
        Stopped: there is no key, or the line could not be kept there.
    """
    settings = read_settings()
    with opened_store(settings) as store, store.reading() as reading:
        line = _sealed(settings, Sealed.CHECKPOINT, str(checkpoint(reading)))
    if to is not None:
        _append(to, line)
    if channel is not None:
        _send(settings, channel, line)
    if local.as_json:
        print_json(SealMade(line))
    else:
        print_line(line)


def seal_archive(settings: Settings, archive: Path) -> str | None:
    """The line that seals an archive's bytes; None where the deployment has no key.

    Raises:
        Stopped: what is set is no key.
    """
    if settings.seal_key is None:
        return None
    return _sealed(settings, Sealed.ARCHIVE, digest_of(archive))


def digest_of(file: Path) -> str:
    """SHA-256 (hex) of an archive's bytes, of what was compressed if it is a `.gz`: that was sealed."""
    with opened_archive(file) as opened_file:
        return file_digest(cast("BufferedReader", opened_file), "sha256").hexdigest()


def seal_of_archive(archive: Path, public: str) -> str | None:
    """What is wrong with the seal beside an archive, compressed since or not; None: nothing."""
    beside = archive.with_name(archive.name.removesuffix(".gz") + SUFFIX)
    try:
        found = opened(beside.read_text(encoding="utf-8"), public)
    except OSError as error:
        return f"{beside.name}: {error.strerror}"
    except (SealBroken, NoKey) as error:
        return f"{beside.name}: {error}"
    if (found.what, found.subject) != (Sealed.ARCHIVE, digest_of(archive)):
        return f"{beside.name}: the archive is not the one that was sealed at {found.at.isoformat()}"
    return None


def _sealed(settings: Settings, what: Sealed, subject: str) -> str:
    if settings.seal_key is None:
        raise Stopped(Exit.USAGE, "DAYZERO_SEAL_KEY is not set: make a key with `dayzero seal key FILE`")
    try:
        return seal(what, subject, present(), settings.seal_key.get_secret_value())
    except NoKey as error:
        raise Stopped(Exit.USAGE, f"DAYZERO_SEAL_KEY: {error}") from error


def _append(file: Path, line: str) -> None:
    try:
        append_line(file, line)
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{file}: {error.strerror}; the seal is not kept there: {line}") from error


def _send(settings: Settings, channel: str, line: str) -> None:
    channels = Channels(
        settings.all_channels(), file=settings.home / "notices.jsonl", clock=lambda: datetime.now(UTC)
    )
    sent = send_seal(channels, channel, line)
    if isinstance(sent, NotSent):
        raise Stopped(Exit.UNREACHABLE, f"{channel}: {sent.reason}; the seal is not kept there: {line}")
