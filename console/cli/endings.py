"""Which expected error ends a command with which exit code.

The rule that keeps it honest: only errors that a person can do something about are named here; the text of
each says what.
"""

from __future__ import annotations

import sys

from console.cli.exits import Exit, Stopped
from console.cli.shapes import CommandRefused
from domain.chain import NotCanonical
from domain.refusal import Refused
from protocols.problems import DocumentInvalid
from settings import SettingsInvalid
from store import SchemaMismatch, StoreBusy, StoreDown, StoreError

_OF_SERVER = {
    "console.connecting": ("NoServer",),
    "console.embedded": ("EmbeddedTemporalError", "DatabaseClaimed", "TemporalBinaryMissing"),
    "console.running": ("AlreadyRunning",),
    "temporalio.service": ("RPCError",),
}


def as_stopped(error: Exception) -> Stopped | None:
    """How the command ends after `error`; None when nobody expected it."""
    match error:
        case Refused():
            return refused(error.code.value, error.text)
        case SettingsInvalid():
            return Stopped(Exit.USAGE, str(error))
        case DocumentInvalid():
            return refused("document-invalid", str(error))
        case StoreDown() | StoreBusy():
            return Stopped(Exit.UNREACHABLE, f"no store: {error}")
        case StoreError() | NotCanonical():
            return _of_store(error)
        case _:
            return _of_server(error)


def refused(
    code: str,
    text: str,
    *,
    study: str | None = None,
    participant: str | None = None,
    command_id: str | None = None,
) -> Stopped:
    """A refusal, in the words every verb uses."""
    data = CommandRefused(code, text, study, participant, command_id)
    return Stopped(Exit.REFUSED, f"refused [{code}]: {text}", data)


def _of_store(error: Exception) -> Stopped:
    if isinstance(error, SchemaMismatch):
        return Stopped(Exit.UNREACHABLE, f"no store: {error}")
    return refused("not-storable", str(error))


def _of_server(error: Exception) -> Stopped | None:
    # Only a command that spoke to Temporal can have met its errors, and then their module is loaded.
    for module, names in _OF_SERVER.items():
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(error, tuple(getattr(loaded, name) for name in names)):
            return Stopped(Exit.UNREACHABLE, f"no server: {error}")
    return None
