"""The page of lives under another protocol: a summary of everybody first, then each in full.

The rule that keeps it honest: one snapshot of the store, `replay.protocol` over it, and nothing is written;
what the page leaves out for its length is counted, and is in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from activities.hearing import Provenance
from console.reading import StudyLook
from console.web.what_if.effects import Affected, affected
from console.web.what_if.lives import Lives, moment_of, people_of, protocol_of
from console.web.what_if.trying import MOST_EVENTS, TooMuch
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT
from replay.course import Standstill
from replay.history import Foreign, history_of
from replay.patience import OutOfPatience, Patience
from replay.protocol import WhatIf, under_protocol

SECONDS = 20.0
"""So long somebody waits for an answer."""

MOST_IN_FULL = 25
"""More participants are in the summary and in the files, and not in full on the page."""

_ONLY_LOOKED = Provenance(software="", zone_table="")


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody who can be chosen; `end`: how their participation ended, if it has."""

    participant: str
    version: str
    end: str | None


@dataclass(frozen=True)
class LivesPage:
    """`everybody`: one entry for each who would live another life; `in_full`: those that are shown whole.

    `study`: what would be another thing for the study. `same`: for how many nothing would be another thing.
    """

    found: WhatIf | None
    protocol: Protocol | None
    everybody: tuple[Affected, ...]
    in_full: tuple[Affected, ...]
    study: Affected | None
    same: int
    versions: tuple[str, ...]
    people: tuple[Whom, ...]
    zone: str


def lived(look: StudyLook, asked: Lives) -> tuple[WhatIf, Protocol]:
    """What the lives would have been.

    Raises:
        Unasked, console.proposed.NotAProposal: the question is not right.
        TooMuch: it takes too long.
    """
    protocol, people, at = protocol_of(look, asked), people_of(look, asked), moment_of(look, asked)
    if look.reading.position() > MOST_EVENTS:
        raise TooMuch(f"the record holds more than {MOST_EVENTS} events")
    patience = Patience(SECONDS)
    try:
        history = history_of(look.reading)
        return under_protocol(history, protocol, people, at, _ONLY_LOOKED, patience), protocol
    except (OutOfPatience, Standstill, Foreign) as error:
        raise TooMuch(str(error)) from error


def lives_page(look: StudyLook, found: WhatIf | None, protocol: Protocol | None) -> LivesPage:
    """The page, with what was found; None: nothing was asked, or it could not be."""
    everything = affected(look, found.changes, "", protocol) if found is not None else ()
    everybody = tuple(each for each in everything if each.subject != STUDY_SUBJECT)
    rows = look.reading.participants(look.study)
    return LivesPage(
        found=found,
        protocol=protocol,
        everybody=everybody,
        in_full=tuple(islice(everybody, MOST_IN_FULL)),
        study=next((each for each in everything if each.subject == STUDY_SUBJECT), None),
        same=_same(found, everybody),
        versions=tuple(each.version for each in look.rulebook.versions(look.reading, look.study)),
        people=tuple(Whom(each.participant, each.protocol_version, each.end) for each in rows),
        zone=look.study_rules().site(None).zone.key,
    )


def _same(found: WhatIf | None, everybody: Sequence[Affected]) -> int:
    changed = {each.subject for each in everybody}
    return sum(each not in changed for each in found.participants) if found is not None else 0
