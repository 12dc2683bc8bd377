"""The gates of one participant, with how long what they rest on still counts.

The rule that keeps it honest: the days are the findings' and the signatures' own; a day is counted to its end
at the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from console.record import ParticipantRecord
from console.sights import GateSight
from domain.eligibility import Truth, gate_findings
from domain.signatures import last_day, signature_for
from domain.stated import end_of_day


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long something still counts: until `ends`; `days` and `hours` from now, 0 when it has ended.

    `what`: the finding that runs out first; None: it is the signature.
    """

    what: str | None
    last: date
    ends: datetime
    days: int
    hours: int


@dataclass(frozen=True, slots=True)
class GateCard:
    """A gate; `first`: what runs out first of what it rests on; `signature`: how long that opens it."""

    sight: GateSight
    met: int
    first: Lasting | None
    signature: Lasting | None


def gate_cards(record: ParticipantRecord) -> Iterator[GateCard]:
    """Every gate as it stands today."""
    state = record.state
    for sight in record.gates():
        gate = state.protocol.gates[sight.gate]
        labels = {each.code: each.label for each in sight.findings}
        findings = gate_findings(state, gate, record.today)
        dated = [
            (each.last_day, labels[each.code])
            for each in findings
            if each.last_day is not None and each.truth is Truth.MET
        ]
        soonest = min(dated, default=None)
        signed = signature_for(state, gate, record.today)
        until = last_day(state, gate, signed) if signed is not None else None
        yield GateCard(
            sight=sight,
            met=sum(each.truth is Truth.MET for each in findings),
            first=_lasting(record, soonest[0], soonest[1]) if soonest and not sight.passed else None,
            signature=_lasting(record, until, None) if _counts(until) and not sight.passed else None,
        )


def lasting(now: datetime, ends: datetime, last: date, what: str | None) -> Lasting:
    """How long something counts from `now` (UTC) until `ends` (UTC, exclusive)."""
    left = max(0, int((ends - now).total_seconds()))
    return Lasting(what, last, ends, left // 86_400, left // 3_600)


def _counts(until: date | None) -> bool:
    # A gate that does not say how long its signature counts has it count for ever.
    return until is not None and until != date.max


def _lasting(record: ParticipantRecord, last: date | None, what: str | None) -> Lasting | None:
    if last is None:
        return None
    return lasting(record.look.now, end_of_day(last, record.state.zone), last, what)
