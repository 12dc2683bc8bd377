"""Every name of the workflow side that is stored or travels on the wire.

The rule that keeps it honest: names are explicit and never change with the code; a workflow is found by its
id, which is made here and nowhere else.
"""

from __future__ import annotations

import re

PARTICIPANT = "Participant"
DIGEST = "Digest"
WATCHDOG = "Watchdog"

COMMAND = "command"  # the one update of a participant
MOVED = "moved"  # signal: the store moved without this workflow
STANDING = "standing"  # query

DRAINING = "draining"  # error type: ask again in a moment, with the same command id
UNSETTLED = "unsettled"  # error type: the desk gave no answer; the outcome is unknown, ask again
MALFORMED = "malformed"  # error type: what came was no envelope (also the domain's code for it)
TOO_LARGE = "too-large"  # error type: what came was too long (also the domain's code for it)

UNREADABLE = "binary/unreadable"  # encoding of a payload that no key of this process opens

_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")


def notices_queue(task_queue: str) -> str:
    """Where notices and digests are sent from, so that a channel that hangs keeps no command waiting."""
    return f"{task_queue}-notices"


def participant_id(study: str, participant: str) -> str:
    """The workflow id of a participant's timeline.

    Raises:
        ValueError: a code that could not be told from another one in an id.
    """
    for what, code in (("study", study), ("participant", participant)):
        if not _CODE.match(code):
            raise ValueError(f"{what} code {code!r}: write letters, digits and '-', at most 40")
    return f"participant/{study}/{participant}"
