"""Every name of the workflow side that is stored or travels on the wire.

The rule that keeps it honest: names are explicit and never change with the code; a workflow is found by its
id, which is made here and nowhere else.
"""

from __future__ import annotations

import re

from domain.recorded import STUDY_SUBJECT

PARTICIPANT = "Participant"
STUDY = "Study"
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
    _usable(study=study, participant=participant)
    return f"participant/{study}/{participant}"


def study_id(study: str) -> str:
    """The workflow id of a study's own timeline.

    Raises:
        ValueError: a code that could not be told from another one in an id.
    """
    _usable(study=study)
    return f"study/{study}"


def subject_id(study: str, subject: str) -> str:
    """The workflow id of whom a command is about: a participant, or the study itself.

    Raises:
        ValueError: a code that could not be told from another one in an id.
    """
    return study_id(study) if subject == STUDY_SUBJECT else participant_id(study, subject)


def workflow_of(subject: str) -> str:
    """The name of the workflow that keeps this subject's timeline."""
    return STUDY if subject == STUDY_SUBJECT else PARTICIPANT


def _usable(**codes: str) -> None:
    for what, code in codes.items():
        if not _CODE.match(code):
            raise ValueError(f"{what} code {code!r}: write letters, digits and '-', at most 40")
