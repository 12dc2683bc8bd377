"""How a command ends: exit codes and the one line that says why.

The rule that keeps it honest: every way to end stands here with its number and meaning; scripts rely on them,
so none is ever renumbered.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    FINE = 0
    REFUSED = 1
    USAGE = 2
    OVERDUE = 3
    BROKEN = 4
    UNREACHABLE = 5
    UNKNOWN = 6


MEANINGS: dict[Exit, tuple[str, str]] = {
    Exit.FINE: ("fine", "what was asked was done or shown"),
    Exit.REFUSED: (
        "refused by the rules",
        "nothing was recorded but the attempt; stderr says why. Also: faulty documents, bad news of `doctor`",
    ),
    Exit.USAGE: (
        "usage",
        "the command line itself is wrong: an unknown option, a missing argument, a bad setting",
    ),
    Exit.OVERDUE: ("overdue", "`status --check`: something is overdue and nobody has answered its alert"),
    Exit.BROKEN: (
        "integrity or replay failure",
        "`verify` or `replay` found the record or the code not to be what it was; the first fault is named",
    ),
    Exit.UNREACHABLE: (
        "no server or no store",
        "Temporal or the database is not there or does not answer; nothing is known to have been sent",
    ),
    Exit.UNKNOWN: (
        "outcome unknown",
        "the command was sent and no answer came: ask again with the printed `--id`; nothing is doubled",
    ),
}


class Stopped(Exception):
    """The command cannot go on. `text` is one line for people; `data` is what `--json` prints on stdout."""

    def __init__(self, code: Exit, text: str, data: object | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.data = data
