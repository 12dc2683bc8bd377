"""What a what-if found, in the shapes and words in which every door tells it.

The rule that keeps it honest: the command line, the console's downloads and programs get the same from here.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.cli.shapes import ChangeShown, ChangeTried, TriedShown, UnderProtocol
from replay.change import WhatWouldBe
from replay.effects import Change
from replay.protocol import WhatIf
from replay.telling_effects import effects_page

UNDER_PROTOCOL = "Under another protocol"


def protocol_shown(found: WhatIf) -> UnderProtocol:
    """What another protocol would have meant, as JSON has it."""
    return UnderProtocol(found.study, found.version, found.at, found.participants, _changes(found.changes))


def protocol_summary(found: WhatIf) -> str:
    """The same in one line: which study, which version, up to when, for whom."""
    who = ", ".join(found.participants)
    return f"{found.study} under {found.study} {found.version} up to {found.at:%Y-%m-%d %H:%M}Z, for {who}"


def protocol_page(found: WhatIf) -> str:
    """The same as one HTML page that needs nothing else."""
    return effects_page(UNDER_PROTOCOL, protocol_summary(found), found.changes)


def change_shown(found: WhatWouldBe) -> ChangeTried:
    """What commands would lead to, as JSON has it."""
    tried = [
        TriedShown(
            subject=each.trial.subject,
            kind=str(each.trial.body.get("kind")),
            at=each.trial.at,
            events=each.events,
            refused=each.refused,
            text=each.text,
        )
        for each in found.tried
    ]
    return ChangeTried(found.study, found.until, found.heads, tried, _changes(found.changes))


def _changes(changes: Sequence[Change]) -> list[ChangeShown]:
    return [
        ChangeShown(each.subject, each.effect.value, each.about, each.before, each.after) for each in changes
    ]
